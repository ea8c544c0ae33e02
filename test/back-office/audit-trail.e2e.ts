import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import {
  type Answer,
  AUTH_TOKEN_SECRET,
  callOperator,
  debit,
  openFundedSession,
  openSession,
  OPERATOR_KEY,
  SECRET_KEY,
  totalOf,
} from '../support/gpas.js';
import {
  auditLinesOf,
  callWithKey,
  contentOf,
  type MadeKey,
  makeKey,
  type StoredLine,
} from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly operatorKeyId: string;
  readonly operatorKeyName: string;
  readonly requestId: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly before: unknown;
  readonly after: unknown;
}

const KEY_NAME = 'Night shift, Ñandú 🌙';

let server: RunningApp;
let url: string;
let actor: MadeKey;
let counter = 0;

beforeAll(async () => {
  server = await startApp();
  url = server.url;
  actor = await makeKey(url, ['read', 'write', 'audit'], KEY_NAME);
});
afterAll(() => server.stop());

const call = (method: string, target: string, body?: unknown): Promise<Answer> =>
  callWithKey(url, actor.key, method, `/operator/${target}`, body);

const linesNow = (): Promise<StoredLine[]> => auditLinesOf(server.database.url);

const newId = (): string => `s-${++counter}-Aa`;

/** Does what must work, by another key than the one under test. */
async function prepare<T>(method: string, target: string, body?: unknown): Promise<T> {
  const answer = await callOperator(url, method, `/operator/${target}`, body);
  if (answer.status >= 300) throw new Error(`${method} ${target}: ${answer.status} ${answer.text}`);
  return answer.body as T;
}

async function prepareWallet(real = 0): Promise<string> {
  const walletId = newId();
  await prepare('POST', 'wallets', { walletId, playerId: `player-of-${walletId}`, currency: 'EUR' });
  if (real > 0) await prepare('POST', `wallets/${walletId}/deposits`, payment(walletId, real));
  return walletId;
}

const payment = (reference: string, value: number, subWallet = 'REAL'): Record<string, unknown> => ({
  externalReference: `pay-${reference}`,
  value,
  subWallet,
});

const launchBody = (walletId: string): object => ({
  walletId,
  gameId: 'agt-54',
  device: 'Mobile',
  language: 'en',
  ttlSeconds: 60,
});

/** A change and the line that it must leave, known before it is made but for what `answer` tells. */
interface Change {
  readonly method: string;
  readonly target: string;
  readonly body?: unknown;
  readonly line: (answer: Record<string, unknown>) => {
    readonly action: string;
    readonly subjectType: string;
    readonly subjectId: unknown;
    readonly before: unknown;
    readonly after: unknown;
  };
}

/** Every change of the back office; each call of a function prepares one that can be made now. */
const CHANGES: Record<string, () => Promise<Change>> = {
  'a wallet made': async () => {
    const walletId = newId();
    const shown = {
      walletId,
      playerId: 'p-1',
      code: 'SPORT',
      currency: 'JPY',
      status: 'ACTIVE',
      leftBalance: 0,
      subWalletsSummary: [
        { code: 'REAL', leftBalance: 0, subWalletsSummary: null },
        { code: 'BONUS', leftBalance: 0, subWalletsSummary: null },
      ],
    };
    return Promise.resolve({
      method: 'POST',
      target: 'wallets',
      body: { walletId, playerId: 'p-1', code: 'SPORT', currency: 'JPY' },
      line: ({ created }) => ({
        action: 'wallet.create',
        subjectType: 'wallet',
        subjectId: walletId,
        before: null,
        after: { ...shown, created },
      }),
    });
  },
  'a player blocked': async () => statusChange(await prepareWallet(), 'ACTIVE', 'BLOCKED'),
  'a player unblocked': async () => {
    const walletId = await prepareWallet();
    await prepare('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
    return statusChange(walletId, 'BLOCKED', 'ACTIVE');
  },
  'a deposit of real money': async () => {
    const walletId = await prepareWallet(10);
    const externalReference = `in-${walletId}`;
    return {
      method: 'POST',
      target: `wallets/${walletId}/deposits`,
      body: { externalReference, value: '12.50', subWallet: 'REAL', description: 'cash "ü" \u0000 \ud83d' },
      line: ({ movementId }) => ({
        action: 'wallet.deposit',
        subjectType: 'wallet',
        subjectId: walletId,
        before: { real: 10, bonus: 0 },
        after: {
          real: 22.5,
          bonus: 0,
          movementId,
          externalReference,
          description: 'cash "ü" \u0000 \ud83d',
        },
      }),
    };
  },
  'a deposit of bonus money': async () => {
    const walletId = await prepareWallet(10);
    const externalReference = `bonus-${walletId}`;
    return {
      method: 'POST',
      target: `wallets/${walletId}/deposits`,
      body: { externalReference, value: 3, subWallet: 'BONUS' },
      line: ({ movementId }) => ({
        action: 'wallet.deposit',
        subjectType: 'wallet',
        subjectId: walletId,
        before: { real: 10, bonus: 0 },
        after: { real: 10, bonus: 3, movementId, externalReference, description: null },
      }),
    };
  },
  'a withdrawal': async () => {
    const walletId = await prepareWallet(10);
    const externalReference = `out-${walletId}`;
    return {
      method: 'POST',
      target: `wallets/${walletId}/withdrawals`,
      body: { externalReference, value: 4, subWallet: 'REAL', description: 'x'.repeat(1_000) },
      line: ({ movementId }) => ({
        action: 'wallet.withdraw',
        subjectType: 'wallet',
        subjectId: walletId,
        before: { real: 10, bonus: 0 },
        after: { real: 6, bonus: 0, movementId, externalReference, description: 'x'.repeat(1_000) },
      }),
    };
  },
  'a launch made': async () => {
    const walletId = await prepareWallet();
    return {
      method: 'POST',
      target: 'launches',
      body: launchBody(walletId),
      line: ({ launchId, expiresAt }) => ({
        action: 'launch.create',
        subjectType: 'launch',
        subjectId: launchId,
        before: null,
        after: { walletId, gameId: 'agt-54', expiresAt },
      }),
    };
  },
  'a launch revoked': async () => {
    const walletId = await prepareWallet();
    const { launchId } = await prepare<{ launchId: string }>('POST', 'launches', launchBody(walletId));
    return {
      method: 'DELETE',
      target: `launches/${launchId}`,
      line: ({ revokedAt }) => ({
        action: 'launch.revoke',
        subjectType: 'launch',
        subjectId: launchId,
        before: { walletId, gameId: 'agt-54', revokedAt: null },
        after: { walletId, gameId: 'agt-54', revokedAt },
      }),
    };
  },
  'a game added': () => Promise.resolve(gamePut(newId(), null)),
  'a game changed': async () => {
    const gameId = newId();
    const before = { name: 'Before', providerCode: 'OLD', enabled: false };
    await prepare('PUT', `games/${gameId}`, before);
    return gamePut(gameId, { gameId, ...before });
  },
  'a parent system registered': () => {
    const id = newId();
    const given = { id, name: 'GPAS, Уругвай', allowedAddresses: ['203.0.113.7', '2001:db8::/32'] };
    return Promise.resolve({
      method: 'POST',
      target: 'parent-systems',
      body: { ...given, secret: `secret-of-${id}` },
      line: ({ created }) => ({
        action: 'parent-system.create',
        subjectType: 'parent-system',
        subjectId: id,
        before: null,
        after: { ...given, status: 'ACTIVE', created },
      }),
    });
  },
  'a parent system changed': async () => {
    const id = newId();
    await prepare('POST', 'parent-systems', { id, name: 'Before' });
    const body = { name: 'After', status: 'DISABLED', allowedAddresses: ['10.1.0.0/16'] };
    return {
      method: 'PATCH',
      target: `parent-systems/${id}`,
      body,
      line: ({ created }) => ({
        action: 'parent-system.change',
        subjectType: 'parent-system',
        subjectId: id,
        before: { id, name: 'Before', status: 'ACTIVE', allowedAddresses: null, created },
        after: { id, ...body, created },
      }),
    };
  },
  'a secret replaced by a given one': () => rotation({ secret: `given-${newId()}`, graceSeconds: 5 }),
  'a secret replaced by a made one': () => rotation({ graceSeconds: 0 }),
  'a key made': () =>
    Promise.resolve({
      method: 'POST',
      target: 'keys',
      body: { name: 'Support', roles: ['audit', 'read'] },
      line: ({ keyId, created }) => ({
        action: 'operator-key.create',
        subjectType: 'operator-key',
        subjectId: keyId,
        before: null,
        after: { keyId, name: 'Support', roles: ['read', 'audit'], created, revoked: null },
      }),
    }),
  'a key revoked': async () => {
    const { keyId } = await makeKey(url, ['read'], 'Gone soon');
    return {
      method: 'DELETE',
      target: `keys/${keyId}`,
      line: ({ created, revoked }) => {
        const shown = { keyId, name: 'Gone soon', roles: ['read'], created };
        return {
          action: 'operator-key.revoke',
          subjectType: 'operator-key',
          subjectId: keyId,
          before: { ...shown, revoked: null },
          after: { ...shown, revoked },
        };
      },
    };
  },
};

function statusChange(walletId: string, from: string, to: string): Change {
  return {
    method: 'PATCH',
    target: `wallets/${walletId}`,
    body: { status: to },
    line: () => ({
      action: 'wallet.change',
      subjectType: 'wallet',
      subjectId: walletId,
      before: { status: from },
      after: { status: to },
    }),
  };
}

function gamePut(gameId: string, before: object | null): Change {
  const body = { name: 'Книга 🌞', providerCode: 'AGT', enabled: true };
  return {
    method: 'PUT',
    target: `games/${gameId}`,
    body,
    line: () => ({
      action: 'game.put',
      subjectType: 'game',
      subjectId: gameId,
      before,
      after: { gameId, ...body },
    }),
  };
}

async function rotation(body: object): Promise<Change> {
  const id = newId();
  await prepare('POST', 'parent-systems', { id, name: 'Rotated' });
  return {
    method: 'POST',
    target: `parent-systems/${id}/secrets`,
    body,
    line: ({ previousValidUntil }) => ({
      action: 'parent-system.rotate-secret',
      subjectType: 'parent-system',
      subjectId: id,
      before: null,
      after: { previousValidUntil },
    }),
  };
}

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
    const { method, target, body, line } = await CHANGES[name]!();
    const before = await linesNow();
    const startedAt = Date.now();
    const answer = await call(method, target, body);
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
      operatorKeyId: actor.keyId,
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
    const walletId = await prepareWallet();
    const before = (await linesNow()).length;
    await call('PATCH', `wallets/${walletId}`, { status: 'ACTIVE' });
    const [line, ...rest] = (await linesNow()).slice(before);
    expect(rest).toEqual([]);
    expect(shownOf(line!)).toMatchObject({ before: { status: 'ACTIVE' }, after: { status: 'ACTIVE' } });
  });

  it('of many at once, each with its own call, key and balances', async () => {
    const walletId = await prepareWallet();
    const other = await makeKey(url, ['write'], 'Another till');
    const before = (await linesNow()).length;
    const answers = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const holder = index % 2 === 0 ? actor : other;
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
    await prepareWallet();
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
    const walletId = await prepareWallet();
    await callWithKey(url, key.key, 'PATCH', `/operator/wallets/${walletId}`, { status: 'BLOCKED' });
    await prepare('DELETE', `keys/${key.keyId}`);
    const page = await callOperator(url, 'GET', `/operator/audit?operatorKeyId=${key.keyId}`);
    expect((page.body as { data: Entry[] }).data).toEqual([
      expect.objectContaining({ operatorKeyName: 'Soon gone', subjectId: walletId }),
    ]);
  });
});

function shownOf(line: StoredLine): Omit<Entry, 'id' | 'at'> {
  const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return {
    operatorKeyId: line.operator_key_id,
    operatorKeyName: line.operator_key_name,
    requestId: line.request_id,
    action: line.action,
    subjectType: line.subject_type,
    subjectId: line.subject_id,
    before: parse(line.before_change),
    after: parse(line.after_change),
  };
}

describe('what changes nothing leaves no line', () => {
  /** A refused call, by the answer it gets. */
  const REFUSED: [number, string, () => Promise<[string, string, unknown?]>][] = [
    [
      409,
      'a wallet that is there',
      async () => ['POST', 'wallets', { walletId: await prepareWallet(), playerId: 'p', currency: 'EUR' }],
    ],
    [409, 'a parent system that is there', () => now('POST', 'parent-systems', { id: 'BL13GT', name: 'x' })],
    [404, 'an unknown wallet blocked', () => now('PATCH', 'wallets/nobody', { status: 'BLOCKED' })],
    [
      404,
      'a deposit to an unknown wallet',
      () => now('POST', 'wallets/nobody/deposits', payment('nobody', 1)),
    ],
    [
      404,
      'a withdrawal from an unknown wallet',
      () => now('POST', 'wallets/nobody/withdrawals', payment('no', 1)),
    ],
    [404, 'a launch on an unknown wallet', () => now('POST', 'launches', launchBody('nobody'))],
    [404, 'an unknown launch revoked', () => now('DELETE', 'launches/0123456789abcdef')],
    [404, 'an unknown key revoked', () => now('DELETE', 'keys/nobody')],
    [404, 'an unknown parent system changed', () => now('PATCH', 'parent-systems/nobody', { name: 'x' })],
    [
      404,
      "an unknown parent system's secret",
      () => now('POST', 'parent-systems/nobody/secrets', { graceSeconds: 0 }),
    ],
    [
      404,
      'a launch revoked twice',
      async () => {
        const { launchId } = await prepare<{ launchId: string }>(
          'POST',
          'launches',
          launchBody(await prepareWallet()),
        );
        await prepare('DELETE', `launches/${launchId}`);
        return ['DELETE', `launches/${launchId}`];
      },
    ],
    [
      404,
      'a key revoked twice',
      async () => {
        const { keyId } = await makeKey(url, ['read']);
        await prepare('DELETE', `keys/${keyId}`);
        return ['DELETE', `keys/${keyId}`];
      },
    ],
    [
      400,
      'a deposit repeated',
      async () => {
        const walletId = await prepareWallet(10);
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, 10)];
      },
    ],
    [
      400,
      'a deposit of another amount under the same reference',
      async () => {
        const walletId = await prepareWallet(10);
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, 11)];
      },
    ],
    [
      400,
      'a withdrawal over the balance',
      async () => {
        const walletId = await prepareWallet(10);
        return ['POST', `wallets/${walletId}/withdrawals`, payment(`${walletId}-out`, 11)];
      },
    ],
    [
      400,
      'a launch of a blocked player',
      async () => {
        const walletId = await prepareWallet();
        await prepare('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
        return ['POST', 'launches', launchBody(walletId)];
      },
    ],
    [
      400,
      'a launch of a disabled game',
      async () => {
        const gameId = newId();
        await prepare('PUT', `games/${gameId}`, { name: 'Off', providerCode: 'AGT', enabled: false });
        return ['POST', 'launches', { ...launchBody(await prepareWallet()), gameId }];
      },
    ],
    [
      400,
      'a currency that is none',
      () => now('POST', 'wallets', { walletId: newId(), playerId: 'p', currency: 'XQX' }),
    ],
    [
      400,
      'a status that is none',
      async () => ['PATCH', `wallets/${await prepareWallet()}`, { status: 'GONE' }],
    ],
    [
      400,
      'a negative deposit',
      async () => {
        const walletId = await prepareWallet();
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, -1)];
      },
    ],
    [
      400,
      'a deposit with more decimals than there are',
      async () => {
        const walletId = await prepareWallet();
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, 0.001)];
      },
    ],
    [
      400,
      'a game without a name',
      () => now('PUT', `games/${newId()}`, { providerCode: 'AGT', enabled: true }),
    ],
    [
      400,
      'a parent system with a wrong address',
      () => now('POST', 'parent-systems', { id: newId(), name: 'x', allowedAddresses: ['nowhere'] }),
    ],
    [
      400,
      'a grace that is too long',
      () => now('POST', 'parent-systems/BL13GT/secrets', { graceSeconds: 1e9 }),
    ],
    [400, 'a key without roles', () => now('POST', 'keys', { name: 'x', roles: [] })],
  ];

  function now(...given: [string, string, unknown?]): Promise<[string, string, unknown?]> {
    return Promise.resolve(given);
  }

  it.each(REFUSED)('%d: %s', async (status, _, preparation) => {
    const [method, target, body] = await preparation();
    const before = await linesNow();
    expect((await call(method, target, body)).status).toBe(status);
    expect(await linesNow()).toEqual(before);
  });

  it('a call without a key, or with one that lacks the role', async () => {
    const reader = await makeKey(url, ['read', 'audit']);
    const wallet = { walletId: newId(), playerId: 'p', currency: 'EUR' };
    const before = await linesNow();
    expect((await callWithKey(url, 'wrong', 'POST', '/operator/wallets', wallet)).status).toBe(401);
    expect((await callWithKey(url, reader.key, 'POST', '/operator/wallets', wallet)).status).toBe(403);
    expect(await linesNow()).toEqual(before);
  });

  it('reads, and what GPAS does', async () => {
    const session = await openFundedSession(url, newId());
    const before = await linesNow();
    for (const target of ['wallets', 'wallets/2sdf1sd', 'games', 'parent-systems', 'keys', 'audit']) {
      expect([target, (await call('GET', target)).status]).toEqual([target, 200]);
    }
    expect((await debit(url, session, `bet-${newId()}`)).status).toBe(201);
    expect((await openSession(url, '2sdf1sd')).status).toBe(201);
    expect(await linesNow()).toEqual(before);
  });

  it('a deposit repeated where DUPLICATE_POLICY=replay answers it again', async () => {
    const replaying = await startApp({ env: { DUPLICATE_POLICY: 'replay' } });
    try {
      const pay = (): Promise<Answer> =>
        callOperator(replaying.url, 'POST', '/operator/wallets/2sdf1sd/deposits', payment('replayed', 5));
      const first = await pay();
      const lines = await auditLinesOf(replaying.database.url);
      const again = await pay();
      expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
      expect(await auditLinesOf(replaying.database.url)).toEqual(lines);
    } finally {
      await replaying.stop();
    }
  });
});

describe('a change whose line cannot be written is not made', () => {
  const move = (from: string, to: string): Promise<object[]> =>
    query(server.database.url, `ALTER TABLE ${from} RENAME TO ${to}`);
  let isAway = false;
  const takeAway = async (): Promise<void> => {
    await move('audit_entries', 'audit_entries_away');
    isAway = true;
  };
  const bringBack = async (): Promise<void> => {
    if (isAway) await move('audit_entries_away', 'audit_entries');
    isAway = false;
  };
  beforeEach(bringBack);
  afterEach(bringBack);

  it.each(Object.keys(CHANGES))('%s: 500 and nothing is changed; later it works', async (name) => {
    const { method, target, body } = await CHANGES[name]!();
    await takeAway();
    const before = await contentOf(server.database.url);
    const refused = await call(method, target, body);
    expect([refused.status, refused.body]).toEqual([
      500,
      { code: 1001, type: 'SYSTEM_ERROR', message: 'System error' },
    ]);
    expect(await contentOf(server.database.url)).toEqual(before);
    await bringBack();
    const lines = await linesNow();
    const answer = await call(method, target, body);
    expect([200, 201]).toContain(answer.status);
    remember(answer, body);
    expect((await linesNow()).length).toBe(lines.length + 1);
  });

  it('bets that come at the same time are taken', async () => {
    const [one, other] = [newId(), newId()];
    const sessions = [await openFundedSession(url, one), await openFundedSession(url, other)];
    await takeAway();
    const [paid, ...bets] = await Promise.all([
      call('POST', `wallets/${one}/deposits`, payment(`${one}-more`, 5)),
      ...sessions.map((session) => debit(url, session, `bet-${session}`)),
      call('POST', `wallets/${other}/withdrawals`, payment(`${other}-out`, 5)),
    ]);
    expect([paid.status, ...bets.map(({ status }) => status)]).toEqual([500, 201, 201, 500]);
    await bringBack();
    expect([await totalOf(url, one), await totalOf(url, other)]).toEqual([90, 90]);
  });
});

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
    for (let lines = 0; lines < 8; lines += 1) await prepareWallet();
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
      await prepareWallet();
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(seen).toEqual(before);
  });

  it('is narrowed to a kind of subject, to one subject, to one key, and to all of these together', async () => {
    const walletId = await prepareWallet(10);
    await call('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
    await call('PUT', `games/${walletId}`, { name: 'x', providerCode: 'AGT', enabled: true });
    const ids = async (filter: string): Promise<string[]> => (await walk(filter, 2)).map(({ id }) => id);
    const ofSubject = await ids(`&subjectId=${walletId}`);
    expect(ofSubject).toEqual(await idsWhere(({ subject_id }) => subject_id === walletId));
    expect(ofSubject).toHaveLength(4);
    expect(await ids(`&subjectId=${walletId.toLowerCase()}`)).toEqual([]);
    expect(await ids(`&subjectType=wallet&subjectId=${walletId}`)).toEqual(ofSubject.slice(1));
    expect(await ids(`&subjectType=game&subjectId=${walletId}`)).toEqual(ofSubject.slice(0, 1));
    expect(await ids(`&subjectType=launch&subjectId=${walletId}`)).toEqual([]);
    const both = `&subjectType=wallet&subjectId=${walletId}&operatorKeyId=`;
    expect(await ids(both + actor.keyId)).toEqual(ofSubject.slice(1, 2));
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
        expect((await call(method, target, body)).status).toBe(404);
      }
    }
    expect(await linesNow()).toEqual(before);
  });

  it('has no secret, no key and no token in it', async () => {
    for (const name of Object.keys(CHANGES)) {
      const { method, target, body } = await CHANGES[name]!();
      remember(await call(method, target, body), body);
    }
    secrets.add(actor.key);
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
