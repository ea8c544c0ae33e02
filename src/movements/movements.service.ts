import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../audit/audit.types.js';
import { Config } from '../config/config.js';
import { BatchQueue, type CommandResult } from '../database/batch-queue.js';
import { newId } from '../database/id.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext } from '../logging/request-context.js';
import { incidentsSeen } from '../metrics/metrics.js';
import type { Wallet } from '../wallets/wallet.types.js';
import { type BalanceChange, setBalances } from '../wallets/wallet-rows.js';
import {
  insertBindings,
  insertMovements,
  loadBatch,
  type RecordedCommand,
  type SentCall,
  walletIdsOf,
} from './ledger/ledger-store.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { LedgerKeysService } from '../ledger-keys/ledger-keys.service.js';
import { sightingsOf } from './movement-incidents.js';
import { auditEntriesOf } from './movement-trail.js';
import { decide } from './ledger/decide.js';
import { sealAll, type SealedMovement } from './ledger/movement-seal.js';
import {
  type BookedMovement,
  type MovementCommand,
  OPERATOR_PARENT_SYSTEM_ID,
  type PaymentCommand,
  type Outcome,
  type PlayCommand,
  type Refused,
  type RollbackCommand,
  type RecordedMovement,
  type ReferenceBinding,
  UNNAMED,
} from './ledger/ledger.types.js';

type Request<Command> = Omit<Command, 'commandId' | 'at' | 'parentSystemId'>;

/** What is kept of a call beside what it decides. */
export interface Remarks {
  readonly description: string | null;
  /** JSON, as it was sent. */
  readonly tags: string | null;
  /** The call itself, which an incident shows as it was sent. */
  readonly sent?: SentCall;
}

/** A booked movement with the wallet it is of, whose currency and code its answer needs. */
export interface Receipt {
  readonly movement: BookedMovement;
  readonly wallet: Wallet;
}

/** What was decided, and the wallet of the command, where its session is known. */
interface Decision {
  readonly outcome: Outcome;
  readonly wallet: Wallet | undefined;
}

/**
 * Owns the ledger: bets, wins, rollbacks, and the operator's deposits and withdrawals (protocol §1.4 to §1.6, §3.4, §5).
 * Holds: `decide` knows every rule; a batch is decided in order under locks on its sessions, then its wallets, both in
 * the order of their ids, and committed in one transaction; balances, movements and bindings change together; what is
 * in the ledger never changes. Every answer, a refusal too, leaves after the commit it rests on.
 */
@Injectable()
export class MovementsService implements OnApplicationShutdown {
  private readonly logger = new Logger('Movements');
  private readonly queue: BatchQueue<RecordedCommand, Decision>;

  constructor(
    unitOfWork: UnitOfWork,
    private readonly audit: AuditService,
    private readonly incidents: IncidentsService,
    private readonly ledgerKeys: LedgerKeysService,
    private readonly config: Config,
  ) {
    this.queue = new BatchQueue(
      {
        name: 'movements',
        laneOf: ({ command }) => ('sessionId' in command ? command.sessionId : command.walletId),
        aloneAtOnce: unitOfWork.aloneAtOnce,
      },
      (commands) => unitOfWork.commit((transaction) => this.commit(transaction, commands)),
    );
  }

  /**
   * A bet or a win.
   * @throws GpasError 1002, 1003, 1004, 1007, 1008, 1009 or 1010 as protocol §3.4 orders them, SYSTEM_ERROR (1001)
   */
  play(parentSystemId: string, request: Request<PlayCommand>, remarks: Remarks): Promise<Receipt> {
    return this.submit({ ...request, ...commandOf(parentSystemId) }, remarks);
  }

  /**
   * Reverses a bet or a win, with the exact split it had.
   * @throws GpasError 1002, 1003, 1004, 1007 or 1010 as protocol §3.4 and §5, "Rollbacks" order them, SYSTEM_ERROR (1001)
   */
  rollback(parentSystemId: string, request: Request<RollbackCommand>, remarks: Remarks): Promise<Receipt> {
    return this.submit({ ...request, ...commandOf(parentSystemId) }, remarks);
  }

  /**
   * A deposit or a withdrawal of the operator's, under its own reference.
   * @throws GpasError NOT_FOUND, DUPLICATE_TX_ID, INSUFFICIENT_FUNDS, INVALID_REQUEST, SYSTEM_ERROR
   */
  pay(actor: Actor, request: Request<PaymentCommand>, remarks: Remarks): Promise<Receipt> {
    return this.submit({ ...request, ...commandOf(OPERATOR_PARENT_SYSTEM_ID) }, remarks, actor);
  }

  /**
   * Books a win or a rollback that was refused because its session was closed, under GPAS's own reference: what GPAS sends
   * again is then a repeat. It is booked in the transaction of the caller, who locks nothing before it: sessions and wallets
   * come first.
   * @throws GpasError as {@link play} and {@link rollback} do, but for the closed session
   */
  async settleLate(
    transaction: Transaction,
    parentSystemId: string,
    request: Request<PlayCommand> | Request<RollbackCommand>,
    description: string,
  ): Promise<Receipt> {
    const policies = {
      ...this.config.policies,
      lateSettlementPolicy: 'accept',
      duplicatePolicy: 'replay',
    } as const;
    const command: MovementCommand = { ...request, ...commandOf(parentSystemId) };
    const recorded = { command, description, tags: null, sent: null, actor: null, policies };
    const [result] = await this.commit(transaction, [recorded]);
    if (!result?.done) throw new Error('A command has one result');
    const { outcome, wallet } = result.answer;
    if (outcome.type === 'REFUSED') throw new GpasError(outcome.error, outcome.message ?? undefined);
    return receiptOf(outcome.movement, wallet);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.drain();
  }

  private async submit(
    command: MovementCommand,
    { description, tags, sent }: Remarks,
    actor: Actor | null = null,
  ): Promise<Receipt> {
    if ('sessionId' in command && command.sessionId !== UNNAMED) {
      noteInRequestContext({ walletSessionId: command.sessionId });
    }
    const { outcome, wallet } = await this.queue.submit({
      command,
      description: description?.toWellFormed() ?? null, // what is sealed must be what a database can keep
      tags,
      sent: sent ?? null,
      actor,
      policies: null,
    });
    if (wallet) noteInRequestContext({ walletId: wallet.id });
    if (outcome.type === 'REFUSED') throw this.refusalOf(outcome, command);
    return receiptOf(outcome.movement, wallet);
  }

  private async commit(
    transaction: Transaction,
    recorded: readonly RecordedCommand[],
  ): Promise<CommandResult<Decision>[]> {
    const commands = recorded.map(({ command }) => command);
    const { sessions, wallets, state } = await loadBatch(transaction, commands);
    const outcomes = recorded.map(({ command, policies }) => {
      const outcome = decide(state, command, policies ?? this.config.policies);
      state.apply(outcome);
      return outcome;
    });
    const sealed = sealAll(this.ledgerKeys.current, wallets, booked(recorded, outcomes));
    transaction.writeLast([
      ...insertBindings(bound(recorded, outcomes)),
      ...insertMovements(sealed),
      ...setBalances(balanceChanges(sealed, wallets)),
    ]);
    const walletsById = new Map(wallets.map((wallet) => [wallet.id, wallet]));
    await this.audit.record(transaction, auditEntriesOf(recorded, outcomes, walletsById));
    const decisions = outcomes.map((outcome, index): Decision => {
      const [walletId = ''] = walletIdsOf(commands.slice(index, index + 1), sessions);
      return { outcome, wallet: walletsById.get(walletId) };
    });
    const sightings = recorded.flatMap((each, index) => {
      const decision = decisions[index];
      return decision ? sightingsOf(each, decision.outcome, decision.wallet) : [];
    });
    for (const [index, { command }] of recorded.entries()) {
      const outcome = outcomes[index];
      if (outcome?.type !== 'REFUSED' || outcome.callsBack === null) continue;
      await this.incidents.callBack(transaction, command.parentSystemId, outcome.callsBack, command.at);
    }
    await this.incidents.record(transaction, sightings);
    return decisions.map((answer) => ({ done: true, answer }));
  }

  /** The refusal to answer, once what it rests on is committed; what an operator should look at is logged with it. */
  private refusalOf(
    { incident, error, message, firstMovementId }: Refused,
    command: MovementCommand,
  ): GpasError {
    if (incident !== null) {
      incidentsSeen.inc({ kind: incident });
      const { kind, parentSystemId, externalReference } = command;
      this.logger.warn(
        `${incident}: ${kind} ${externalReference} of ${parentSystemId} was answered ${error}`,
      );
    }
    const headers = firstMovementId === null ? {} : { 'x-movement-id': firstMovementId };
    return new GpasError(error, message ?? undefined, headers);
  }
}

/** What every command has: an id of its own, and when it arrived. */
function commandOf<Id extends string>(
  parentSystemId: Id,
): Pick<MovementCommand, 'commandId' | 'at'> & { readonly parentSystemId: Id } {
  const at = new Date();
  return { parentSystemId, at, commandId: newId(at) };
}

/** The references that are bound now, each with its instant. */
function bound(
  recorded: readonly RecordedCommand[],
  outcomes: readonly Outcome[],
): (ReferenceBinding & { readonly at: Date })[] {
  return recorded.flatMap(({ command }, index) => {
    const outcome = outcomes[index];
    const at = outcome?.type === 'BOOKED' ? outcome.movement.createdAt : command.at;
    return (outcome?.bindings ?? []).map((binding) => ({ ...binding, at }));
  });
}

function booked(recorded: readonly RecordedCommand[], outcomes: readonly Outcome[]): RecordedMovement[] {
  return recorded.flatMap(({ description, tags }, index) => {
    const outcome = outcomes[index];
    return outcome?.type === 'BOOKED' ? [{ ...outcome.movement, description, tags }] : [];
  });
}

function receiptOf(movement: BookedMovement, wallet: Wallet | undefined): Receipt {
  if (!wallet) throw new Error('A movement was booked on a wallet that is not locked');
  return { movement, wallet };
}

/** Each wallet as its last movement of the batch leaves it. */
function balanceChanges(movements: readonly SealedMovement[], wallets: readonly Wallet[]): BalanceChange[] {
  const last = new Map(movements.map((movement) => [movement.walletId, movement]));
  return wallets.flatMap(({ id, seq: seqBefore }) => {
    const movement = last.get(id);
    if (!movement) return [];
    const { realAfterMinor, bonusAfterMinor, seq, createdAt, seal } = movement;
    const balances = { realMinor: realAfterMinor, bonusMinor: bonusAfterMinor };
    return [{ walletId: id, ...balances, seq, seqBefore, movedAt: createdAt, seal }];
  });
}
