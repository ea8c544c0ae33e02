import 'reflect-metadata';
import { Body, Controller, Get, Injectable, Module, Post, Query, UseGuards } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, QueryFailedError, Repository } from 'typeorm';
import { PARENT_SYSTEM_ID } from '../load/world.js';
import { balancesOf, movementAnswer, sessionAnswer } from './textbook/answers.js';
import { DebitBody, OpenSessionQuery, SessionQuery } from './textbook/calls.dto.js';
import { Movement, Session, Wallet } from './textbook/entities.js';
import { JwtGuard, refusal, Signed, SignatureGuard, WalletOfToken } from './textbook/guards.js';
import { jwtModule, serve } from './textbook/serve.js';

/**
 * The same routes as the documentation of Nest and TypeORM would write them: repositories, a transaction for each bet
 * and a pessimistic lock. Right on duplicates, funds and races; nothing in it is slow on purpose.
 */
@Injectable()
class WalletService {
  constructor(
    private readonly dataSource: DataSource,
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    @InjectRepository(Wallet) private readonly wallets: Repository<Wallet>,
  ) {}

  async open(walletId: string): Promise<object> {
    const wallet = await this.wallets.findOneBy({ id: walletId });
    if (!wallet) throw refusal(1005, 'Invalid wallet id');
    const session = await this.sessions.save(
      this.sessions.create({ wallet, parentSystemId: PARENT_SYSTEM_ID, status: 'OPEN' }),
    );
    return sessionAnswer(session.id, walletId, session.createdAt);
  }

  async balance(sessionId: string): Promise<object> {
    const session = await this.sessions.findOne({ where: { id: sessionId }, relations: { wallet: true } });
    if (session?.status !== 'OPEN') throw refusal(1004, 'Invalid wallet session');
    const { wallet } = session;
    return { code: wallet.code, ...balancesOf(Number(wallet.realMinor), Number(wallet.bonusMinor)) };
  }

  async debit(
    sessionId: string,
    { externalReference, value, description, tags }: DebitBody,
  ): Promise<object> {
    const amount = Math.round(Number(value) * 100);
    try {
      return await this.dataSource.transaction(async (manager) => {
        const session = await manager.findOneBy(Session, { id: sessionId, parentSystemId: PARENT_SYSTEM_ID });
        if (session?.status !== 'OPEN') throw refusal(1004, 'Invalid wallet session');
        const wallet = await manager.findOneOrFail(Wallet, {
          where: { id: session.walletId },
          lock: { mode: 'pessimistic_write' },
        });
        const real = Number(wallet.realMinor);
        if (real < amount) throw refusal(1007, 'Insufficient funds');
        wallet.realMinor = String(real - amount);
        wallet.seq += 1;
        await manager.save(wallet);
        const movement = await manager.save(
          manager.create(Movement, {
            parentSystemId: PARENT_SYSTEM_ID,
            externalReference,
            kind: 'DEBIT',
            wallet,
            session,
            seq: wallet.seq,
            amountMinor: String(amount),
            realAfterMinor: wallet.realMinor,
            description: description ?? null,
            tags: tags ?? null,
          }),
        );
        return movementAnswer(movement.id, Number(wallet.realMinor), Number(wallet.bonusMinor));
      });
    } catch (error) {
      const isDuplicate =
        error instanceof QueryFailedError && (error.driverError as { code?: string }).code === 'ER_DUP_ENTRY';
      throw isDuplicate ? refusal(1003, 'Duplicate transaction id') : error;
    }
  }
}

@Controller()
@UseGuards(SignatureGuard)
class WalletController {
  constructor(private readonly service: WalletService) {}

  @Post('movements/debit')
  @Signed('body')
  debit(@Query() { walletSessionId }: SessionQuery, @Body() body: DebitBody): Promise<object> {
    return this.service.debit(walletSessionId, body);
  }

  @Post('sessions')
  @Signed('query')
  @UseGuards(JwtGuard)
  open(@Query() { walletId }: OpenSessionQuery, @WalletOfToken() walletOfToken: string): Promise<object> {
    if (walletId !== walletOfToken) throw refusal(1005, 'Invalid wallet id');
    return this.service.open(walletId);
  }

  @Get('wallets/balance')
  @Signed('query')
  balance(@Query() { walletSessionId }: SessionQuery): Promise<object> {
    return this.service.balance(walletSessionId);
  }
}

@Module({
  imports: [
    jwtModule(),
    TypeOrmModule.forRoot({
      type: 'mysql',
      url: process.env['DATABASE_URL'] ?? '',
      entities: [Wallet, Session, Movement],
      synchronize: true, // into a database that is thrown away
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: true,
    }),
    TypeOrmModule.forFeature([Wallet, Session]),
  ],
  controllers: [WalletController],
  providers: [WalletService],
})
class ByHandModule {}

await serve(ByHandModule);
