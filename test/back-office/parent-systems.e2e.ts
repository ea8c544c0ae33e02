import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import {
  balance,
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  SECRET_KEY,
  sessionIdOf,
  WALLET_ID,
} from '../support/gpas.js';
import { contentOf } from '../support/operator.js';
import {
  changeParentSystem,
  createParentSystem,
  newSystemId,
  registerParentSystem,
  rotateSecret,
  secretsOf,
  signedBy,
  type ShownSystem,
  SECRETS_KEY,
} from '../support/parent-systems.js';
import { type RunningApp, startApp } from '../support/server.js';

const UNKNOWN_SYSTEM = '400/1001 SYSTEM_ERROR';
const UNKNOWN_SESSION = '400/1004 INVALID_WALLET_SESSION';
const SIGNATURE_FAILED = '400/1006 SIGNATURE_FAILED';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp({ env: { SECRETS_KEY } });
  url = server.url;
});
afterAll(() => server.stop());

describe('a parent system registered with a secret that GPAS chose', () => {
  it('is answered with all that it is, and signs at once', async () => {
    const id = newSystemId();
    const secret = `chosen-by-gpas-${'!~'.repeat(120)}`;
    const answer = await createParentSystem(url, {
      id,
      name: 'Ñandú 🌙',
      secret,
      allowedAddresses: ['127.0.0.1', '::/0'],
    });
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        id,
        name: 'Ñandú 🌙',
        status: 'ACTIVE',
        allowedAddresses: ['127.0.0.1', '::/0'],
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        secret,
      },
    ]);
    const own = signedBy(answer.body as ShownSystem);
    const session = sessionIdOf(await openSession(url, WALLET_ID, own));
    expect((await balance(url, session, own)).status).toBe(200);
    expect((await closeSession(url, session, own)).status).toBe(200);
    expect(errorOf(await balance(url, session, { ...own, secretKey: SECRET_KEY }))).toBe(SIGNATURE_FAILED);
  });

  it.each([8, 255])('takes a secret of %d characters', async (length) => {
    const shown = await registerParentSystem(url, { secret: 's'.repeat(length) });
    expect((await openSession(url, WALLET_ID, signedBy(shown))).status).toBe(201);
  });
});

describe('a parent system registered without a secret', () => {
  it('gets one of 256 random bits, another each time, and every call signed with it works at once', async () => {
    const systems = await Promise.all(Array.from({ length: 8 }, () => registerParentSystem(url)));
    for (const { secret, allowedAddresses } of systems) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(allowedAddresses).toBeNull();
    }
    expect(new Set(systems.map(({ secret }) => secret)).size).toBe(8);
    const [first, second] = systems as [ShownSystem, ShownSystem];
    const session = sessionIdOf(await openSession(url, WALLET_ID, signedBy(first)));
    const bet = `bet-of-${first.id}`;
    expect((await debit(url, session, bet, {}, signedBy(first))).status).toBe(201);
    expect((await credit(url, session, `win-of-${first.id}`, {}, signedBy(first))).status).toBe(201);
    expect((await rollback(url, session, `back-of-${first.id}`, bet, signedBy(first))).status).toBe(200);
    const crossed = { parentSystemId: first.id, secretKey: second.secret };
    expect(errorOf(await balance(url, session, crossed))).toBe(SIGNATURE_FAILED);
  });

  it('is told from one whose id differs in case', async () => {
    const [capital, small] = [
      await registerParentSystem(url, { id: 'CaseID' }),
      await registerParentSystem(url, { id: 'caseid' }),
    ];
    expect((await openSession(url, WALLET_ID, signedBy(capital))).status).toBe(201);
    const crossed = { parentSystemId: small.id, secretKey: capital.secret };
    expect(errorOf(await openSession(url, WALLET_ID, crossed))).toBe(SIGNATURE_FAILED);
    expect(errorOf(await openSession(url, WALLET_ID, { ...crossed, parentSystemId: 'CASEID' }))).toBe(
      UNKNOWN_SYSTEM,
    );
  });
});

describe('an id', () => {
  it('is registered once: the second is refused and changes nothing', async () => {
    const first = await registerParentSystem(url, { secret: 'the-first-secret' });
    const before = await contentOf(server.database.url);
    const again = await createParentSystem(url, {
      id: first.id,
      name: 'Another',
      secret: 'the-second-secret',
    });
    expect([again.status, again.body]).toEqual([
      409,
      { code: 1010, type: 'ALREADY_EXISTS', message: 'A parent system with this id already exists' },
    ]);
    expect(await contentOf(server.database.url)).toEqual(before);
    expect((await openSession(url, WALLET_ID, signedBy(first))).status).toBe(201);
    const other = { parentSystemId: first.id, secretKey: 'the-second-secret' };
    expect(errorOf(await openSession(url, WALLET_ID, other))).toBe(SIGNATURE_FAILED);
  });

  it('asked for ten times at once is registered once, with the secret that was answered', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = newSystemId();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => createParentSystem(url, { id, name: 'Race' })),
      );
      const won = answers.filter(({ status }) => status === 201);
      expect(answers.map(errorOf).sort()).toEqual([
        '201',
        ...Array<string>(9).fill('409/1010 ALREADY_EXISTS'),
      ]);
      expect(await secretsOf(server.database.url, id)).toHaveLength(1);
      expect((await openSession(url, WALLET_ID, signedBy(won[0]?.body as ShownSystem))).status).toBe(201);
    }
  });
});

describe('a disabled parent system', () => {
  it('is unknown to every call at once, and enabled again it goes on where it was', async () => {
    const shown = await registerParentSystem(url);
    const own = signedBy(shown);
    const session = sessionIdOf(await openSession(url, WALLET_ID, own));
    for (let round = 0; round < 3; round += 1) {
      const disabled = await changeParentSystem(url, shown.id, { status: 'DISABLED' });
      const { secret: _, ...listed } = shown;
      expect([disabled.status, disabled.body]).toEqual([200, { ...listed, status: 'DISABLED' }]);
      for (const answer of [
        await openSession(url, WALLET_ID, own),
        await balance(url, session, own),
        await debit(url, session, 'of-a-disabled-one', {}, own),
        await closeSession(url, session, own),
        await balance(url, session, { ...own, secretKey: 'wrong' }),
      ]) {
        expect([answer.status, answer.body]).toEqual([
          400,
          { code: 1001, type: 'SYSTEM_ERROR', message: 'Invalid system identifier' },
        ]);
      }
      expect((await changeParentSystem(url, shown.id, { status: 'ACTIVE' })).status).toBe(200);
      expect((await balance(url, session, own)).status).toBe(200);
    }
  });

  it('is still listed, and others go on', async () => {
    const [off, on] = [await registerParentSystem(url), await registerParentSystem(url)];
    await changeParentSystem(url, off.id, { status: 'DISABLED' });
    const { body } = await callOperator(url, 'GET', '/operator/parent-systems');
    const { data } = body as { data: ShownSystem[] };
    expect(data.find(({ id }) => id === off.id)?.status).toBe('DISABLED');
    expect(data.find(({ id }) => id === on.id)?.status).toBe('ACTIVE');
    expect(data.every((row) => !('secret' in row))).toBe(true);
    expect((await openSession(url, WALLET_ID, signedBy(on))).status).toBe(201);
  });
});

describe('a session', () => {
  it('opened under one parent system is unknown under another, which moves no money and closes nothing', async () => {
    const [one, other] = [
      signedBy(await registerParentSystem(url)),
      signedBy(await registerParentSystem(url)),
    ];
    await openFundedSession(url, 'of-one', { real: 100 });
    const session = sessionIdOf(await openSession(url, 'of-one', one));
    expect((await debit(url, session, 'bet-of-one', {}, one)).status).toBe(201);
    for (const answer of [
      await balance(url, session, other),
      await debit(url, session, 'bet-of-other', {}, other),
      await credit(url, session, 'win-of-other', {}, other),
      await rollback(url, session, 'back-of-other', 'bet-of-one', other),
      await closeSession(url, session, other),
    ]) {
      expect(errorOf(answer)).toBe(UNKNOWN_SESSION);
    }
    expect((await balance(url, session, one)).body).toMatchObject({ leftBalance: 90 });
  });
});

describe('a parent system that is not there', () => {
  it('is neither changed nor given a secret', async () => {
    const before = await contentOf(server.database.url);
    for (const answer of [
      await changeParentSystem(url, 'not-there', { status: 'ACTIVE' }),
      await changeParentSystem(url, 'bl13gt', { status: 'DISABLED' }),
      await rotateSecret(url, 'not-there', { graceSeconds: 0 }),
    ]) {
      expect(errorOf(answer)).toBe('404/1010 NOT_FOUND');
    }
    expect(await contentOf(server.database.url)).toEqual(before);
  });
});
