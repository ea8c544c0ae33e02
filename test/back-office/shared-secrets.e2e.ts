import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countsOf, errorOf } from '../support/answers.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { type Answer, balance, openSession, SECRET_KEY, WALLET_ID } from '../support/gpas.js';
import { until } from '../support/load.js';
import { contentOf } from '../support/operator.js';
import { OWN } from '../support/own-values.js';
import {
  changeParentSystem,
  createParentSystem,
  newSystemId,
  registerParentSystem,
  rotateSecret,
  signedBy,
  SECRETS_KEY,
} from '../support/parent-systems.js';
import { rounds } from '../support/rounds.js';
import { failedStart, type StartedServer, startServer } from '../support/server.js';

const TAKEN = '409/1010 ALREADY_EXISTS';
const SYSTEM_UNKNOWN = '400/1001 SYSTEM_ERROR';

let secrets = 0;
const newSecret = (): string => `a-secret-of-one-${++secrets}`;

/** Secrets are stored as they are, so that a test can copy one from row to row. */
const PLAIN = { SECRETS_KEY: '' };

describe.each([
  ['sealed', { SECRETS_KEY }],
  ['plain', PLAIN],
])('a secret of one parent system, where secrets are stored %s', (_, env) => {
  let database: TestDatabase;
  let servers: StartedServer[];
  let url: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    const count = ENGINE === 'mysql' ? 2 : 1; // a SQLite file is served by one
    servers = await Promise.all(Array.from({ length: count }, () => startServer(database.url, env)));
    url = servers[0]!.url;
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
  });
  const urlOf = (index: number): string => servers[index % servers.length]!.url;

  async function expectRefused(secret: string, call: () => Promise<Answer>): Promise<void> {
    const before = await contentOf(database.url);
    const answer = await call();
    expect([errorOf(answer), answer.text.includes(secret)]).toEqual([TAKEN, false]);
    expect(await contentOf(database.url)).toEqual(before);
  }

  /** Neither by registration nor by rotation does another get it. */
  async function expectTaken(secret: string): Promise<void> {
    const another = await registerParentSystem(url);
    await expectRefused(secret, () => createParentSystem(url, { id: newSystemId(), name: 'x', secret }));
    await expectRefused(secret, () => rotateSecret(url, another.id, { secret, graceSeconds: 0 }));
    expect((await openSession(url, WALLET_ID, signedBy(another))).status).toBe(201);
  }

  it("is no other's, be it of the environment or registered", async () => {
    await expectTaken(SECRET_KEY);
    const { secret } = await registerParentSystem(url, { secret: newSecret() });
    await expectTaken(secret);
  });

  it("is no other's in its grace, and none when that is over: nothing dates what was captured", async () => {
    const [early, late] = [await registerParentSystem(url), await registerParentSystem(url)];
    const ended = Promise.all([
      rotateSecret(url, early.id, { graceSeconds: 0 }),
      rotateSecret(url, late.id, { graceSeconds: 3_600 }),
    ]);
    const [{ body }] = await ended;
    await expectTaken(late.secret);
    const end = Date.parse((body as { previousValidUntil: string }).previousValidUntil);
    await until(() => Date.now() > end);
    await expectTaken(early.secret);
  });

  it("is no other's while its owner is disabled, who is enabled again with it", async () => {
    const shown = await registerParentSystem(url);
    await changeParentSystem(url, shown.id, { status: 'DISABLED' });
    await expectTaken(shown.secret);
    expect((await changeParentSystem(url, shown.id, { status: 'ACTIVE' })).status).toBe(200);
    expect((await openSession(url, WALLET_ID, signedBy(shown))).status).toBe(201);
  });

  it('is not rotated to itself, but back to it', async () => {
    const { id, secret } = await registerParentSystem(url);
    const before = await contentOf(database.url);
    const same = await rotateSecret(url, id, { secret, graceSeconds: 60 });
    expect([same.status, same.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: 'secret is the one in use: choose another' },
    ]);
    expect(await contentOf(database.url)).toEqual(before);
    await rotateSecret(url, id, { graceSeconds: 0 });
    expect((await rotateSecret(url, id, { secret, graceSeconds: 0 })).status).toBe(201);
    const own = { parentSystemId: id, secretKey: secret };
    expect((await openSession(url, WALLET_ID, own)).status).toBe(201);
  });

  it.each(Array.from({ length: rounds(3) }, (__, round) => round))(
    'given to six at once, by both ways and through every server, is one’s (round %d)',
    async () => {
      const secret = newSecret();
      const others = await Promise.all(Array.from({ length: 3 }, () => registerParentSystem(url)));
      const made = Array.from({ length: 3 }, newSystemId);
      const answers = await Promise.all([
        ...made.map((id, index) => createParentSystem(urlOf(index), { id, name: 'Race', secret })),
        ...others.map(({ id }, index) => rotateSecret(urlOf(index + 1), id, { secret, graceSeconds: 0 })),
      ]);
      expect(countsOf(answers)).toEqual({ '201': 1, '409/1010': 5 });
      const calls = [...made, ...others.map(({ id }) => id)].map((parentSystemId) =>
        openSession(url, WALLET_ID, { parentSystemId, secretKey: secret }),
      );
      expect((await Promise.all(calls)).filter(({ status }) => status === 201)).toHaveLength(1);
    },
  );
});

describe('one secret of two that stands in the database', () => {
  /** A database in which TWO has the secret of ONE, as a version before let it happen. */
  async function shareOne(database: TestDatabase): Promise<string> {
    const server = await startServer(database.url, PLAIN);
    const { secret } = await registerParentSystem(server.url, { id: 'ONE' });
    await registerParentSystem(server.url, { id: 'TWO' });
    const session = (await openSession(server.url, WALLET_ID, { parentSystemId: 'ONE', secretKey: secret }))
      .body as { id: string };
    await query(database.url, `UPDATE parent_system_secrets SET secret = ? WHERE parent_system_id = 'TWO'`, [
      secret,
    ]);
    const callOf = async (parentSystemId: string): Promise<string> =>
      errorOf(await balance(server.url, session.id, { parentSystemId, secretKey: secret }));
    // Another instance's change is seen within a second.
    await until(async () => (await callOf('ONE')) === SYSTEM_UNKNOWN);
    expect(await callOf('TWO')).toBe(SYSTEM_UNKNOWN);
    expect((await openSession(server.url, WALLET_ID)).status).toBe(201);
    await changeParentSystem(server.url, 'TWO', { status: 'DISABLED' });
    const enabled = await changeParentSystem(server.url, 'TWO', { status: 'ACTIVE' });
    expect([errorOf(enabled), enabled.text.includes(secret)]).toEqual([TAKEN, false]);
    await query(database.url, `UPDATE parent_systems SET status = 'ACTIVE'`);
    await server.stop();
    return secret;
  }

  it('lets no call through and no server start, which says how it is mended; and so it is', async () => {
    const database = await createTestDatabase();
    const secret = await shareOne(database);
    const output = await failedStart(database.url, PLAIN);
    expect(output).toContain('Parent systems ONE and TWO have, or had, one secret');
    expect(output).not.toContain(secret);
    expect(output).not.toMatch(/^\s+at /m);

    await query(database.url, `UPDATE parent_systems SET status = 'DISABLED' WHERE id IN ('ONE', 'TWO')`);
    const { url, stop } = await startServer(database.url, PLAIN);
    for (const id of ['ONE', 'TWO']) {
      const rotated = await rotateSecret(url, id, { graceSeconds: 0 });
      const { previousValidUntil, ...issued } = rotated.body as {
        secret: string;
        previousValidUntil: string;
      };
      expect(errorOf(await changeParentSystem(url, id, { status: 'ACTIVE' }))).toBe(TAKEN);
      await until(() => Date.now() > Date.parse(previousValidUntil));
      expect((await changeParentSystem(url, id, { status: 'ACTIVE' })).status).toBe(200);
      const own = { parentSystemId: id, secretKey: issued.secret };
      expect((await openSession(url, WALLET_ID, own)).status).toBe(201);
    }
    await stop();
    await database.drop();
  });
});

describe('GPAS_SECRET_KEY', () => {
  it('that is of another parent system ends the start, in words that do not name it', async () => {
    const database = await createTestDatabase();
    const first = await startServer(database.url, OWN);
    await first.stop();
    const before = await contentOf(database.url);
    const output = await failedStart(database.url, { ...OWN, GPAS_PARENT_SYSTEM_ID: 'SECOND' });
    expect(output).toContain('GPAS_SECRET_KEY is, or was, the secret of another parent system than SECOND');
    expect(output).not.toContain(OWN.GPAS_SECRET_KEY);
    expect(await contentOf(database.url)).toEqual(before);
    await database.drop();
  });

  if (ENGINE === 'mysql') {
    it('given to four servers that start at once under ids of their own is one’s', async () => {
      const database = await createTestDatabase();
      const started = await Promise.all(
        ['A', 'B', 'C', 'D'].map((id) =>
          startServer(database.url, { ...OWN, GPAS_PARENT_SYSTEM_ID: id }).catch(String),
        ),
      );
      const listening = started.filter((one) => typeof one !== 'string');
      expect(listening).toHaveLength(1);
      for (const failure of started.filter((one) => typeof one === 'string')) {
        expect(failure).toContain('GPAS_SECRET_KEY is, or was, the secret of another parent system');
      }
      await listening[0]!.stop();
      await database.drop();
    });
  }
});
