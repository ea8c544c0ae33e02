import type { Actor } from '../../audit/audit.types.js';
import { instantText } from '../../database/columns.js';
import { insertInto, placesFor, type Row, type Statement } from '../../database/statements/statement.js';
import type { Transaction } from '../../database/unit-of-work.js';
import { gameFrom, selectGames } from '../../games/games.service.js';
import { lockSessions, sessionFrom } from '../../sessions/session-rows.js';
import type { Session } from '../../sessions/session.types.js';
import { lockWallets, walletFrom } from '../../wallets/wallet-rows.js';
import type { Wallet } from '../../wallets/wallet.types.js';
import { LedgerState } from './ledger-state.js';
import type { BookedMovement, MovementCommand, MovementPolicies, ReferenceBinding } from './ledger.types.js';
import type { SealedMovement } from './movement-seal.js';

/**
 * How a batch of commands is read and written: one statement for each table, whatever the size of the batch, in two round
 * trips. The rows are taken as they are, without TypeORM's hydration, which would cost more than the decisions.
 */

/** A call as it was sent: of the query what stands behind the `?`, the raw bytes of the body, and the text of its tags. */
export interface SentCall {
  readonly query: string;
  readonly body: Buffer;
  readonly tags: string | null;
}

/** A command with what is kept of it and decides nothing. */
export interface RecordedCommand {
  readonly command: MovementCommand;
  readonly description: string | null;
  /** JSON, as it was sent. */
  readonly tags: string | null;
  /** The call as GPAS sent it; null for the operator's own. */
  readonly sent: SentCall | null;
  /** Whom the audit trail names, for the operator's own; null for GPAS's. */
  readonly actor: Actor | null;
  /** Instead of the settings: a command may be decided under other ones than its neighbours. */
  readonly policies: MovementPolicies | null;
}

/** A reference in the text of a statement. */
interface Reference {
  readonly parentSystemId: string;
  readonly externalReference: string;
}

/** What a batch is decided by, read under its locks. */
export interface LoadedBatch {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly wallets: readonly Wallet[];
  readonly state: LedgerState;
}

/**
 * Locks the sessions that `commands` name and then the wallets of these and those that they name, both in the order of
 * their ids, and reads all that {@link decide} may ask for, in one round trip.
 */
export async function loadBatch(
  transaction: Transaction,
  commands: readonly MovementCommand[],
): Promise<LoadedBatch> {
  const { rowLockClause } = transaction;
  const sessionIds = distinct(commands.flatMap((each) => ('sessionId' in each ? [each.sessionId] : [])));
  const walletIds = distinct(commands.flatMap((each) => ('walletId' in each ? [each.walletId] : [])));
  const [sessionRows = [], walletRows = [], referenceRows = [], gameRows = []] = await transaction.select([
    lockSessions(sessionIds, rowLockClause),
    lockWallets(walletsNamed(sessionIds, walletIds), rowLockClause),
    selectReferences(referencesOf(commands)),
    selectGames(gameIdsOf(commands)),
  ]);
  const sessions = new Map(sessionRows.map(sessionFrom).map((session) => [session.id, session]));
  const wallets = walletRows.map(walletFrom);
  const booked = new Map(referenceRows.flatMap((row) => (row['m_id'] === null ? [] : [[row['m_id'], row]])));
  const state = new LedgerState({
    sessions: sessions.values(),
    wallets,
    games: gameRows.map(gameFrom),
    bindings: referenceRows.map(bindingOf),
    movements: [...booked.values()].map(movementOf),
    rolledBackMovementIds: [...booked.values()]
      .filter((row) => row['rolled_back_by'] !== null)
      .map((row) => String(row['m_id'])),
  });
  return { sessions, wallets, state };
}

/** The ids of the wallets of sessions, whose wallet never changes, and of those named themselves. */
function walletsNamed(sessionIds: readonly string[], walletIds: readonly string[]): Statement {
  const ofSessions = `SELECT wallet_id AS id FROM sessions WHERE id IN (${placesFor(sessionIds)})`;
  const themselves = `SELECT id FROM wallets WHERE id IN (${placesFor(walletIds)})`;
  return {
    sql: `${ofSessions} UNION ${themselves} ORDER BY id LIMIT ?`,
    values: [...sessionIds, ...walletIds, sessionIds.length + walletIds.length],
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** The wallets that the commands name or whose sessions they name. */
export function walletIdsOf(
  commands: readonly MovementCommand[],
  sessions: ReadonlyMap<string, Session>,
): string[] {
  return commands.flatMap((command) => {
    const walletId = 'walletId' in command ? command.walletId : sessions.get(command.sessionId)?.walletId;
    return walletId === undefined ? [] : [walletId];
  });
}

/** Every reference that matters: each command's own, and a rollback's target. */
function referencesOf(commands: readonly MovementCommand[]): Reference[] {
  return commands.flatMap((command) => [
    command,
    ...(command.kind === 'ROLLBACK'
      ? [{ parentSystemId: command.parentSystemId, externalReference: command.targetReference }]
      : []),
  ]);
}

const BINDING_COLUMNS = [
  'parent_system_id',
  'external_reference',
  'ordinal',
  'kind',
  'wallet_id',
  'session_id',
  'amount_minor',
  'sub_wallet',
  'target_reference',
  'refusal',
  'command_id',
  'created_at',
] as const;

const MOVEMENT_COLUMNS = [
  'id',
  'parent_system_id',
  'external_reference',
  'kind',
  'wallet_id',
  'session_id',
  'seq',
  'amount_minor',
  'real_delta_minor',
  'bonus_delta_minor',
  'real_after_minor',
  'bonus_after_minor',
  'target_movement_id',
  'game_id',
  'description',
  'tags',
  'created_at',
  'seal',
] as const;

/** What nothing is decided by. */
const UNREAD: readonly string[] = ['description', 'tags', 'created_at', 'seal'];
const READ_MOVEMENT = MOVEMENT_COLUMNS.filter((column) => !UNREAD.includes(column));

function selectReferences(references: readonly Reference[]): Statement {
  // Row values in IN are written differently on each engine; one list for each parent system serves both.
  const byParent = new Map<string, Set<string>>();
  for (const { parentSystemId, externalReference } of references) {
    byParent.set(parentSystemId, (byParent.get(parentSystemId) ?? new Set()).add(externalReference));
  }
  // The longest first: of lists in any order there would be many more texts, each of which SQLite prepares and keeps.
  const lists = [...byParent].sort(([, one], [, other]) => other.size - one.size);
  const conditions = lists.map(
    ([, texts]) => `(b.parent_system_id = ? AND b.external_reference IN (${placesFor([...texts])}))`,
  );
  return {
    sql: `SELECT ${BINDING_COLUMNS.map((column) => `b.${column} AS b_${column}`).join(', ')},
       ${READ_MOVEMENT.map((column) => `m.${column} AS m_${column}`).join(', ')}, r.id AS rolled_back_by
     FROM reference_bindings b
     LEFT JOIN movements m
       ON m.parent_system_id = b.parent_system_id AND m.external_reference = b.external_reference
     LEFT JOIN movements r ON r.target_movement_id = m.id
     WHERE ${conditions.join(' OR ')}`,
    values: lists.flatMap(([parentSystemId, texts]) => [parentSystemId, ...texts]),
  };
}

/** The games that bets name. */
function gameIdsOf(commands: readonly MovementCommand[]): string[] {
  return distinct(
    commands.flatMap((command) =>
      command.kind === 'DEBIT' && command.gameId !== null ? [command.gameId] : [],
    ),
  );
}

function bindingOf(row: Row): ReferenceBinding {
  return {
    parentSystemId: row['b_parent_system_id'],
    externalReference: row['b_external_reference'],
    ordinal: Number(row['b_ordinal']),
    kind: row['b_kind'],
    walletId: row['b_wallet_id'],
    sessionId: row['b_session_id'],
    amountMinor: row['b_amount_minor'] === null ? null : BigInt(row['b_amount_minor'] as string | number),
    subWallet: row['b_sub_wallet'],
    targetReference: row['b_target_reference'],
    refusal: row['b_refusal'],
    commandId: row['b_command_id'],
  } as ReferenceBinding;
}

function movementOf(row: Row): BookedMovement {
  const minor = (column: string): bigint => BigInt(row[column] as string | number);
  return {
    id: row['m_id'],
    parentSystemId: row['m_parent_system_id'],
    externalReference: row['m_external_reference'],
    kind: row['m_kind'],
    walletId: row['m_wallet_id'],
    sessionId: row['m_session_id'],
    seq: Number(row['m_seq']),
    amountMinor: minor('m_amount_minor'),
    realDeltaMinor: minor('m_real_delta_minor'),
    bonusDeltaMinor: minor('m_bonus_delta_minor'),
    realAfterMinor: minor('m_real_after_minor'),
    bonusAfterMinor: minor('m_bonus_after_minor'),
    targetMovementId: row['m_target_movement_id'],
    gameId: row['m_game_id'],
  } as BookedMovement;
}

/** What the references are bound to from now on. */
export function insertBindings(bindings: readonly (ReferenceBinding & { readonly at: Date })[]): Statement[] {
  return insertInto(
    'reference_bindings',
    BINDING_COLUMNS,
    bindings.map((binding) => [
      binding.parentSystemId,
      binding.externalReference,
      binding.ordinal,
      binding.kind,
      binding.walletId,
      binding.sessionId,
      binding.amountMinor === null ? null : Number(binding.amountMinor),
      binding.subWallet,
      binding.targetReference,
      binding.refusal,
      binding.commandId,
      instantText(binding.at),
    ]),
  );
}

/** Appends movements to the ledger. */
export function insertMovements(movements: readonly SealedMovement[]): Statement[] {
  return insertInto(
    'movements',
    MOVEMENT_COLUMNS,
    movements.map((movement) => [
      movement.id,
      movement.parentSystemId,
      movement.externalReference,
      movement.kind,
      movement.walletId,
      movement.sessionId,
      movement.seq,
      Number(movement.amountMinor),
      Number(movement.realDeltaMinor),
      Number(movement.bonusDeltaMinor),
      Number(movement.realAfterMinor),
      Number(movement.bonusAfterMinor),
      movement.targetMovementId,
      movement.gameId,
      movement.description,
      movement.tags,
      instantText(movement.createdAt),
      movement.seal,
    ]),
  );
}
