import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Entry, shownOf } from '../support/audit-entry.js';
import { CHANGES } from '../support/audited-changes.js';
import { BackOffice, payment } from '../support/back-office.js';
import { query } from '../support/databases.js';
import { type Answer, AUTH_TOKEN_SECRET, callOperator, OPERATOR_KEY, SECRET_KEY } from '../support/gpas.js';
import { auditLinesOf, callWithKey, makeKey, type StoredLine } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

const KEY_NAME = 'Night shift, Ñandú 🌙';

let server: RunningApp;
let url: string;
let office: BackOffice;

beforeAll(async () => {
  server = await startApp();
  url = server.url;
  office = new BackOffice(url, await makeKey(url, ['read', 'write', 'audit'], KEY_NAME));
});
afterAll(() => server.stop());

const linesNow = (): Promise<StoredLine[]> => auditLinesOf(server.database.url);

/** What the answers of changes told once, and what the server runs on. */
const secrets = new Set([OPERATOR_KEY, SECRET_KEY, AUTH_TOKEN_SECRET]);

function remember({ body }: Answer, sent: unknown): void {
  for (const holder of [body, sent]) {
    for (const field of ['key', 'secret', 'authToken']) {
      const secret = (holder as Record<string, unknown> | undefined)?.[field];
      if (typeof secret === 'string') secrets.add(secret);
    }
  }
}

describe('every change leaves one line', () => {
  it.each(Object.keys(CHANGES))('%s: by whom, in which call, what before, what after', async (name) => {
    const { method, target, body, line } = await CHANGES[name]!(office);
    const before = await linesNow();
    const startedAt = Date.now();
    const answer = await office.call(method, target, body);
    const endedAt = Date.now();
    expect([200, 201]).toContain(answer.status);
    remember(answer, body);

    const added = (await linesNow()).slice(before.length);
    const {
      action,
      subjectType,
      subjectId,
      before: was,
      after: is,
    } = line(answer.body as Record<string, unknown>);
    const expected = {
      operatorKeyId: office.actor.keyId,
      operatorKeyName: KEY_NAME,
      requestId: answer.headers['x-request-id'],
      action,
      subjectType,
      subjectId,
      before: was,
      after: is,
    };
    expect(added.map(shownOf)).toEqual([expected]);
    expect(expected.requestId).toMatch(/^[0-9a-f-]{36}$/);
    for (const value of Object.values(is ?? {})) expect(value).not.toBeUndefined();

    const page = await callOperator(url, 'GET', '/operator/audit?limit=1');
    const [entry] = (page.body as { data: Entry[] }).data;
    expect(entry).toEqual({ id: added[0]?.id, at: expect.any(String), ...expected });
    expect(entry?.at).toMatch(/^\d{4}-.+\.\d{3}Z$/);
    expect(Date.parse(entry!.at)).toBeGreaterThanOrEqual(startedAt);
    expect(Date.parse(entry!.at)).toBeLessThanOrEqual(endedAt);
  });

  it('even one that changes nothing, for the key did ask', async () => {
    const walletId = await office.makeWallet();
    const before = (await linesNow()).length;
    await office.call('PATCH', `wallets/${walletId}`, { status: 'ACTIVE' });
    const [line, ...rest] = (await linesNow()).slice(before);
    expect(rest).toEqual([]);
    expect(shownOf(line!)).toMatchObject({ before: { status: 'ACTIVE' }, after: { status: 'ACTIVE' } });
  });

  it('of many at once, each with its own call, key and balances', async () => {
    const walletId = await office.makeWallet();
    const other = await makeKey(url, ['write'], 'Another till');
    const before = (await linesNow()).length;
    const answers = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const holder = index % 2 === 0 ? office.actor : other;
        const body = payment(`${walletId}-${index}`, 1, index % 3 === 0 ? 'BONUS' : 'REAL');
        const answer = await callWithKey(
          url,
          holder.key,
          'POST',
          `/operator/wallets/${walletId}/deposits`,
          body,
        );
        return { answer, holder, body };
      }),
    );
    const lines = (await linesNow()).slice(before).map(shownOf);
    expect(lines).toHaveLength(24);
    for (const { answer, holder, body } of answers) {
      expect(answer.status).toBe(201);
      const { movementId, leftBalance } = answer.body as { movementId: string; leftBalance: number };
      const own = lines.filter(({ requestId }) => requestId === answer.headers['x-request-id']);
      expect(own).toHaveLength(1);
      expect(own[0]).toMatchObject({
        operatorKeyId: holder.keyId,
        operatorKeyName: holder.name,
        subjectId: walletId,
        after: { movementId, externalReference: body['externalReference'] },
      });
      const { before: was, after: is } = own[0] as unknown as Record<
        'before' | 'after',
        { real: number; bonus: number }
      >;
      expect([was.real + was.bonus, is.real + is.bonus]).toEqual([leftBalance - 1, leftBalance]);
    }
  });

  it("of OPERATOR_API_KEY and of the server itself under their names, the server's of no call", async () => {
    await office.makeWallet();
    const lines = (await linesNow()).map(shownOf);
    expect(lines.at(-1)).toMatchObject({
      operatorKeyId: 'OPERATOR_API_KEY',
      operatorKeyName: 'OPERATOR_API_KEY',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const own = lines.filter(({ operatorKeyId }) => operatorKeyId === 'server');
    expect(own.length).toBeGreaterThan(0);
    for (const line of own) expect(line).toMatchObject({ operatorKeyName: 'server', requestId: null });
  });

  it('with the name that the key had, and after the key is revoked as well', async () => {
    const key = await makeKey(url, ['write'], 'Soon gone');
    const walletId = await office.makeWallet();
    await callWithKey(url, key.key, 'PATCH', `/operator/wallets/${walletId}`, { status: 'BLOCKED' });
    await office.prepare('DELETE', `keys/${key.keyId}`);
    const page = await callOperator(url, 'GET', `/operator/audit?operatorKeyId=${key.keyId}`);
    expect((page.body as { data: Entry[] }).data).toEqual([
      expect.objectContaining({ operatorKeyName: 'Soon gone', subjectId: walletId }),
    ]);
  });
});

describe('the trail', () => {
  it('has no secret, no key and no token in it', async () => {
    for (const name of Object.keys(CHANGES)) {
      const { method, target, body } = await CHANGES[name]!(office);
      remember(await office.call(method, target, body), body);
    }
    secrets.add(office.actor.key);
    expect(secrets.size).toBeGreaterThan(7);
    const text = JSON.stringify(await linesNow());
    for (const secret of secrets) {
      for (const part of [secret, ...secret.split('.').slice(2)]) expect(text.includes(part)).toBe(false);
    }
    const hashes = await query<{ key_hash: string }>(
      server.database.url,
      'SELECT key_hash FROM operator_keys',
    );
    for (const { key_hash } of hashes) expect(text.includes(key_hash)).toBe(false);
  });
});
