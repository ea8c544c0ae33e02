import { ENGINE, query } from './databases.js';

const DIGIT = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ');

/** Bets of 1.00 of long ago that the database itself makes, under one session and game, both called `name`. */
export async function insertManyBets(
  databaseUrl: string,
  { name, walletId, count, at }: { name: string; walletId: string; count: number; at: string },
): Promise<void> {
  const numbers = `SELECT n FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
    FROM (${DIGIT}) a, (${DIGIT}) b, (${DIGIT}) c, (${DIGIT}) e, (${DIGIT}) f) AS every WHERE n < ${count}`;
  const [id, reference] =
    ENGINE === 'mysql'
      ? [`CONCAT('00000000-0000-7000-8000-', LPAD(n, 12, '0'))`, `CONCAT('${name}-', n)`]
      : [`printf('00000000-0000-7000-8000-%012d', n)`, `'${name}-' || n`];
  await query(
    databaseUrl,
    `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, session_id, seq, amount_minor,
       real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
     SELECT ${id}, 'BL13GT', ${reference}, 'DEBIT', ?, ?, 100000 + n, 100, -100, 0, 0, 0, ?, ? FROM (${numbers}) AS many`,
    [walletId, name, name, at],
  );
}
