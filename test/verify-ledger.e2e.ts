import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from './support/databases.js';
import { closeSession, credit, debit, openFundedSession, rollback } from './support/gpas.js';
import { type RunningApp, startApp } from './support/server.js';
import { verifyLedger } from './support/verify-ledger.js';

let server: RunningApp;

beforeAll(async () => {
  server = await startApp();
  const { url } = server;
  for (const walletId of ['good', 'bad']) {
    const id = await openFundedSession(url, walletId, { real: 10, bonus: 5 });
    await debit(url, id, `${walletId}-bet`, { value: 12 });
    await debit(url, id, `${walletId}-lost`, { value: 1 });
    await credit(url, id, `${walletId}-win`, { value: 7 });
    await rollback(url, id, `${walletId}-back`, `${walletId}-bet`);
    await rollback(url, id, `${walletId}-never`, `${walletId}-unknown`);
    await closeSession(url, id);
    await credit(url, id, `${walletId}-late`);
  }
});
afterAll(() => server.stop());

const run = (sql: string): Promise<object[]> => query(server.database.url, sql);

describe('verify-ledger', () => {
  it('finds that everything agrees after real play, beside a running server', async () => {
    const { code, output } = await verifyLedger(server.database.url);
    expect({ code, output }).toEqual({ code: 0, output: '3 wallets, 14 movements, all agree\n' });
  });

  const at = (reference: string): string => `WHERE external_reference = 'bad-${reference}'`;
  it.each<[string, string, string]>([
    [
      'a balance',
      `UPDATE wallets SET real_minor = real_minor + 1 WHERE id = 'bad'`,
      `UPDATE wallets SET real_minor = real_minor - 1 WHERE id = 'bad'`,
    ],
    [
      'a count',
      `UPDATE wallets SET seq = seq + 1 WHERE id = 'bad'`,
      `UPDATE wallets SET seq = seq - 1 WHERE id = 'bad'`,
    ],
    [
      'a movement that is not counted',
      `UPDATE wallets SET seq = seq - 1 WHERE id = 'bad'`,
      `UPDATE wallets SET seq = seq + 1 WHERE id = 'bad'`,
    ],
    [
      'a number in the chain',
      `UPDATE movements SET seq = 99 ${at('lost')}`,
      `UPDATE movements SET seq = 4 ${at('lost')}`,
    ],
    [
      'a balance in the chain',
      `UPDATE movements SET real_after_minor = real_after_minor + 1 ${at('lost')}`,
      `UPDATE movements SET real_after_minor = real_after_minor - 1 ${at('lost')}`,
    ],
    [
      'a change',
      `UPDATE movements SET bonus_delta_minor = bonus_delta_minor + 1 ${at('lost')}`,
      `UPDATE movements SET bonus_delta_minor = bonus_delta_minor - 1 ${at('lost')}`,
    ],
    [
      'an amount',
      `UPDATE movements SET amount_minor = amount_minor + 1 ${at('win')}`,
      `UPDATE movements SET amount_minor = amount_minor - 1 ${at('win')}`,
    ],
    [
      'a kind',
      `UPDATE movements SET kind = 'DEPOSIT' ${at('win')}`,
      `UPDATE movements SET kind = 'CREDIT' ${at('win')}`,
    ],
    [
      'a rollback without its target',
      `UPDATE movements SET target_movement_id = 'nothing' ${at('back')}`,
      `UPDATE movements SET target_movement_id = (SELECT id FROM (SELECT id FROM movements ${at('bet')}) x) ${at('back')}`,
    ],
    [
      'a reference',
      `UPDATE reference_bindings SET wallet_id = 'good' ${at('win')}`,
      `UPDATE reference_bindings SET wallet_id = 'bad' ${at('win')}`,
    ],
  ])('names the wallet where %s is wrong', async (_, breakIt, mendIt) => {
    await run(breakIt);
    const { code, output } = await verifyLedger(server.database.url);
    expect(code).toBe(1);
    expect(output).toMatch(/^wallet bad: /m);
    expect(output).toContain('1 of 3 wallets do not agree');
    expect(output).not.toContain('wallet good:');
    await run(mendIt);
    expect((await verifyLedger(server.database.url)).code).toBe(0);
  });

  it('says that it cannot read, with another exit code', async () => {
    const { code, output } = await verifyLedger('mysql://root@127.0.0.1:1/oas');
    expect(code).toBe(2);
    expect(output).toContain('could not be read');
  });
});
