import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../config/config.js';
import { BatchQueue, type Outcome as Settled } from '../database/batch-queue.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext } from '../logging/request-context.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Wallet } from '../wallets/wallet.entity.js';
import { type BalanceChange, WalletsService } from '../wallets/wallets.service.js';
import {
  insertBindings,
  insertMovements,
  loadLedger,
  type RecordedCommand,
  walletIdsOf,
} from './ledger-store.js';
import { decide } from './movement.rules.js';
import {
  type BookedMovement,
  type MovementCommand,
  OPERATOR_PARENT_SYSTEM_ID,
  type OperatorCommand,
  type Outcome,
  type PlayCommand,
  type Refused,
  type RollbackCommand,
} from './movement.types.js';

type Request<Command> = Omit<Command, 'movementId' | 'parentSystemId'>;

/** What is kept of a call beside what it decides. */
export interface Remarks {
  readonly description: string | null;
  readonly tags: object | null;
}

/** A booked movement with the wallet it is of, whose currency and code its answer needs. */
export interface Receipt {
  readonly movement: BookedMovement;
  readonly wallet: Wallet;
}

/**
 * Owns the ledger: bets, wins, rollbacks, and the operator's deposits and withdrawals (protocol §1, §3, §5).
 * Holds: `decide` knows every rule; a batch is decided in order under locks on its sessions, then its wallets, both in
 * the order of their ids, and committed in one transaction; balances, movements and bindings change together; what is
 * in the ledger never changes. Every answer, a refusal too, leaves after the commit it rests on.
 */
@Injectable()
export class MovementsService implements OnApplicationShutdown {
  private readonly logger = new Logger('Movements');
  private readonly queue = new BatchQueue<RecordedCommand, Receipt>('movements', (commands) =>
    this.unitOfWork.write((transaction) => this.commit(transaction, commands)),
  );

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionsService,
    private readonly wallets: WalletsService,
    private readonly config: Config,
  ) {}

  /**
   * A bet or a win.
   * @throws GpasError 1002, 1003, 1004, 1007, 1008, 1009 or 1010 as protocol §3 orders them, SYSTEM_ERROR (1001)
   */
  play(parentSystemId: string, request: Request<PlayCommand>, remarks: Remarks): Promise<Receipt> {
    noteInRequestContext({ walletSessionId: request.sessionId });
    return this.submit({ ...request, parentSystemId, movementId: uuidv7() }, remarks);
  }

  /**
   * Reverses a bet or a win, with the exact split it had.
   * @throws GpasError 1002, 1003, 1004, 1007 or 1010 as protocol §3 and §5 order them, SYSTEM_ERROR (1001)
   */
  rollback(parentSystemId: string, request: Request<RollbackCommand>, remarks: Remarks): Promise<Receipt> {
    noteInRequestContext({ walletSessionId: request.sessionId });
    return this.submit({ ...request, parentSystemId, movementId: uuidv7() }, remarks);
  }

  /**
   * A deposit or a withdrawal of the operator's, under its own reference.
   * @throws GpasError NOT_FOUND, DUPLICATE_TX_ID, INSUFFICIENT_FUNDS, INVALID_REQUEST, SYSTEM_ERROR
   */
  operate(request: Request<OperatorCommand>, remarks: Remarks): Promise<Receipt> {
    return this.submit(
      { ...request, parentSystemId: OPERATOR_PARENT_SYSTEM_ID, movementId: uuidv7() },
      remarks,
    );
  }

  /**
   * The wallet of an open session, as committed.
   * @throws GpasError INVALID_WALLET_SESSION (1004)
   */
  balance(parentSystemId: string, sessionId: string): Promise<Wallet> {
    noteInRequestContext({ walletSessionId: sessionId });
    return this.unitOfWork.read(async (reader) => {
      const session = await this.sessions.getOpen(reader, parentSystemId, sessionId);
      noteInRequestContext({ walletId: session.walletId });
      const wallet = (await this.wallets.findAll(reader, [session.walletId])).get(session.walletId);
      if (!wallet) throw new GpasError('INVALID_WALLET_SESSION');
      return wallet;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.drain();
  }

  private async submit(command: MovementCommand, { description, tags }: Remarks): Promise<Receipt> {
    const receipt = await this.queue.submit({
      command,
      at: new Date(),
      description,
      tags: tags === null ? null : JSON.stringify(tags),
    });
    noteInRequestContext({ walletId: receipt.wallet.id });
    return receipt;
  }

  private async commit(
    transaction: Transaction,
    recorded: readonly RecordedCommand[],
  ): Promise<Settled<Receipt>[]> {
    const commands = recorded.map(({ command }) => command);
    const sessions = await this.sessions.lockAll(
      transaction,
      commands.flatMap((command) => ('sessionId' in command ? [command.sessionId] : [])),
    );
    const wallets = await this.wallets.lockAll(transaction, walletIdsOf(commands, sessions));
    const state = await loadLedger(transaction.manager, commands, sessions, wallets);
    const outcomes = commands.map((command) => {
      const outcome = decide(state, command, this.config.policies);
      state.apply(outcome);
      return outcome;
    });
    await write(transaction, recorded, outcomes);
    await this.wallets.setBalances(transaction, balanceChanges(outcomes, wallets));

    const walletsById = new Map(wallets.map((wallet) => [wallet.id, wallet]));
    return outcomes.map((outcome, index) => this.settle(outcome, commands[index], walletsById));
  }

  private settle(
    outcome: Outcome,
    command: MovementCommand | undefined,
    wallets: ReadonlyMap<string, Wallet>,
  ): Settled<Receipt> {
    if (outcome.type === 'REFUSED') {
      this.logIncident(outcome, command);
      const headers = outcome.firstMovementId === null ? {} : { 'x-movement-id': outcome.firstMovementId };
      return { done: false, refusal: new GpasError(outcome.error, outcome.message ?? undefined, headers) };
    }
    const wallet = wallets.get(outcome.movement.walletId);
    if (!wallet) throw new Error('A movement was booked on a wallet that is not locked');
    return { done: true, answer: { movement: outcome.movement, wallet } };
  }

  /** What an operator should look at (protocol §5). */
  private logIncident({ incident, error }: Refused, command: MovementCommand | undefined): void {
    if (incident === null || !command) return;
    const { kind, parentSystemId, externalReference } = command;
    this.logger.warn(`${incident}: ${kind} ${externalReference} of ${parentSystemId} was answered ${error}`);
  }
}

async function write(
  transaction: Transaction,
  recorded: readonly RecordedCommand[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const pairs = recorded.map((command, index) => ({ ...command, outcome: outcomes[index] }));
  await insertBindings(
    transaction,
    pairs.flatMap(({ outcome, at }) => (outcome?.bindings ?? []).map((binding) => ({ ...binding, at }))),
  );
  await insertMovements(
    transaction,
    pairs.flatMap(({ outcome, at, description, tags }) =>
      outcome?.type === 'BOOKED' ? [{ ...outcome.movement, at, description, tags }] : [],
    ),
  );
}

/** Each wallet as its last movement of the batch leaves it. */
function balanceChanges(outcomes: readonly Outcome[], wallets: readonly Wallet[]): BalanceChange[] {
  const last = new Map<string, BookedMovement>();
  for (const outcome of outcomes) {
    if (outcome.type === 'BOOKED') last.set(outcome.movement.walletId, outcome.movement);
  }
  return wallets.flatMap(({ id, seq: seqBefore }) => {
    const movement = last.get(id);
    if (!movement) return [];
    const { realAfterMinor, bonusAfterMinor, seq } = movement;
    return [{ walletId: id, realMinor: realAfterMinor, bonusMinor: bonusAfterMinor, seq, seqBefore }];
  });
}
