import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { newId } from '../database/id.js';
import { BatchQueue, type CommandResult } from '../database/batch-queue.js';
import { cameIn } from '../database/id-range.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import type { ErrorName } from '../errors/catalogue.js';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext } from '../logging/request-context.js';
import { selectWallets, walletFrom } from '../wallets/wallet-rows.js';
import { SessionEntity } from './session.entity.js';
import { insertOpened, lockSessions, selectSessions, sessionFrom, updateClosed } from './session-rows.js';
import type { Session, SessionStatus } from './session.types.js';
import {
  type CloseSession,
  type OpenSession,
  refusalToUse,
  refusalToOpen,
  type SessionCommand,
} from './session.rules.js';

/** What to look for; whatever is given must hold. */
interface SessionQuery {
  readonly walletId?: string;
  readonly status?: SessionStatus;
  /** Opened then or later. */
  readonly from?: Date;
  /** Opened before that. */
  readonly until?: Date;
  /** Id of the last session of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Owns wallet sessions (protocol §1.1, §1.2): opens them, closes them.
 * Holds: an answer leaves after its commit; a session is closed once, whoever asks how often; a command that is tried
 * again after a lost commit answer finds its own effect and takes no second one. Sessions are locked in the order of
 * their ids.
 */
@Injectable()
export class SessionsService implements OnApplicationShutdown {
  private readonly queue: BatchQueue<SessionCommand, undefined>;

  constructor(private readonly unitOfWork: UnitOfWork) {
    this.queue = new BatchQueue(
      {
        name: 'sessions',
        laneOf: (command) => (command.kind === 'open' ? command.id : command.sessionId),
        aloneAtOnce: unitOfWork.aloneAtOnce,
      },
      (commands, attempt) => unitOfWork.commit((transaction) => this.commit(transaction, commands, attempt)),
    );
  }

  /**
   * Opens a session on `walletId` for the holder of the AuthToken.
   * @throws GpasError INVALID_WALLET_ID (1005) for an unknown wallet or another one than the token's,
   * USER_BLOCKED (1008), SYSTEM_ERROR (1001)
   */
  async open(parentSystemId: string, walletId: string, authTokenWalletId: string): Promise<Session> {
    noteInRequestContext({ walletId });
    if (walletId !== authTokenWalletId) throw new GpasError('INVALID_WALLET_ID');
    const at = new Date();
    const command: OpenSession = { kind: 'open', id: newId(at), at, parentSystemId, walletId };
    await this.queue.submit(command);
    noteInRequestContext({ walletSessionId: command.id });
    return openedBy(command);
  }

  /**
   * Closes the session `sessionId`; no operation names it after that.
   * @throws GpasError INVALID_WALLET_SESSION (1004) when it is unknown, closed or of another parent system,
   * SYSTEM_ERROR (1001)
   */
  async close(parentSystemId: string, sessionId: string): Promise<void> {
    noteInRequestContext({ walletSessionId: sessionId });
    await this.queue.submit({ kind: 'close', id: newId(new Date()), parentSystemId, sessionId });
  }

  /**
   * Closes a session for the operator.
   * @throws GpasError NOT_FOUND; INVALID_WALLET_SESSION (1004) where it is closed already
   */
  async closeByOperator(
    transaction: Transaction,
    sessionId: string,
  ): Promise<{ before: Session; after: Session }> {
    const [[row] = []] = await transaction.select([lockSessions([sessionId], transaction.rowLockClause)]);
    if (!row) throw new GpasError('NOT_FOUND', 'There is no session with this id');
    const before = sessionFrom(row);
    if (before.status === 'CLOSE')
      throw new GpasError('INVALID_WALLET_SESSION', 'The session is closed already');
    const closedAt = notBefore([before]);
    const change = { status: 'CLOSE', closedAt, closedBy: newId(closedAt) } as const;
    await transaction.manager.update(SessionEntity, { id: sessionId }, change);
    return { before, after: { ...before, ...change } };
  }

  /** Finds sessions for people, latest first, as committed. */
  find({ limit, after, from, until, ...filter }: SessionQuery): Promise<Session[]> {
    const where = { ...filter, ...cameIn({ from, until, before: after }) };
    return this.unitOfWork.read((reader) =>
      reader.find(SessionEntity, { where, order: { id: 'DESC' }, take: limit }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.drain();
  }

  private async commit(
    transaction: Transaction,
    commands: readonly SessionCommand[],
    attempt: number,
  ): Promise<CommandResult<undefined>[]> {
    const opens = commands.filter((command) => command.kind === 'open');
    const closes = commands.filter((command) => command.kind === 'close');
    const [closing = [], named = [], landedRows = []] = await transaction.select([
      lockSessions([...new Set(closes.map(({ sessionId }) => sessionId))], transaction.rowLockClause),
      selectWallets([...new Set(opens.map(({ walletId }) => walletId))]),
      ...(attempt > 1 ? [selectSessions(opens.map(({ id }) => id))] : []),
    ]);
    const sessions = byId(closing.map(sessionFrom));
    const wallets = byId(named.map(walletFrom));
    const landed = byId(landedRows.map(sessionFrom)); // by an earlier try of these commands, without our learning of it

    const opened: Session[] = [];
    const closed = new Map<string, CloseSession>();
    const results = commands.map((command) => {
      if (command.kind === 'open') {
        if (landed.has(command.id)) return DONE;
        const refusal = refusalToOpen(wallets.get(command.walletId));
        if (!refusal) opened.push(openedBy(command));
        return resultOf(refusal);
      }
      const session = sessions.get(command.sessionId);
      if (session?.closedBy === command.id) return DONE;
      const refusal = closed.has(command.sessionId)
        ? 'INVALID_WALLET_SESSION'
        : refusalToUse(session, command);
      if (!refusal) closed.set(command.sessionId, command);
      return resultOf(refusal);
    });
    transaction.writeLast([
      ...insertOpened(opened),
      ...updateClosed([...closed.values()], notBefore(sessions.values())),
    ]);
    return results;
  }
}

const DONE: CommandResult<undefined> = { done: true, answer: undefined };

function resultOf(refusal: ErrorName | undefined): CommandResult<undefined> {
  return refusal ? { done: false, refusal: new GpasError(refusal) } : DONE;
}

function openedBy({ id, parentSystemId, walletId, at }: OpenSession): Session {
  return { id, parentSystemId, walletId, status: 'OPEN', createdAt: at, closedAt: null };
}

/** Now, or when the last of these was opened: the clock of who opened it may be ahead. */
function notBefore(sessions: Iterable<Session>): Date {
  return new Date(Math.max(Date.now(), ...[...sessions].map(({ createdAt }) => createdAt.getTime())));
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}
