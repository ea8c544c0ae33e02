import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from '../support/application.js';
import { query } from '../support/databases.js';
import { callOperator } from '../support/gpas.js';
import { insertWallets } from '../support/insert.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;

describe('the lists of wallets, as the database executes them', () => {
  const MANY = 6_000;
  const statements: [string, unknown[]][] = [];

  beforeAll(async () => {
    server = await startApp();
    const ids = Array.from({ length: MANY }, (_, index) => `x-${String(index).padStart(4, '0')}`);
    await insertWallets(
      server.database.url,
      ids.map((id, index) => ({
        id,
        playerId: index % 15 === 0 ? 'explained' : `one-of-many-${index % 500}`,
        status: index % 15 === 0 ? 'BLOCKED' : 'ACTIVE',
      })),
    );
    await query(server.database.url, 'ANALYZE TABLE wallets');
    const { logger } = server.app.get(DataSource);
    const logQuery = logger.logQuery.bind(logger);
    logger.logQuery = (sql, parameters, runner): void => {
      statements.push([sql, [...((parameters as unknown[] | undefined) ?? [])]]);
      logQuery(sql, parameters, runner);
    };
  });

  afterAll(() => server.stop());

  /** How the statement that the list makes is executed. */
  async function planOf(filter: string): Promise<{ key: string; extra: string; rows: number }> {
    statements.length = 0;
    const answer = await callOperator(server.url, 'GET', `/operator/wallets?${filter}`);
    expect(answer.status).toBe(200);
    const made = statements.filter(([sql]) => sql.startsWith('SELECT') && sql.includes('`wallets`'));
    expect(made).toHaveLength(1);
    const [sql, parameters] = made[0]!;
    const plan = await query<{ key: string; Extra: string | null; rows: string | number }>(
      server.database.url,
      `EXPLAIN FORMAT=TRADITIONAL ${sql}`,
      parameters,
    );
    expect(plan).toHaveLength(1);
    return { key: plan[0]!.key, extra: plan[0]!.Extra ?? '', rows: Number(plan[0]!.rows) };
  }

  it.each([
    ['playerId=explained', 'ix_wallets_player'],
    ['playerId=explained&after=x-3000', 'ix_wallets_player'],
    ['playerId=explained&after=x-3000&limit=5', 'ix_wallets_player'],
    ['playerId=one-of-many-77&after=x-0100', 'ix_wallets_player'],
    ['status=BLOCKED', 'ix_wallets_status'],
    ['status=BLOCKED&after=x-3000', 'ix_wallets_status'],
    ['status=BLOCKED&after=x-3000&limit=5', 'ix_wallets_status'],
  ])('%s uses %s, in its order', async (filter, key) => {
    const plan = await planOf(filter);
    expect(plan.key).toBe(key);
    expect(plan.extra).not.toMatch(/filesort|temporary/);
    expect(plan.rows).toBeLessThan(MANY / 2);
  });

  it.each([
    '',
    'after=x-3000',
    'status=ACTIVE',
    'status=ACTIVE&after=x-3000',
    'status=ACTIVE&playerId=explained',
  ])('nothing is sorted for "%s"', async (filter) => {
    const plan = await planOf(filter);
    expect(plan.key).toMatch(/^(PRIMARY|ix_wallets_\w+)$/);
    expect(plan.extra).not.toMatch(/filesort|temporary/);
  });
});
