import { LedgerState } from '../../src/movements/ledger/ledger-state.js';
import type {
  Outcome,
  ReferenceBinding,
  TimedMovement,
  WalletState,
} from '../../src/movements/ledger/ledger.types.js';
import { GAMES, LIMIT, SESSIONS, WALLETS } from './movement-actions.js';

/** What the database would hold, with its unique indexes. */
export class MovementTables {
  private readonly bindings = new Map<string, ReferenceBinding>();
  private readonly movements: TimedMovement[] = [];
  private readonly indexes = new Set<string>();

  write(outcome: Outcome): void {
    for (const binding of outcome.bindings) {
      const { parentSystemId, externalReference, ordinal } = binding;
      this.unique(`binding ${parentSystemId} ${externalReference} ${ordinal}`);
      this.bindings.set(`${parentSystemId} ${externalReference} ${ordinal}`, binding);
    }
    if (outcome.type !== 'BOOKED') return;
    const { movement } = outcome;
    this.unique(`id ${movement.id}`);
    this.unique(`reference ${movement.parentSystemId} ${movement.externalReference}`);
    this.unique(`seq ${movement.walletId} ${movement.seq}`);
    if (movement.targetMovementId !== null) this.unique(`target ${movement.targetMovementId}`);
    this.movements.push(movement);
  }

  findMovement(id: string): TimedMovement | undefined {
    return this.movements.find((movement) => movement.id === id);
  }

  load(
    wallets: readonly WalletState[],
    closed: ReadonlySet<string>,
    blocked: ReadonlySet<string>,
  ): LedgerState {
    return new LedgerState({
      sessions: SESSIONS.map((session) => ({
        ...session,
        status: closed.has(session.id) ? 'CLOSE' : 'OPEN',
      })),
      wallets: wallets.map((wallet) => ({
        ...wallet,
        status: blocked.has(wallet.id) ? 'BLOCKED' : 'ACTIVE',
      })),
      games: GAMES,
      bindings: this.bindings.values(),
      movements: this.movements,
      rolledBackMovementIds: this.movements.flatMap(({ targetMovementId }) => targetMovementId ?? []),
    });
  }

  /** Each wallet's chain: no gap, no negative balance, every line the last one plus its change, its instants and ids in its order; rollbacks mirror. */
  verify(wallets: readonly WalletState[]): void {
    const byId = new Map(this.movements.map((movement) => [movement.id, movement]));
    for (const start of WALLETS) {
      let [real, bonus, seq] = [start.realMinor, start.bonusMinor, 0];
      let last: TimedMovement | undefined;
      for (const movement of this.movements.filter(({ walletId }) => walletId === start.id)) {
        [real, bonus, seq] = [real + movement.realDeltaMinor, bonus + movement.bonusDeltaMinor, seq + 1];
        same(
          `${movement.seq} ${movement.realAfterMinor} ${movement.bonusAfterMinor}`,
          `${seq} ${real} ${bonus}`,
        );
        same(last === undefined || (movement.createdAt > last.createdAt && movement.id > last.id), true);
        last = movement;
        same(real >= 0n && bonus >= 0n && real + bonus <= BigInt(LIMIT), true);
        const moved = movement.realDeltaMinor + movement.bonusDeltaMinor;
        same(moved < 0n ? -moved : moved, movement.amountMinor);
        const target = movement.targetMovementId === null ? undefined : byId.get(movement.targetMovementId);
        same(target !== undefined, movement.kind === 'ROLLBACK');
        if (target === undefined) continue;
        same(movement.realDeltaMinor, -target.realDeltaMinor);
        same(movement.bonusDeltaMinor, -target.bonusDeltaMinor);
        same(`${movement.walletId} ${movement.gameId}`, `${target.walletId} ${target.gameId}`);
      }
      const end = wallets.find(({ id }) => id === start.id);
      same(`${end?.realMinor} ${end?.bonusMinor} ${end?.seq}`, `${real} ${bonus} ${seq}`);
    }
  }

  private unique(key: string): void {
    if (this.indexes.has(key)) throw new Error(`duplicate: ${key}`);
    this.indexes.add(key);
  }
}

/** An assertion that costs nothing while it holds: the runs make millions of them. */
export function same(actual: unknown, expected: unknown, about: () => string = () => ''): void {
  if (actual !== expected) throw new Error(`${about()} expected ${String(expected)}, got ${String(actual)}`);
}
