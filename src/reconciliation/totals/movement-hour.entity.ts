import { Column, Entity } from 'typeorm';
import { InstantColumn } from '../../database/columns.js';

/** An hour whose totals are kept, or are to be made. Instants are of the database's clock. */
@Entity('movement_hours')
export class MovementHourEntity {
  /** When it begins, UTC. */
  @InstantColumn({ name: 'hour', primary: true })
  hour!: Date;

  /** How many movements its totals are the sum of. */
  @Column({ name: 'movements', type: 'int' })
  movements!: number;

  /** When its totals were made, or found right; null as long as there are none that may be answered. */
  @InstantColumn({ name: 'checked_at', nullable: true })
  checkedAt!: Date | null;

  /** When its movements are to be counted next. Whoever does so puts it off first, to an instant of its own. */
  @InstantColumn({ name: 'due_at' })
  dueAt!: Date;
}
