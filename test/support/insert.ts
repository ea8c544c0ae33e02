import { query } from './databases.js';

/** Puts rows straight into a table: more than calls could make in a test's time. */
export async function insert<T>(
  databaseUrl: string,
  table: string,
  columns: readonly string[],
  items: readonly T[],
  valuesOf: (item: T, index: number) => unknown[],
): Promise<void> {
  for (let start = 0; start < items.length; start += 1_000) {
    const rows = items.slice(start, start + 1_000).map((item, index) => valuesOf(item, start + index));
    const marks = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
    await query(databaseUrl, `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${marks}`, rows.flat());
  }
}

export function insertWallets(
  databaseUrl: string,
  wallets: readonly { id: string; playerId: string; status: string }[],
): Promise<void> {
  const columns = ['id', 'player_id', 'code', 'currency', 'decimals', 'status', 'created_at'];
  return insert(databaseUrl, 'wallets', columns, wallets, ({ id, playerId, status }) => [
    ...[id, playerId, 'CASINO', 'EUR', 2, status, '2026-01-01 00:00:00.000'],
  ]);
}
