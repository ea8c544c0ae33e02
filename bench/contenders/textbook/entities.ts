import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';

@Entity('wallets')
export class Wallet {
  @PrimaryColumn({ type: 'varchar', length: 128 })
  id!: string;

  @Column({ type: 'varchar', length: 8 })
  code!: string;

  @Column({ type: 'bigint' })
  realMinor!: string;

  @Column({ type: 'bigint' })
  bonusMinor!: string;

  @Column({ type: 'int' })
  seq!: number;
}

@Entity('sessions')
export class Session {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'varchar', length: 128 })
  parentSystemId!: string;

  @ManyToOne(() => Wallet)
  @JoinColumn({ name: 'walletId' })
  wallet!: Relation<Wallet>;

  @Column({ type: 'varchar', length: 128 })
  walletId!: string;

  @Column({ type: 'varchar', length: 8 })
  status!: string;

  @CreateDateColumn({ precision: 3 })
  createdAt!: Date;
}

@Entity('movements')
@Index(['parentSystemId', 'externalReference'], { unique: true })
@Index(['wallet', 'seq'], { unique: true })
export class Movement {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'varchar', length: 128 })
  parentSystemId!: string;

  @Column({ type: 'varchar', length: 128 })
  externalReference!: string;

  @Column({ type: 'varchar', length: 10 })
  kind!: string;

  @ManyToOne(() => Wallet)
  wallet!: Relation<Wallet>;

  @ManyToOne(() => Session)
  session!: Relation<Session>;

  @Column({ type: 'int' })
  seq!: number;

  @Column({ type: 'bigint' })
  amountMinor!: string;

  @Column({ type: 'bigint' })
  realAfterMinor!: string;

  @Column({ type: 'varchar', length: 1_000, nullable: true })
  description!: string | null;

  @Column({ type: 'json', nullable: true })
  tags!: object | null;

  @CreateDateColumn({ precision: 3 })
  createdAt!: Date;
}
