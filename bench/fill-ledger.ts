import type { Connection, RowDataPacket } from 'mysql2/promise';

/** A ledger as many players would have left it: as many movements each day, all day long, skewed to few games. */
export interface Ledger {
  readonly movements: number;
  readonly days: number;
  readonly wallets: number;
  /** Of the first day, UTC. */
  readonly firstDay: Date;
}

const DAY_MS = 86_400_000;
const DIGITS = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ');

/** UUIDv7 of an instant in milliseconds and a number. */
const idOf = (instant: string, number: string): string => {
  const hex = `LPAD(LOWER(HEX(${instant})), 12, '0')`;
  return `CONCAT(LEFT(${hex}, 8), '-', RIGHT(${hex}, 4), '-7000-8000-', LPAD(LOWER(HEX(${number})), 12, '0'))`;
};
const instantOf = (ms: string): string =>
  `TIMESTAMPADD(MICROSECOND, (${ms}) * 1000, '1970-01-01 00:00:00.000')`;

/**
 * Fills an empty schema by statements of the database's own: movements a day at a time in the order of their ids, what their
 * references are bound to, then their indexes, which is how ten million take minutes. Amounts and references look random and are the same each time;
 * balances do not follow from them, so this is nothing to verify a ledger with.
 */
export async function fillLedger(
  connection: Connection,
  { movements, days, wallets, firstDay }: Ledger,
  say: (progress: string) => void,
): Promise<void> {
  await connection.query(`SET time_zone = '+00:00'`);
  await connection.query('CREATE TABLE numbers (n INT PRIMARY KEY)');
  await connection.query(`INSERT INTO numbers SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d
    FROM (${DIGITS}) a, (${DIGITS}) b, (${DIGITS}) c, (${DIGITS}) e, (${DIGITS}) f, (${DIGITS}) g`);
  await connection.query(
    `INSERT INTO wallets (id, player_id, code, currency, decimals, status, real_minor, bonus_minor, seq, created_at)
     SELECT CONCAT('filled-', n), CONCAT('player-', n DIV 2), 'CASINO', IF(n % 10 = 0, 'EUR', 'BRL'), 2, 'ACTIVE', 0, 0, 0, ?
     FROM numbers WHERE n < ?`,
    [firstDay, wallets],
  );
  const indexes = await takeIndexes(connection);
  const perDay = movements / days;
  for (let day = 0; day < days; day += 1) {
    say(`day ${day + 1} of ${days}`);
    await fillDay(connection, {
      start: firstDay.getTime() + day * DAY_MS,
      first: day * perDay,
      perDay,
      wallets,
    });
  }
  say('indexes');
  await connection.query(`ALTER TABLE movements ${indexes.map((index) => `ADD ${index}`).join(', ')}`);
  await connection.query('UPDATE wallets SET seq = ?', [1000 + movements / wallets]);
  await connection.query('DROP TABLE numbers');
  await connection.query('ANALYZE TABLE movements, reference_bindings, wallets, sessions');
}

async function fillDay(
  connection: Connection,
  day: { readonly start: number; readonly first: number; readonly perDay: number; readonly wallets: number },
): Promise<void> {
  const { start, first, perDay, wallets } = day;
  // Each wallet has one session a day, closed but for some.
  const sessionIdOf = (wallet: string): string => idOf(`${start} + ${wallet}`, wallet);
  const opened = instantOf(`${start} + n`);
  await connection.query(
    `INSERT INTO sessions (id, parent_system_id, wallet_id, status, created_at, closed_at)
     SELECT ${sessionIdOf('n')}, 'BL13GT', CONCAT('filled-', n), IF(n % 50 = 0, 'OPEN', 'CLOSE'), ${opened},
       IF(n % 50 = 0, NULL, ${opened})
     FROM numbers WHERE n < ?`,
    [wallets],
  );
  const source = `SELECT number, ms, wallet, dice, CAST(1 + CRC32(number * 3) % 10000 AS SIGNED) AS amount,
      FLOOR(300 * POW(CRC32(number + 5) / 4294967296, 3)) AS game
    FROM (SELECT n + ${first} AS number, ${start} + FLOOR(n * ${DAY_MS / perDay}) AS ms,
      ((n + ${first}) * 7919) % ${wallets} AS wallet, CRC32(n + ${first}) % 1000 AS dice FROM numbers WHERE n < ${perDay}) AS r`;
  await connection.query(
    `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, session_id, seq, amount_minor,
       real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, target_movement_id, game_id, description,
       tags, created_at)
     SELECT ${idOf('ms', 'number')}, 'BL13GT', CONCAT('agt-', LEFT(SHA2(number, 256), 32)),
       CASE WHEN dice < 700 THEN 'DEBIT' WHEN dice < 985 THEN 'CREDIT' WHEN dice < 995 THEN 'ROLLBACK' ELSE 'DEPOSIT' END,
       CONCAT('filled-', wallet), ${sessionIdOf('wallet')}, 1000 + number DIV ${wallets}, amount,
       IF(dice < 700, -1, 1) * amount, 0, 1000000, 0, IF(dice BETWEEN 985 AND 994, CONCAT('target-', number), NULL),
       IF(dice < 995, CONCAT('agt-', game), NULL), 'Debit game move made by gpas',
       CONCAT('{"gpasSessionId":"gpas-1","gameid":"agt-', game, '"}'), ${instantOf('ms')}
     FROM (${source}) AS rows_of_day ORDER BY number`,
  );
  await connection.query(
    `INSERT INTO reference_bindings (parent_system_id, external_reference, ordinal, kind, wallet_id, session_id, amount_minor,
       target_reference, command_id, created_at)
     SELECT parent_system_id, external_reference, 0, kind, wallet_id, session_id, amount_minor, target_movement_id, id, created_at
     FROM movements WHERE id >= ? AND id < ? ORDER BY external_reference`,
    [start, start + DAY_MS].map(startOfIds),
  );
}

/** What the ids of an instant begin with. */
function startOfIds(instant: number): string {
  const hex = instant.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-`;
}

/** Drops all but the primary key of the movements, and says how they were. */
async function takeIndexes(connection: Connection): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>('SHOW INDEX FROM movements WHERE Key_name <> ?', [
    'PRIMARY',
  ]);
  const columns = new Map<string, string[]>();
  for (const row of rows) {
    const head = `${Number(row['Non_unique']) === 0 ? 'UNIQUE ' : ''}INDEX ${String(row['Key_name'])}`;
    columns.set(head, [...(columns.get(head) ?? []), String(row['Column_name'])]);
  }
  const names = new Set(rows.map((row) => String(row['Key_name'])));
  await connection.query(
    `ALTER TABLE movements ${[...names].map((name) => `DROP INDEX ${name}`).join(', ')}`,
  );
  return [...columns].map(([head, names]) => `${head} (${names.join(', ')})`);
}
