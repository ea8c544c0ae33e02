import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Entry } from '../support/audit-entry.js';
import { BackOffice } from '../support/back-office.js';
import { callOperator } from '../support/gpas.js';
import { auditLinesOf, makeKey, type StoredLine } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
let office: BackOffice;

beforeAll(async () => {
  server = await startApp();
  url = server.url;
  office = new BackOffice(url, await makeKey(url, ['read', 'write', 'audit']));
});
afterAll(() => server.stop());

const linesNow = (): Promise<StoredLine[]> => auditLinesOf(server.database.url);

describe('the trail', () => {
  /** Every entry, by pages of `limit`. */
  async function walk(filter: string, limit: number): Promise<Entry[]> {
    const seen: Entry[] = [];
    for (let after = ''; ;) {
      const answer = await callOperator(url, 'GET', `/operator/audit?limit=${limit}${filter}${after}`);
      expect(answer.status).toBe(200);
      const { data, next } = answer.body as { data: Entry[]; next: string | null };
      expect(data.length).toBeLessThanOrEqual(limit);
      seen.push(...data);
      if (next === null) return seen;
      expect(next).toBe(data.at(-1)?.id);
      expect(seen.findIndex(({ id }) => id === next)).toBe(seen.length - 1); // or it would never end
      after = `&after=${next}`;
    }
  }

  const idsWhere = async (holds: (line: StoredLine) => boolean): Promise<string[]> =>
    (await linesNow())
      .filter(holds)
      .map(({ id }) => id)
      .reverse();

  it.each([7, 100])('is shown latest first, all of it, in pages of %d', async (limit) => {
    for (let lines = 0; lines < 8; lines += 1) await office.makeWallet();
    const all = await idsWhere(() => true);
    const entries = await walk('', limit);
    expect(entries.map(({ id }) => id)).toEqual(all);
    const instants = entries.map(({ at }) => Date.parse(at));
    expect(instants).toEqual([...instants].sort((a, b) => b - a));
  });

  it('shows each line once while others are added', async () => {
    const before = await idsWhere(() => true);
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await callOperator(url, 'GET', `/operator/audit?limit=20${after}`);
      const { data, next } = page.body as { data: Entry[]; next: string | null };
      seen.push(...data.map(({ id }) => id));
      await office.makeWallet();
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(seen).toEqual(before);
  });

  it('is narrowed to a kind of subject, to one subject, to one key, and to all of these together', async () => {
    const walletId = await office.makeWallet(10);
    await office.call('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
    await office.call('PUT', `games/${walletId}`, { name: 'x', providerCode: 'AGT', enabled: true });
    const ids = async (filter: string): Promise<string[]> => (await walk(filter, 2)).map(({ id }) => id);
    const ofSubject = await ids(`&subjectId=${walletId}`);
    expect(ofSubject).toEqual(await idsWhere(({ subject_id }) => subject_id === walletId));
    expect(ofSubject).toHaveLength(4);
    expect(await ids(`&subjectId=${walletId.toLowerCase()}`)).toEqual([]);
    expect(await ids(`&subjectType=wallet&subjectId=${walletId}`)).toEqual(ofSubject.slice(1));
    expect(await ids(`&subjectType=game&subjectId=${walletId}`)).toEqual(ofSubject.slice(0, 1));
    expect(await ids(`&subjectType=launch&subjectId=${walletId}`)).toEqual([]);
    const both = `&subjectType=wallet&subjectId=${walletId}&operatorKeyId=`;
    expect(await ids(both + office.actor.keyId)).toEqual(ofSubject.slice(1, 2));
    expect(await ids(`${both}OPERATOR_API_KEY`)).toEqual(ofSubject.slice(2));
    const ofServer = await walk('&operatorKeyId=server', 100);
    expect(ofServer.map(({ id }) => id)).toEqual(
      await idsWhere(({ operator_key_id }) => operator_key_id === 'server'),
    );
    const ofKeys = (await walk('&subjectType=operator-key', 100)).map(({ id }) => id);
    expect(ofKeys).toEqual(await idsWhere(({ subject_type }) => subject_type === 'operator-key'));
    expect(ofKeys.length).toBeGreaterThan(0);
  });

  it.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=101'],
    ['after', 'after='],
    ['after', 'after=a&after=b'],
    ['subjectType', 'subjectType=a%20b'],
    ['subjectId', `subjectId=${'x'.repeat(129)}`],
    ['operatorKeyId', 'operatorKeyId=a&operatorKeyId=b'],
  ])('names a wrong %s: %s', async (field, text) => {
    const answer = await callOperator(url, 'GET', `/operator/audit?${text}`);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringMatching(new RegExp(`^${field} `)) },
    ]);
  });

  it('goes on from an id that is not there', async () => {
    const all = await idsWhere(() => true);
    const page = async (after: string): Promise<string[]> => {
      const answer = await callOperator(url, 'GET', `/operator/audit?limit=2&after=${after}`);
      return (answer.body as { data: Entry[] }).data.map(({ id }) => id);
    };
    expect(await page('zzz')).toEqual(all.slice(0, 2));
    expect(await page(`${all[2]}0`)).toEqual(all.slice(2, 4));
    expect(await page('0')).toEqual([]);
    expect(await page(randomUUID().replace(/^./, 'f'))).toEqual(all.slice(0, 2));
  });

  it('cannot be changed: there is no route for it', async () => {
    const before = await linesNow();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const target of ['audit', `audit/${before[0]?.id}`]) {
        const body = method === 'DELETE' ? undefined : {};
        expect((await office.call(method, target, body)).status).toBe(404);
      }
    }
    expect(await linesNow()).toEqual(before);
  });
});
