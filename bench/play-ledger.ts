import { auditEntryOf, AuditService } from '../src/audit/audit.service.js';
import { type AuditEntry, SERVER } from '../src/audit/audit.types.js';
import type { PolicyConfig } from '../src/config/config.js';
import type { CommandDatabase } from '../src/database/connection/command-database.js';
import { newId } from '../src/database/id.js';
import { decide } from '../src/movements/ledger/decide.js';
import { insertBindings, insertMovements } from '../src/movements/ledger/ledger-store.js';
import { LedgerState } from '../src/movements/ledger/ledger-state.js';
import {
  type MovementCommand,
  OPERATOR_PARENT_SYSTEM_ID,
  type ReferenceBinding,
} from '../src/movements/ledger/ledger.types.js';
import type { SealedMovement } from '../src/movements/ledger/movement-seal.js';
import { SessionEntity } from '../src/sessions/session.entity.js';
import { WalletEntity } from '../src/wallets/wallet.entity.js';

/** Wallets that play at the same time, so that their rows lie between each other's, as in life. */
const WALLETS_AT_ONCE = 500;
const ROWS_PER_STATEMENT = 1_000;
const PARENT = 'BL13GT';

/** What is written of some commands. */
interface Rows {
  readonly movements: SealedMovement[];
  readonly bindings: (ReferenceBinding & { at: Date })[];
  readonly entries: AuditEntry[];
}

/**
 * Fills a migrated database with a ledger that agrees in every line: `decide` itself decides each command. Of 100 commands of a
 * wallet two are deposits, five rollbacks (one of them of what never came, which leaves a tombstone), the rest bets and wins.
 */
export async function playLedger(
  { unitOfWork }: CommandDatabase,
  policies: PolicyConfig,
  { wallets, commands }: { readonly wallets: number; readonly commands: number },
  say: (progress: string) => void,
): Promise<void> {
  const audit = new AuditService(unitOfWork);
  for (let first = 0; first < wallets; first += WALLETS_AT_ONCE) {
    const states = await open(unitOfWork, first, Math.min(WALLETS_AT_ONCE, wallets - first));
    for (let turn = 0; turn < commands; turn += 1) {
      const rows: Rows = { movements: [], bindings: [], entries: [] };
      for (const [walletId, { state, sessionId }] of states) {
        take(state, commandOf(walletId, sessionId, turn), policies, rows);
      }
      await unitOfWork.write(async (transaction) => {
        for (let at = 0; at < rows.bindings.length; at += ROWS_PER_STATEMENT) {
          transaction.writeLast(insertBindings(rows.bindings.slice(at, at + ROWS_PER_STATEMENT)));
        }
        transaction.writeLast(insertMovements(rows.movements));
        await audit.record(transaction, rows.entries);
      });
    }
    await unitOfWork.write(async (transaction) => {
      for (const [walletId, { state }] of states) {
        const { realMinor = 0n, bonusMinor = 0n, seq = 0, movedAt = null } = state.findWallet(walletId) ?? {};
        const last = { realMinor, bonusMinor, seq, movedAt };
        await transaction.manager.update(WalletEntity, { id: walletId }, last);
      }
    });
    say(`${first + states.size} of ${wallets} wallets`);
  }
}

async function open(
  unitOfWork: CommandDatabase['unitOfWork'],
  first: number,
  count: number,
): Promise<Map<string, { readonly state: LedgerState; readonly sessionId: string }>> {
  const createdAt = new Date();
  const names = Array.from({ length: count }, (_, number) => `played-${first + number}`);
  const wallets = names.map((id) => ({
    id,
    playerId: `player-of-${id}`,
    code: 'CASINO' as const,
    currency: 'EUR',
    decimals: 2,
    status: 'ACTIVE' as const,
    realMinor: 0n,
    bonusMinor: 0n,
    seq: 0,
    movedAt: null,
    createdAt,
    seal: null,
  }));
  const sessions = names.map((walletId) => ({
    id: newId(createdAt),
    parentSystemId: PARENT,
    walletId,
    status: 'OPEN' as const,
    createdAt,
    closedAt: null,
    closedBy: null,
  }));
  await unitOfWork.write(async ({ manager }) => {
    const insert = (entity: typeof WalletEntity | typeof SessionEntity, rows: object[]): Promise<unknown> =>
      manager.createQueryBuilder().insert().into(entity).values(rows).updateEntity(false).execute();
    await insert(WalletEntity, wallets);
    await insert(SessionEntity, sessions);
  });
  return new Map(
    wallets.map((wallet, index) => {
      const session = sessions.slice(index, index + 1);
      const none = { games: [], bindings: [], movements: [], rolledBackMovementIds: [] };
      const state = new LedgerState({ sessions: session, wallets: [wallet], ...none });
      return [wallet.id, { state, sessionId: session[0]?.id ?? '' }];
    }),
  );
}

function commandOf(walletId: string, sessionId: string, turn: number): MovementCommand {
  const named = (number: number): string => `${walletId}-${number}`;
  const at = new Date();
  const base = { commandId: newId(at), at, externalReference: named(turn) };
  const game = { sessionId, problem: null, gameId: `agt-${(turn * 7) % 50}` };
  const place = turn % 100;
  if (place < 2) {
    return {
      ...base,
      kind: 'DEPOSIT',
      parentSystemId: OPERATOR_PARENT_SYSTEM_ID,
      walletId,
      subWallet: place === 0 ? 'REAL' : 'BONUS',
      value: '1000',
    };
  }
  if (place % 20 === 19) {
    const targetReference = place === 99 ? `${named(turn)}-never` : named(turn - 1);
    return { ...base, ...game, kind: 'ROLLBACK', parentSystemId: PARENT, targetReference };
  }
  const kind = turn % 2 === 0 ? 'DEBIT' : 'CREDIT';
  return { ...base, ...game, kind, parentSystemId: PARENT, value: String((turn * 13) % 40) };
}

function take(state: LedgerState, command: MovementCommand, policies: PolicyConfig, rows: Rows): void {
  const outcome = decide(state, command, policies);
  state.apply(outcome);
  const at = outcome.type === 'BOOKED' ? outcome.movement.createdAt : command.at;
  rows.bindings.push(...outcome.bindings.map((binding) => ({ ...binding, at })));
  if (outcome.type !== 'BOOKED') return;
  const { movement } = outcome;
  const tags =
    movement.gameId === null ? null : JSON.stringify({ gpasSessionId: 'g', gameid: movement.gameId });
  rows.movements.push({ ...movement, seal: null, description: 'A game move made by gpas', tags });
  if (command.kind !== 'DEPOSIT') return;
  rows.entries.push(
    auditEntryOf(SERVER, {
      action: 'wallet.deposit',
      subjectType: 'wallet',
      subjectId: movement.walletId,
      before: null,
      after: {
        real: Number(movement.realAfterMinor) / 100,
        bonus: Number(movement.bonusAfterMinor) / 100,
        movementId: movement.id,
        externalReference: movement.externalReference,
      },
    }),
  );
}
