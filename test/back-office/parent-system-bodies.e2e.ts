import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import { type Answer, openSession, send, WALLET_ID } from '../support/gpas.js';
import { contentOf } from '../support/operator.js';
import {
  changeParentSystem,
  createParentSystem,
  registerParentSystem,
  rotateSecret,
  signedBy,
  SECRETS_KEY,
  newSystemId,
} from '../support/parent-systems.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp({ env: { SECRETS_KEY } });
  url = server.url;
});
afterAll(() => server.stop());

/** 101 of the longest. */
const LONG_LIST = Array.from(
  { length: 101 },
  (_, index) => `2001:0db8:0000:0000:0000:0000:0000:${1000 + index}/128`,
);

describe('a body that is not as it should be', () => {
  const NAME = 'name must be 1 to 255 characters';
  const SECRET = 'secret must be 8 to 255 visible ASCII characters without spaces';
  const STATUS = 'status must be one of ACTIVE, DISABLED';
  const LIST =
    'allowedAddresses must be null or a list of at most 100 addresses and networks, like 203.0.113.7, 10.1.0.0/16 or 2001:db8::/32';
  const GRACE = 'graceSeconds must be a whole number from 0 to 2592000';

  let before: Record<string, readonly object[]>;
  beforeAll(async () => {
    before = await contentOf(server.database.url);
  });

  const expectRefused = async (call: () => Promise<Answer>, message: string): Promise<void> => {
    const answer = await call();
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining(message) },
    ]);
  };

  it.each<[object, string]>([
    [{ name: 'x' }, 'id'],
    [{ id: '', name: 'x' }, 'id'],
    [{ id: null, name: 'x' }, 'id'],
    [{ id: 7, name: 'x' }, 'id'],
    [{ id: ['a'], name: 'x' }, 'id'],
    [{ id: 'a b', name: 'x' }, 'id'],
    [{ id: 'ñ', name: 'x' }, 'id'],
    [{ id: 'x'.repeat(129), name: 'x' }, 'id'],
    [{ id: 'refused' }, 'name is missing'],
    [{ id: 'refused', name: '' }, NAME],
    [{ id: 'refused', name: null }, NAME],
    [{ id: 'refused', name: 'a\nb' }, NAME],
    [{ id: 'refused', name: '\ud83d' }, NAME],
    [{ id: 'refused', name: '🌙'.repeat(256) }, NAME],
    [{ id: 'refused', name: 'x', secret: '' }, SECRET],
    [{ id: 'refused', name: 'x', secret: null }, SECRET],
    [{ id: 'refused', name: 'x', secret: 12345678 }, SECRET],
    [{ id: 'refused', name: 'x', secret: '1234567' }, SECRET],
    [{ id: 'refused', name: 'x', secret: '12345678\n' }, SECRET],
    [{ id: 'refused', name: 'x', secret: '1234 5678' }, SECRET],
    [{ id: 'refused', name: 'x', secret: 'secretñ12' }, SECRET],
    [{ id: 'refused', name: 'x', secret: 's'.repeat(256) }, SECRET],
    [{ id: 'refused', name: 'x', secret: ['12345678'] }, 'secret must be one value'],
    [{ id: 'refused', name: 'x', allowedAddresses: '203.0.113.7' }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: { 0: '203.0.113.7', length: 1 } }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: true }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [''] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [null] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [1] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [['203.0.113.7']] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['203.0.113.7', 'gpas.example'] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['10.0.0.0/33'] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['203.0.113.7, 203.0.113.8'] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['::ffff:203.0.113.7'] }, LIST],
  ])('registers nothing and is told why: %j', async (body, message) => {
    await expectRefused(() => createParentSystem(url, body), message);
  });

  it('with more than 100 addresses registers nothing and is told why', async () => {
    const allowedAddresses = LONG_LIST;
    await expectRefused(() => createParentSystem(url, { id: 'refused', name: 'x', allowedAddresses }), LIST);
  });

  it.each<[object, string]>([
    [{ name: '' }, NAME],
    [{ name: null }, NAME],
    [{ name: 'x'.repeat(256) }, NAME],
    [{ status: 'OFF' }, STATUS],
    [{ status: 'active' }, STATUS],
    [{ status: null }, STATUS],
    [{ status: ['ACTIVE'] }, 'status must be one value'],
    [{ name: 'good', allowedAddresses: ['rubbish'] }, LIST],
    [{ allowedAddresses: '' }, LIST],
    [{ allowedAddresses: {} }, LIST],
  ])('changes nothing and is told why: %j', async (body, message) => {
    await expectRefused(() => changeParentSystem(url, 'BL13GT', body), message);
  });

  it.each<[object, string]>([
    [{}, 'graceSeconds is missing'],
    [{ graceSeconds: null }, GRACE],
    [{ graceSeconds: '60' }, GRACE],
    [{ graceSeconds: -1 }, GRACE],
    [{ graceSeconds: 1.5 }, GRACE],
    [{ graceSeconds: 2_592_001 }, GRACE],
    [{ graceSeconds: 1e300 }, GRACE],
    [{ graceSeconds: [60] }, 'graceSeconds must be one value'],
    [{ graceSeconds: true }, GRACE],
    [{ graceSeconds: 60, secret: 'short' }, SECRET],
    [{ graceSeconds: 60, secret: null }, SECRET],
  ])('replaces no secret and is told why: %j', async (body, message) => {
    await expectRefused(() => rotateSecret(url, 'BL13GT', body), message);
  });

  it.each(['[]', '"x"', 'null', '7', '{', '', '{"id":"refused","name":"x"'])(
    'that is no object registers nothing: %s',
    async (body) => {
      const answer = await send(url, {
        method: 'POST',
        target: '/operator/parent-systems',
        headers: {
          authorization: 'Bearer demo-operator-key-for-loopback-only',
          'content-type': 'application/json',
        },
        body,
      });
      expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
    },
  );

  it('leaves nothing behind, in no table', async () => {
    expect(await contentOf(server.database.url)).toEqual(before);
  });
});

describe('a body', () => {
  it('may name 100 of the longest addresses', async () => {
    const { allowedAddresses } = await registerParentSystem(url, { allowedAddresses: LONG_LIST.slice(1) });
    expect(allowedAddresses).toEqual(LONG_LIST.slice(1));
  });

  it.each([{ status: 'DISABLED' }, { created: '2000-01-01T00:00:00.000Z' }, { createdAt: 0 }])(
    'that names a field which is not its own registers nothing: %j',
    async (field) => {
      const id = newSystemId();
      expect((await createParentSystem(url, { id, name: 'x', ...field })).body).toMatchObject({ code: 1010 });
      expect((await createParentSystem(url, { id, name: 'x' })).status).toBe(201);
    },
  );

  it.each([{ id: 'BL13GT' }, { secret: 'another-secret-of-its-own' }, { created: 'x' }])(
    'that names a field which is not its own changes nothing: %j',
    async (field) => {
      const shown = await registerParentSystem(url);
      const answer = await changeParentSystem(url, shown.id, { name: 'changed', ...field });
      expect(answer.body).toMatchObject({ code: 1010 });
      expect((await openSession(url, WALLET_ID, signedBy(shown))).status).toBe(201);
    },
  );
});
