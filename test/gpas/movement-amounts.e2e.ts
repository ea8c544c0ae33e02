import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, leftOf } from '../support/answers.js';
import { balance, credit, debit, totalOf } from '../support/gpas.js';
import { scenario } from '../support/scenario.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

describe('amounts', () => {
  it.each([
    ['EUR', '0.10', 0.1],
    ['EUR', 0.1, 0.1],
    ['EUR', '1.000', 1],
    ['EUR', 0, 0],
    ['EUR', 1e2, 100],
    ['JPY', '100.00', 100],
    ['KWD', '0.001', 0.001],
    ['EUR', '100', 100],
  ])('%s takes %j as %d', async (currency, value, amount) => {
    const { walletId, id } = await scenario(url, { real: 1000, currency });
    const answer = await debit(url, id, `amount-${walletId}`, { value });
    expect([answer.status, leftOf(answer)]).toEqual([201, Number((1000 - amount).toFixed(3))]);
  });

  it.each([
    ['EUR', '0.001'],
    ['EUR', 0.30000000000000004],
    ['EUR', '-1'],
    ['EUR', -1],
    ['EUR', '1e3'],
    ['EUR', '.5'],
    ['EUR', '1.'],
    ['EUR', '+1'],
    ['EUR', ' 1'],
    ['EUR', '01'],
    ['EUR', ''],
    ['EUR', null],
    ['EUR', true],
    ['EUR', ['1']],
    ['EUR', { a: 1 }],
    ['EUR', '0x10'],
    ['EUR', '١'],
    ['EUR', '9'.repeat(500)],
    ['EUR', '10000000000000'],
    ['EUR', 1e300],
    ['JPY', '0.5'],
    ['KWD', '0.0001'],
  ])('%s refuses %j with 1010 and moves nothing', async (currency, value) => {
    const { walletId, id } = await scenario(url, { real: 1000, currency });
    expect(codeOf(await debit(url, id, `refused-${walletId}`, { value }))).toBe('400/1010');
    expect(codeOf(await credit(url, id, `refused-win-${walletId}`, { value }))).toBe('400/1010');
    expect(await totalOf(url, walletId)).toBe(1000);
  });

  it('go up to 15 digits and no further, exactly', async () => {
    const { walletId, id } = await scenario(url, { real: '9999999999999.99' });
    expect(leftOf(await balance(url, id))).toBe(9999999999999.99);
    expect(codeOf(await credit(url, id, 'one-cent-more', { value: '0.01' }))).toBe('400/1010');
    expect(leftOf(await debit(url, id, 'one-cent-less', { value: '0.01' }))).toBe(9999999999999.98);
    expect(leftOf(await credit(url, id, 'the-last-cent', { value: 0.01 }))).toBe(9999999999999.99);
    const { text } = await debit(url, id, 'all-of-it', { value: '9999999999999.99' });
    expect(text).toContain('"leftBalance":0,');
    expect(await totalOf(url, walletId)).toBe(0);
  });

  it('of 0.1 and 0.2 sum up exactly, a hundred times', async () => {
    const { walletId, id } = await scenario(url, { real: 0 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        credit(url, id, `sum-${index}`, { value: index % 2 === 0 ? 0.1 : '0.2' }),
      ),
    );
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(await totalOf(url, walletId)).toBe(15);
  });
});
