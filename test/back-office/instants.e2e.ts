import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import { query } from '../support/databases.js';
import { callOperator, debit, openFundedSession } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
  const id = await openFundedSession(url, 'timed');
  await debit(url, id, 'a-bet');
});
afterAll(() => server.stop());

/** Each route that takes an instant, with all else that it asks for. */
const ROUTES = ['sessions?', 'movements?', 'movements/export?', 'wallets/timed/movements?'] as const;

describe.each(ROUTES)('/operator/%s', (route) => {
  it.each([
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00.000Z',
    '2026-02-30T00:00:00+03:00',
    '2026-02-05T24:00:00Z',
    '2026-02-05T00:00:00+24:00',
    '2026-02-05T00:00:00%2003:00',
    '2026-02-05T00:00:00',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
  ])('refuses what is no instant: %s', async (instant) => {
    for (const name of ['from', 'until']) {
      const answer = await callOperator(url, 'GET', `/operator/${route}${name}=${instant}`);
      expect([errorOf(answer), (answer.body as { message: string }).message]).toEqual([
        '400/1010 INVALID_REQUEST',
        `${name} must be an instant like 2026-02-05T00:00:00.000Z or 2026-02-05T03:00:00+03:00`,
      ]);
    }
  });

  it('takes the first and the last instant there is', async () => {
    const range = 'from=0000-01-01T00:00:00Z&until=9999-12-31T23:59:59.999Z';
    expect((await callOperator(url, 'GET', `/operator/${route}${range}`)).text).toContain('timed');
  });
});

describe('an instant with an offset', () => {
  it('is the same instant in UTC, its plus raw or escaped', async () => {
    const [row] = await query<{ at: string | Date }>(
      server.database.url,
      `SELECT created_at AS at FROM movements WHERE external_reference = 'a-bet'`,
    );
    const text = typeof row!.at === 'string' ? `${row!.at.replace(' ', 'T')}Z` : row!.at.toISOString();
    const at = Date.parse(text);
    const inZone = (time: number, hours: number, zone: string): string =>
      new Date(time + hours * 3_600_000).toISOString().replace('Z', zone);
    const countOf = async (range: string): Promise<number> => {
      const { body } = await callOperator(url, 'GET', `/operator/movements?kind=DEBIT&${range}`);
      return (body as { data: unknown[] }).data.length;
    };
    for (const plus of ['+', '%2B']) {
      expect(await countOf(`from=${inZone(at, 3, `${plus}03:00`)}`)).toBe(1);
      expect(await countOf(`from=${inZone(at + 1, 3, `${plus}03:00`)}`)).toBe(0);
    }
    expect(await countOf(`from=${inZone(at, -11, '-11:00')}&until=${inZone(at + 1, 5, '+05:00')}`)).toBe(1);
    expect(await countOf(`until=${inZone(at, -11, '-11:00')}`)).toBe(0);
  });
});

describe('a day that does not exist', () => {
  it.each([
    '/reconciliation?date_from=2026-02-29&date_to=2026-03-01',
    '/reconciliation?date_from=2026-04-01&date_to=2026-04-31',
    '/operator/reconciliation?date=2026-04-31',
    '/operator/reconciliation/sessions?date=2026-02-29&gameId=x&currency=EUR',
  ])('%s is refused', async (target) => {
    expect(errorOf(await callOperator(url, 'GET', target))).toBe('400/1010 INVALID_REQUEST');
  });
});
