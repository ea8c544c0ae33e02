import type { DataSource } from 'typeorm';
import { instantText } from '../../../database/columns.js';
import { type Forms, formProblems, instant, instantOf, type Row, whole } from '../forms.js';
import type { Finding } from '../verified.types.js';
import { inOneLine } from '../wallet-verification.js';

const HOURS_PER_PAGE = 100;
const HOUR_MS = 3_600_000;
const BEFORE_ALL = '1000-01-01 00:00:00.000';
/** A sum need not fit into 64 bits: the low bits and the rest are kept and summed apart. */
const LOW = 1n << 20n;

const HOUR_FORMS: Forms = { hour: instant, movements: whole, checked_at: instant, due_at: instant };
const HOURS = 'SELECT hour, movements, checked_at, due_at FROM movement_hours WHERE checked_at IS NOT NULL';

/** An hour and its totals are written together. */
const UNLISTED = `SELECT t.hour FROM (SELECT DISTINCT hour FROM movement_totals) t LEFT JOIN movement_hours h ON h.hour = t.hour
  WHERE h.hour IS NULL ORDER BY t.hour`;

const KEPT = `SELECT parent_system_id, game_id, currency, decimals, kind, SUM(amount_high) AS high, SUM(amount_low) AS low,
    SUM(movements) AS number
  FROM movement_totals WHERE hour = ? GROUP BY parent_system_id, game_id, currency, decimals, kind`;

/** What a rollback took back is told by the way the money went. */
const MOVED = `SELECT m.parent_system_id, m.game_id, w.currency, w.decimals,
    CASE WHEN m.kind = 'DEBIT' THEN 'BET' WHEN m.kind = 'CREDIT' THEN 'WIN'
      WHEN m.real_delta_minor + m.bonus_delta_minor > 0 THEN 'BET_ROLLBACK'
      WHEN m.real_delta_minor + m.bonus_delta_minor < 0 THEN 'WIN_ROLLBACK' ELSE 'EMPTY_ROLLBACK' END AS moved,
    SUM(m.amount_minor >> 20) AS high, SUM(m.amount_minor & 1048575) AS low, COUNT(*) AS number
  FROM movements m LEFT JOIN wallets w ON w.id = m.wallet_id
  WHERE m.created_at >= ? AND m.created_at < ? AND m.kind IN ('DEBIT', 'CREDIT', 'ROLLBACK')
  GROUP BY m.parent_system_id, m.game_id, w.currency, w.decimals, moved`;

/**
 * Compares the totals that are kept of each hour with its movements, and yields the hours that differ. What came about between two
 * statements, a late movement or totals made anew, is gone when the hour is looked at once more.
 */
export async function* walkTotals(
  dataSource: DataSource,
  onHours: (count: number) => void,
): AsyncGenerator<Finding> {
  for (const row of await dataSource.query<Row[]>(UNLISTED)) {
    yield findingIn(row, ['their hour is not listed']);
  }
  for (let after = BEFORE_ALL; ;) {
    const hours = await dataSource.query<Row[]>(
      `${HOURS} AND hour > ? ORDER BY hour LIMIT ${HOURS_PER_PAGE}`,
      [after],
    );
    for (const row of hours) {
      const finding = (await findingOf(dataSource, row)) && (await lookAgain(dataSource, row));
      if (finding) yield finding;
    }
    onHours(hours.length);
    const last = hours.at(-1);
    if (!last || hours.length < HOURS_PER_PAGE) return;
    after = textOf(last);
  }
}

async function lookAgain(dataSource: DataSource, { hour }: Row): Promise<Finding | null> {
  const [again] = await dataSource.query<Row[]>(`${HOURS} AND hour = ?`, [textOf({ hour })]);
  return again ? findingOf(dataSource, again) : null;
}

async function findingOf(dataSource: DataSource, row: Row): Promise<Finding | null> {
  const malformed = formProblems(row, HOUR_FORMS);
  const problems = malformed.length > 0 ? malformed : await problemsOf(dataSource, row);
  return problems.length === 0 ? null : findingIn(row, problems);
}

function findingIn(row: Row, problems: readonly string[]): Finding {
  const hour = textOf(row);
  const day = hour.slice(0, 10);
  return {
    subject: `totals of ${hour.slice(0, 16)}`,
    problem: `${inOneLine(problems)}; npm run totals:rebuild -- --from ${day} --to ${day} makes them again`,
  };
}

async function problemsOf(dataSource: DataSource, row: Row): Promise<string[]> {
  const start = instantOf(row['hour']);
  if (start % HOUR_MS !== 0) return ['no hour begins then'];
  const period = [start, start + HOUR_MS].map((at) => instantText(new Date(at)));
  const kept = sumsOf(await dataSource.query<Row[]>(KEPT, [textOf(row)]));
  const moved = sumsOf(await dataSource.query<Row[]>(MOVED, period));
  const problems = [...new Set([...moved.keys(), ...kept.keys()])]
    .filter((of) => moved.get(of)?.said !== kept.get(of)?.said)
    .map((of) => `${of}: ${moved.get(of)?.said ?? 'none'}, kept as ${kept.get(of)?.said ?? 'none'}`);
  const number = [...moved.values()].reduce((all, sum) => all + sum.number, 0);
  if (number !== Number(row['movements'])) {
    problems.push(`made of ${Number(row['movements'])} movements, there are ${number}`);
  }
  return problems;
}

interface Sum {
  readonly number: number;
  /** In words. */
  readonly said: string;
}

function sumsOf(rows: readonly Row[]): Map<string, Sum> {
  return new Map(
    rows.map((row) => {
      const of = ['moved', 'kind', 'game_id', 'currency', 'decimals', 'parent_system_id']
        .filter((column) => column in row)
        .map((column) => String(row[column] ?? 'none'));
      const minor = BigInt(String(row['high'])) * LOW + BigInt(String(row['low']));
      const number = Number(row['number']);
      return [of.join(' '), { number, said: `${number} of ${minor} minor units` }];
    }),
  );
}

/** As it is stored, whatever it is. */
function textOf({ hour }: Row): string {
  return hour instanceof Date ? instantText(hour) : String(hour);
}
