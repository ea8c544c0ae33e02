import type {
  BookedMovement,
  GameState,
  Outcome,
  ReferenceBinding,
  ReferenceRecord,
  SessionState,
  WalletState,
} from './ledger.types.js';

/** What `decide` reads. Whatever is absent here is taken not to exist, so the loader must bring all that is named. */
export interface LedgerView {
  findSession(sessionId: string): SessionState | undefined;
  findWallet(walletId: string): WalletState | undefined;
  findReference(parentSystemId: string, externalReference: string): ReferenceRecord | undefined;
  findGame(gameId: string): GameState | undefined;
}

/** The rows of one batch, as read under its locks. */
export interface LedgerRows {
  readonly sessions: Iterable<SessionState>;
  readonly wallets: Iterable<WalletState>;
  readonly games: Iterable<GameState>;
  /** Of every reference named, as a command's own or as a rollback's target. */
  readonly bindings: Iterable<ReferenceBinding>;
  readonly movements: Iterable<BookedMovement>;
  /** Ids of those among `movements` that a rollback has reversed. */
  readonly rolledBackMovementIds: Iterable<string>;
}

/**
 * The state of one batch in memory: loaded once, then carried forward by what each command did, so that commands
 * decided one after another see each other exactly as if each had been committed before the next.
 *
 * Holds: a reference has one record; a wallet's `seq` and balances are those of its last movement.
 */
export class LedgerState implements LedgerView {
  private readonly sessions: ReadonlyMap<string, SessionState>;
  private readonly games: ReadonlyMap<string, GameState>;
  private readonly wallets: Map<string, WalletState>;
  private readonly references = new Map<string, ReferenceRecord>();
  /** Movement id to reference key, for a rollback that names its target by id. */
  private readonly keysByMovementId = new Map<string, string>();

  constructor(rows: LedgerRows) {
    this.sessions = byId(rows.sessions);
    this.games = byId(rows.games);
    this.wallets = byId(rows.wallets);
    for (const binding of rows.bindings) this.addBinding(binding);
    for (const movement of rows.movements) this.addMovement(movement);
    for (const movementId of rows.rolledBackMovementIds) this.markRolledBack(movementId);
  }

  findSession(sessionId: string): SessionState | undefined {
    return this.sessions.get(sessionId);
  }

  findWallet(walletId: string): WalletState | undefined {
    return this.wallets.get(walletId);
  }

  findReference(parentSystemId: string, externalReference: string): ReferenceRecord | undefined {
    return this.references.get(referenceKey(parentSystemId, externalReference));
  }

  findGame(gameId: string): GameState | undefined {
    return this.games.get(gameId);
  }

  /** Carries the state forward by what a command did: its bindings, its movement, the wallet's new balances. */
  apply(outcome: Outcome): void {
    for (const binding of outcome.bindings) this.addBinding(binding);
    if (outcome.type !== 'BOOKED') return;
    const { movement } = outcome;
    const wallet = this.wallets.get(movement.walletId);
    if (wallet?.seq !== movement.seq - 1)
      throw new Error('A movement must follow the last one of its wallet');
    this.addMovement(movement);
    if (movement.targetMovementId !== null) this.markRolledBack(movement.targetMovementId);
    this.wallets.set(wallet.id, {
      ...wallet,
      realMinor: movement.realAfterMinor,
      bonusMinor: movement.bonusAfterMinor,
      seq: movement.seq,
      movedAt: movement.createdAt,
    });
  }

  private addBinding(binding: ReferenceBinding): void {
    const key = referenceKey(binding.parentSystemId, binding.externalReference);
    const record = this.references.get(key);
    // Rows come in any order: the tombstone over what was refused may be read before it.
    if (binding.ordinal === 1) {
      this.references.set(key, { ...(record ?? emptyRecord(binding)), voided: true });
    } else if (record === undefined || record.binding.ordinal === 1) {
      this.references.set(key, { ...(record ?? emptyRecord(binding)), binding });
    } else {
      throw new Error('A reference can be bound only once');
    }
  }

  private addMovement(movement: BookedMovement): void {
    const key = referenceKey(movement.parentSystemId, movement.externalReference);
    const record = this.references.get(key);
    if (record === undefined) throw new Error('A movement needs the binding of its reference');
    if (record.movement !== null) throw new Error('A reference can be booked only once');
    this.references.set(key, { ...record, movement });
    this.keysByMovementId.set(movement.id, key);
  }

  private markRolledBack(movementId: string): void {
    const key = this.keysByMovementId.get(movementId);
    const record = key === undefined ? undefined : this.references.get(key);
    if (key === undefined || record === undefined)
      throw new Error('A rollback needs its target in the state');
    if (record.rolledBack) throw new Error('A movement can be rolled back only once');
    this.references.set(key, { ...record, rolledBack: true });
  }
}

function emptyRecord(binding: ReferenceBinding): ReferenceRecord {
  return { binding, voided: false, movement: null, rolledBack: false };
}

function byId<T extends { readonly id: string }>(rows: Iterable<T>): Map<string, T> {
  return new Map(Array.from(rows, (row): [string, T] => [row.id, row]));
}

/** A line break cannot be in an id, so two different pairs never share a key. */
function referenceKey(parentSystemId: string, externalReference: string): string {
  return `${parentSystemId}\n${externalReference}`;
}
