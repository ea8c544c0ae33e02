import { ENGINE, query } from './databases.js';

const DIGIT = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ');

interface ManyBets {
  readonly name: string;
  readonly walletId: string;
  readonly count: number;
  /** The instant of the first, as it is stored; that of all unless they are spread, one a millisecond. */
  readonly at: string;
  readonly spread?: boolean;
}

/** Bets of 1.00 of long ago that the database itself makes, under one session and game, both called `name`. */
export async function insertManyBets(
  databaseUrl: string,
  { name, walletId, count, at, spread = false }: ManyBets,
): Promise<void> {
  const numbers = `SELECT n FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
    FROM (${DIGIT}) a, (${DIGIT}) b, (${DIGIT}) c, (${DIGIT}) e, (${DIGIT}) f) AS every WHERE n < ${count}`;
  const [id, reference, later] =
    ENGINE === 'mysql'
      ? [
          `CONCAT('00000000-0000-7000-8000-', LPAD(n, 12, '0'))`,
          `CONCAT('${name}-', n)`,
          'DATE_ADD(?, INTERVAL 1000 * n MICROSECOND)',
        ]
      : [
          `printf('00000000-0000-7000-8000-%012d', n)`,
          `'${name}-' || n`,
          `strftime('%Y-%m-%d %H:%M:%f', ?, '+' || (n / 1000.0) || ' seconds')`,
        ];
  await query(
    databaseUrl,
    `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, session_id, seq, amount_minor,
       real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
     SELECT ${id}, 'BL13GT', ${reference}, 'DEBIT', ?, ?, 100000 + n, 100, -100, 0, 0, 0, ?, ${spread ? later : '?'} FROM (${numbers}) AS many`,
    [walletId, name, name, at],
  );
}
