import type { DataSource } from 'typeorm';
import { idsOf } from '../../database/id-range.js';
import { decimalsOf } from '../../wallets/currencies.js';
import type { SealedWallet } from '../../wallets/wallet-seal.js';
import { WALLET_CODES, WALLET_STATUSES } from '../../wallets/wallet.types.js';
import { MOVEMENT_KINDS } from '../ledger/ledger.types.js';
import type { SealedMovement } from '../ledger/movement-seal.js';
import {
  CLOCKS_MS,
  type Forms,
  formProblems,
  instant,
  instantOf,
  json,
  key,
  nullable,
  objectOf,
  oneOf,
  type Row,
  text,
  uuid,
  whole,
} from './forms.js';
import type { VerifiedMovement, VerifiedWallet } from './verified.types.js';

/**
 * How wallets and their movements are read, page by page. A read model: the statements of this folder read the tables
 * of every room that has to do with money, whose rows must agree with each other, and write none.
 */

export const WALLETS_PER_PAGE = 200;
export const MOVEMENTS_PER_PAGE = 500;
/** Bounds the size of a statement. */
const PAYMENTS_PER_STATEMENT = 50;

/** A connection of its own or a transaction's. */
export type Querying = Pick<DataSource['manager'], 'query'>;

export interface WalletPageRow extends VerifiedWallet {
  /** The highest `seq` among its movements at the instant of the row. */
  readonly lastSeq: number;
}

const WALLET_COLUMNS = `SELECT w.id, w.player_id, w.code, w.currency, w.decimals, w.status, w.real_minor, w.bonus_minor,
    w.seq, w.moved_at, w.created_at, w.seal, (SELECT MAX(m.seq) FROM movements m WHERE m.wallet_id = w.id) AS last_seq
  FROM wallets w WHERE`;

/** One statement is one instant on either engine, so a row and the last movement beside it belong together. */
export function readWallets(dataSource: DataSource, after: string): Promise<Row[]> {
  return dataSource.query<Row[]>(`${WALLET_COLUMNS} w.id > ? ORDER BY w.id LIMIT ${WALLETS_PER_PAGE}`, [
    after,
  ]);
}

export async function readWallet(dataSource: DataSource, id: string): Promise<Row | undefined> {
  return (await dataSource.query<Row[]>(`${WALLET_COLUMNS} w.id = ?`, [id]))[0];
}

/** Wallet ids after `after`, up to `end` if there is one, that movements name and no wallet has. */
export async function readStrangers(
  dataSource: DataSource,
  after: string,
  end: string | null,
): Promise<string[]> {
  // The inner part skips from id to id in the index, whatever number of movements each has.
  const rows = await dataSource.query<Row[]>(
    `SELECT named.wallet_id FROM
       (SELECT DISTINCT wallet_id FROM movements WHERE wallet_id > ?${end === null ? '' : ' AND wallet_id <= ?'}) named
     LEFT JOIN wallets w ON w.id = named.wallet_id
     WHERE w.id IS NULL ORDER BY named.wallet_id`,
    end === null ? [after] : [after, end],
  );
  return rows.map((row) => String(row['wallet_id']));
}

/** After the `seq` `after`, up to that of the wallet, in their order; with what must agree with each. */
export function readMovements(
  querying: Querying,
  wallet: Pick<VerifiedWallet, 'id' | 'seq'>,
  after: number,
): Promise<Row[]> {
  return querying.query<Row[]>(
    `SELECT m.id, m.parent_system_id, m.external_reference, m.kind, m.wallet_id, m.session_id, m.seq, m.amount_minor,
       m.real_delta_minor, m.bonus_delta_minor, m.real_after_minor, m.bonus_after_minor, m.target_movement_id, m.game_id,
       m.description, m.tags, m.created_at, m.seal,
       b.kind AS b_kind, b.wallet_id AS b_wallet_id, b.session_id AS b_session_id, b.amount_minor AS b_amount_minor,
       b.sub_wallet AS b_sub_wallet, b.target_reference AS b_target_reference, b.refusal AS b_refusal,
       b.command_id AS b_command_id, b.created_at AS b_created_at, v.ordinal AS v_ordinal,
       t.parent_system_id AS t_parent_system_id, t.external_reference AS t_external_reference, t.kind AS t_kind,
       t.wallet_id AS t_wallet_id, t.seq AS t_seq, t.amount_minor AS t_amount_minor,
       t.real_delta_minor AS t_real_delta_minor, t.bonus_delta_minor AS t_bonus_delta_minor, t.game_id AS t_game_id,
       s.wallet_id AS s_wallet_id, s.parent_system_id AS s_parent_system_id, s.created_at AS s_created_at,
       s.closed_at AS s_closed_at
     FROM movements m
     LEFT JOIN reference_bindings b ON b.parent_system_id = m.parent_system_id
       AND b.external_reference = m.external_reference AND b.ordinal = 0
     LEFT JOIN reference_bindings v ON v.parent_system_id = m.parent_system_id
       AND v.external_reference = m.external_reference AND v.ordinal = 1
     LEFT JOIN movements t ON t.id = m.target_movement_id
     LEFT JOIN sessions s ON s.id = m.session_id
     WHERE m.wallet_id = ? AND m.seq > ? AND m.seq <= ? ORDER BY m.seq LIMIT ${MOVEMENTS_PER_PAGE}`,
    [wallet.id, after, wallet.seq],
  );
}

/** Which of these movements of a wallet, the operator's own, the audit trail has lines of. */
export async function readTrailed(
  dataSource: DataSource,
  walletId: string,
  payments: readonly Row[],
): Promise<Set<unknown>> {
  const trailed = new Set<unknown>();
  for (let start = 0; start < payments.length; start += PAYMENTS_PER_STATEMENT) {
    // The line was written with the movement, so its id is of the same minutes.
    const ranges = payments.slice(start, start + PAYMENTS_PER_STATEMENT).map(({ created_at: at }) => {
      const then = new Date(instantOf(at));
      return idsOf({ from: then, until: then });
    });
    const lines = await dataSource.query<Row[]>(
      `SELECT after_change FROM audit_entries WHERE subject_type = 'wallet' AND subject_id = ?
         AND (${ranges.map(() => '(id >= ? AND id < ?)').join(' OR ')})`,
      [walletId, ...ranges.flat()],
    );
    for (const { after_change: after } of lines) trailed.add(objectOf(after)['movementId']);
  }
  return trailed;
}

const WALLET_FORMS: Forms = {
  id: key,
  player_id: key,
  code: oneOf(WALLET_CODES),
  currency: text,
  decimals: whole,
  status: oneOf(WALLET_STATUSES),
  real_minor: whole,
  bonus_minor: whole,
  seq: whole,
  moved_at: nullable(instant),
  created_at: instant,
  seal: nullable(text),
  last_seq: nullable(whole),
};

/** What is wrong with a wallet's row by itself; its movements can be checked where nothing is. */
export function walletFormProblems(row: Row): string[] {
  return formProblems(row, WALLET_FORMS);
}

/** What is wrong with a wallet's row of good form. */
export function walletProblems(row: Row, now: number = Date.now()): string[] {
  const currency = String(row['currency']);
  // A change of ISO 4217's decimals, which keeps the decimals of the wallets that are there, has to be told here too.
  const decimals = decimalsOf(currency);
  return [
    ...(decimals === undefined ? [`its currency ${currency} is none`] : []),
    ...(decimals === undefined || decimals === Number(row['decimals'])
      ? []
      : [`has ${Number(row['decimals'])} decimals, ${currency} has ${decimals}`]),
    ...(instantOf(row['created_at']) > now + CLOCKS_MS ? ['its created_at lies in the future'] : []),
  ];
}

export function walletOf(row: Row): WalletPageRow {
  return {
    id: String(row['id']),
    realMinor: minorOf(row['real_minor']),
    bonusMinor: minorOf(row['bonus_minor']),
    seq: Number(row['seq']),
    lastSeq: Number(row['last_seq'] ?? 0),
    movedAt: row['moved_at'] === null ? -Infinity : instantOf(row['moved_at']),
    createdAt: instantOf(row['created_at']),
  };
}

const MOVEMENT_FORMS: Forms = {
  id: uuid,
  parent_system_id: text,
  external_reference: key,
  kind: oneOf(MOVEMENT_KINDS),
  wallet_id: key,
  session_id: nullable(key),
  seq: whole,
  amount_minor: whole,
  real_delta_minor: whole,
  bonus_delta_minor: whole,
  real_after_minor: whole,
  bonus_after_minor: whole,
  target_movement_id: nullable(key),
  game_id: nullable(key),
  description: nullable(text),
  tags: nullable(json),
  created_at: instant,
  seal: nullable(text),
  // Of the rows beside it only what is reckoned with; the rest is compared.
  b_amount_minor: nullable(whole),
  t_seq: nullable(whole),
  t_amount_minor: nullable(whole),
  t_real_delta_minor: nullable(whole),
  t_bonus_delta_minor: nullable(whole),
};

/** What is wrong with a movement's row by itself; {@link movementOf} takes one of which nothing is. */
export function movementFormProblems(row: Row): string[] {
  return formProblems(row, MOVEMENT_FORMS);
}

export function movementOf(row: Row, isInTrail: boolean): VerifiedMovement {
  return {
    ...ownColumns(row),
    createdAt: instantOf(row['created_at']),
    target: row['t_kind'] === null ? null : movementColumns(row, 't_'),
    hasTombstone: row['v_ordinal'] !== null,
    binding: row['b_kind'] === null ? null : boundContentOf(row),
    session: row['s_wallet_id'] === null ? null : sessionOf(row),
    isInTrail,
  } as VerifiedMovement;
}

/** What is sealed of a wallet's row. */
export function sealedWalletOf(row: Row): SealedWallet {
  return {
    id: row['id'],
    playerId: row['player_id'],
    code: row['code'],
    currency: row['currency'],
    decimals: Number(row['decimals']),
    createdAt: new Date(instantOf(row['created_at'])),
  } as SealedWallet;
}

/** What is sealed of a movement's row. */
export function sealedMovementOf(row: Row): SealedMovement {
  return {
    ...ownColumns(row),
    description: row['description'],
    createdAt: new Date(instantOf(row['created_at'])),
    seal: row['seal'],
  } as SealedMovement;
}

function ownColumns(row: Row): object {
  return {
    ...movementColumns(row, ''),
    id: row['id'],
    sessionId: row['session_id'],
    realAfterMinor: minorOf(row['real_after_minor']),
    bonusAfterMinor: minorOf(row['bonus_after_minor']),
    targetMovementId: row['target_movement_id'],
    tags: row['tags'],
  };
}

/** What a movement and a target have in common. */
function movementColumns(row: Row, prefix: '' | 't_'): object {
  return {
    parentSystemId: row[`${prefix}parent_system_id`],
    externalReference: row[`${prefix}external_reference`],
    kind: row[`${prefix}kind`],
    walletId: row[`${prefix}wallet_id`],
    seq: Number(row[`${prefix}seq`]),
    amountMinor: minorOf(row[`${prefix}amount_minor`]),
    realDeltaMinor: minorOf(row[`${prefix}real_delta_minor`]),
    bonusDeltaMinor: minorOf(row[`${prefix}bonus_delta_minor`]),
    gameId: row[`${prefix}game_id`],
  };
}

function boundContentOf(row: Row): object {
  const amount = row['b_amount_minor'] ?? null;
  return {
    kind: row['b_kind'],
    walletId: row['b_wallet_id'],
    sessionId: row['b_session_id'],
    amountMinor: amount === null ? null : minorOf(amount),
    subWallet: row['b_sub_wallet'],
    targetReference: row['b_target_reference'],
    refusal: row['b_refusal'],
    commandId: row['b_command_id'],
    createdAt: instantOf(row['b_created_at']),
  };
}

function sessionOf(row: Row): object {
  return {
    walletId: row['s_wallet_id'],
    parentSystemId: row['s_parent_system_id'],
    createdAt: instantOf(row['s_created_at']),
    closedAt: instantOf(row['s_closed_at']),
  };
}

/** @param value a whole number, by its form */
export function minorOf(value: Row[string]): bigint {
  return BigInt(value as string | number);
}
