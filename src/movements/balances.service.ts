import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BatchQueue, type CommandResult } from '../database/batch-queue.js';
import { placesFor, type Row } from '../database/statements/statement.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext } from '../logging/request-context.js';
import { SESSION_COLUMNS, sessionFrom } from '../sessions/session-rows.js';
import { refusalToUse } from '../sessions/session.rules.js';
import { WALLET_COLUMNS, walletFrom } from '../wallets/wallet-rows.js';
import type { Wallet } from '../wallets/wallet.types.js';

interface BalanceQuery {
  readonly parentSystemId: string;
  readonly sessionId: string;
}

/**
 * Reads balances (protocol §1.3).
 * Holds: what is answered was committed, and stood so at some instant after the call came; calls that wait at the same time
 * share one statement.
 */
@Injectable()
export class BalancesService implements OnApplicationShutdown {
  private readonly queue: BatchQueue<BalanceQuery, Wallet>;

  constructor(private readonly unitOfWork: UnitOfWork) {
    this.queue = new BatchQueue(
      {
        name: 'balances',
        laneOf: ({ sessionId }) => sessionId,
        aloneAtOnce: unitOfWork.aloneAtOnce,
      },
      (queries) => this.read(queries),
    );
  }

  /**
   * The wallet of an open session.
   * @throws GpasError INVALID_WALLET_SESSION (1004) when it is unknown, closed or of another parent system, SYSTEM_ERROR (1001)
   */
  async get(parentSystemId: string, sessionId: string): Promise<Wallet> {
    noteInRequestContext({ walletSessionId: sessionId });
    const wallet = await this.queue.submit({ parentSystemId, sessionId });
    noteInRequestContext({ walletId: wallet.id });
    return wallet;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.drain();
  }

  private async read(queries: readonly BalanceQuery[]): Promise<CommandResult<Wallet>[]> {
    const sessionIds = [...new Set(queries.map(({ sessionId }) => sessionId))];
    const rows = await this.unitOfWork.select({
      sql: `SELECT ${SESSION_COLUMNS}, ${WALLET_COLUMNS}
        FROM sessions s JOIN wallets w ON w.id = s.wallet_id WHERE s.id IN (${placesFor(sessionIds)})`,
      values: sessionIds,
    });
    const bySession = new Map(rows.map((row) => [sessionFrom(row).id, row]));
    return queries.map((query) => resultOf(query, bySession.get(query.sessionId)));
  }
}

function resultOf(query: BalanceQuery, row: Row | undefined): CommandResult<Wallet> {
  const refusal = refusalToUse(row && sessionFrom(row), query);
  if (row && !refusal) return { done: true, answer: walletFrom(row) };
  return { done: false, refusal: new GpasError(refusal ?? 'INVALID_WALLET_SESSION') };
}
