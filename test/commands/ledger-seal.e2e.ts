import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command, commandProcess, type Ended } from '../support/command.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { credit, debit, openFundedSession } from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { SECRETS_KEY } from '../support/parent-systems.js';
import { type RunningApp, startApp } from '../support/server.js';
import { TemporaryFolder } from '../support/temporary-folder.js';
import { findingsIn, verifyLedger } from '../support/verify-ledger.js';

const UNSEALED = { SECRETS_KEY: '' };
const OTHER_KEY = 'cd'.repeat(32);
const NO_SEAL = 'has no seal: it is from before the ledger had a key, or its seals were taken away';

let database: TestDatabase;
let url: string;
let server: RunningApp | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  ({ url } = database);
});
afterEach(async () => {
  await stop();
  await database.drop();
});

async function start(env: Record<string, string> = {}): Promise<RunningApp> {
  server = await startApp({ database, env });
  return server;
}

async function stop(): Promise<void> {
  await server?.stop();
  server = undefined;
}

/** Plays on these wallets without a key, as a version before did; returns their sessions. */
async function playUnsealed(walletIds: readonly string[]): Promise<string[]> {
  const unsealed = await start(UNSEALED);
  const ids: string[] = [];
  for (const walletId of walletIds) {
    const id = await openFundedSession(unsealed.url, walletId, { real: 1_000 });
    for (let turn = 0; turn < 5; turn += 1) {
      await debit(unsealed.url, id, `${walletId}-${turn}`, {
        value: 1,
        extra: { description: `turn ${turn}` },
      });
    }
    ids.push(id);
  }
  await stop();
  return ids;
}

const seal = (parameters: readonly string[] = []): Promise<Ended> =>
  command('seal-ledger', { parameters, env: { DATABASE_URL: url, SECRETS_KEY } });

const unsealedWallets = async (): Promise<string[]> =>
  (await query<{ id: string }>(url, 'SELECT id FROM wallets WHERE seal IS NULL ORDER BY id')).map(
    ({ id }) => id,
  );

describe('a ledger from before it had a key', () => {
  it('is told as not sealed, is sealed as it stands without a changed row, and shows what is changed then', async () => {
    const [id] = await playUnsealed(['a', 'b']);
    await start();
    await stop();
    const before = await query(url, 'SELECT * FROM movements ORDER BY id');
    expect(await findingsIn(url)).toEqual(
      ['2sdf1sd', 'a', 'b'].map((walletId) => `wallet ${walletId}: ${NO_SEAL}`),
    );

    expect(await seal()).toEqual({
      code: 0,
      output: '3 wallets with 14 movements sealed, 0 were sealed before\n',
    });
    expect(await query(url, 'SELECT * FROM movements ORDER BY id')).toEqual(before);
    expect(await findingsIn(url)).toEqual([]);
    expect(await seal()).toMatchObject({
      code: 0,
      output: '0 wallets with 0 movements sealed, 3 were sealed before\n',
    });

    const later = await start();
    expect((await credit(later.url, id!, 'later')).status).toBe(201);
    await stop();
    expect(await findingsIn(url)).toEqual([]);
    await query(url, `UPDATE movements SET description = 'x' WHERE external_reference IN ('a-2', 'b-2')`);
    expect(await findingsIn(url)).toEqual([
      expect.stringMatching(
        /^wallet a: seq 7, .*it was changed, or its wallet, or a movement from before the wallet was sealed$/,
      ),
      expect.stringMatching(/^wallet b: its seal is another one: it was changed since/),
    ]);
  });

  it('that a server without the key would book on is not served by it', async () => {
    await start();
    await stop();
    const message = expect.stringMatching(
      /is encrypted under the key [0-9a-f]{16}, which is neither SECRETS_KEY nor/,
    );
    for (const env of [UNSEALED, { SECRETS_KEY: OTHER_KEY }]) {
      await expect(start(env)).rejects.toMatchObject({ message });
    }
  });

  it('has no wallet sealed anew whose seal was taken away, unless it is named', async () => {
    await playUnsealed(['old']);
    const sealing = await start();
    const id = await openFundedSession(sealing.url, 'young');
    await debit(sealing.url, id, 'bet', { value: 1 });
    await openFundedSession(sealing.url, 'idle', { real: 0 });
    await stop();
    expect((await seal()).code).toBe(0);

    await query(url, `UPDATE wallets SET seal = NULL WHERE id IN ('young', 'idle')`);
    const { code, output } = await seal();
    expect(code).toBe(1);
    expect(output.match(/^wallet (idle|young): was made since the ledger has a key/gm)).toHaveLength(2);
    expect(await unsealedWallets()).toEqual(['idle', 'young']);
    // A movement that has a seal speaks against it, whoever asks.
    expect(await seal(['--wallet', 'young'])).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^wallet young: seq 1, .*: has a seal, which that of its wallet must follow$/m,
      ),
    });
    expect(await seal(['--wallet', 'idle'])).toMatchObject({ code: 0 });
    expect(await seal(['--wallet', 'nobody'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('is not there'),
    });
    expect(await unsealedWallets()).toEqual(['young']);
  });

  it('that was changed, stripped of a seal and sealed anew agrees with itself, and not with a checkpoint', async () => {
    await playUnsealed(['a']);
    await start();
    await stop();
    expect((await seal()).code).toBe(0);
    const folder = new TemporaryFolder('oas-checkpoint-');
    const checkpoint = join(folder.path, 'monday');
    expect(await verifyLedger(url, ['--checkpoint', checkpoint])).toMatchObject({ code: 0 });

    await query(url, `UPDATE movements SET description = 'x' WHERE external_reference = 'a-2'`);
    await query(url, `UPDATE wallets SET seal = NULL WHERE id = 'a'`);
    expect(await findingsIn(url)).toEqual([`wallet a: ${NO_SEAL}`]);
    expect((await seal()).code).toBe(0);
    expect(await findingsIn(url)).toEqual([]);
    expect(await findingsIn(url, checkpoint)).toEqual([
      expect.stringMatching(/^wallet a: is not what the checkpoint of 20\S+Z has at seq 6/),
    ]);
    await folder.remove();
  });

  it('is not sealed where it has no key, or none that opens', async () => {
    await playUnsealed(['a']);
    expect(await seal()).toEqual({
      code: 2,
      output: 'The ledger has no key yet: start a server with SECRETS_KEY first\n',
    });
    await start();
    await stop();
    const env = { DATABASE_URL: url, SECRETS_KEY: OTHER_KEY };
    expect((await command('seal-ledger', { env })).code).toBe(2);
    expect((await seal(['--wallets'])).output).toContain('Usage: npm run ledger:seal');
  });
});

describe('the key of the ledger', () => {
  it('stays when SECRETS_KEY is rotated, and so does every seal', async () => {
    const before = await start();
    const id = await openFundedSession(before.url, 'w');
    await debit(before.url, id, 'before', { value: 1 });
    await stop();
    const rotated = { SECRETS_KEY: OTHER_KEY, SECRETS_KEY_PREVIOUS: SECRETS_KEY };
    const env = { DATABASE_URL: url, ...rotated };
    expect(await command('encrypt-secrets', { env })).toMatchObject({ code: 0 });
    const after = await start({ SECRETS_KEY: OTHER_KEY });
    expect((await debit(after.url, id, 'after', { value: 1 })).status).toBe(201);
    expect(await verifyLedger(url, [], { SECRETS_KEY: OTHER_KEY })).toMatchObject({ code: 0 });
  });

  it.each(['secret = CONCAT_SECRET', `created_at = '2020-01-01 00:00:00.000'`])(
    'that was changed opens no more: %s',
    async (change) => {
      await start();
      await stop();
      const [row] = await query<{ secret: string }>(url, 'SELECT secret FROM ledger_keys');
      const sql = change.replace('CONCAT_SECRET', `'${row!.secret.slice(0, -4)}AAA='`);
      await query(url, `UPDATE ledger_keys SET ${sql}`);
      const message = expect.stringContaining('was changed after it was encrypted');
      await expect(start()).rejects.toMatchObject({ message });
    },
  );
});

describe('who has the database and not SECRETS_KEY', () => {
  const FORGED = Buffer.alloc(32, 7).toString('base64');
  const encrypt = (): Promise<Ended> =>
    command('encrypt-secrets', {
      env: { DATABASE_URL: url, SECRETS_KEY: OTHER_KEY, SECRETS_KEY_PREVIOUS: SECRETS_KEY },
    });

  beforeEach(async () => {
    const made = await start();
    await openFundedSession(made.url, 'w');
    await stop();
  });

  it('cannot put in a key of his own: nobody takes it, and no rotation makes it one', async () => {
    await query(url, `UPDATE ledger_keys SET key_id = NULL, secret = '${FORGED}'`);
    const message = expect.stringContaining('The key of the ledger is not encrypted');
    await expect(start()).rejects.toMatchObject({ message });
    await expect(start(UNSEALED)).rejects.toMatchObject({ message });
    expect(await verifyLedger(url)).toMatchObject({ code: 2, output: message });
    expect(await encrypt()).toMatchObject({ code: 2, output: message });
  });

  it('cannot have one encrypted in the place of another secret and bring it over', async () => {
    const [key] = await query<{ created_at: string }>(url, 'SELECT created_at FROM ledger_keys');
    const id = `1\n${key!.created_at.replace(' ', 'T')}Z`;
    await query(
      url,
      `INSERT INTO parent_system_secrets (id, parent_system_id, secret, created_at) VALUES (?, 'ledger key', ?, ?)`,
      [id, FORGED, key!.created_at],
    );
    expect((await encrypt()).code).toBe(0);
    await query(
      url,
      `UPDATE ledger_keys SET secret = (SELECT secret FROM parent_system_secrets WHERE parent_system_id = 'ledger key')`,
    );
    await expect(start({ SECRETS_KEY: OTHER_KEY })).rejects.toMatchObject({
      message: expect.stringContaining('was changed after it was encrypted'),
    });
  });

  it.each(['UPDATE ledger_keys SET id = 2', 'DELETE FROM ledger_keys'])(
    'cannot take the key away unseen: %s',
    async (sql) => {
      await query(url, sql);
      expect(await verifyLedger(url)).toMatchObject({
        code: 1,
        output: expect.stringMatching(/^ledger: has no key: it was taken away, or no server/m),
      });
      const message = expect.stringContaining('The ledger is sealed and its key is not there');
      await expect(start()).rejects.toMatchObject({ message });
    },
  );

  it('is not helped by a rotation to no key at all', async () => {
    const env = { DATABASE_URL: url, SECRETS_KEY_PREVIOUS: SECRETS_KEY };
    expect(await command('encrypt-secrets', { env })).toMatchObject({
      code: 2,
      output: expect.stringContaining('its key is never kept in the clear: set SECRETS_KEY'),
    });
  });
});

if (ENGINE === 'mysql') {
  describe('sealing', () => {
    it('beside servers that play, killed and begun again, seals every wallet once and loses nothing', async () => {
      const walletIds = Array.from({ length: 30 }, (_, index) => `w-${index}`);
      const ids = await playUnsealed(walletIds);
      const live = await start();
      let isOver = false;
      let booked = 0;
      const play = async (client: number): Promise<void> => {
        for (let turn = 0; !isOver; turn += 1) {
          const id = ids[(client * 7 + turn) % ids.length]!;
          const answer = await debit(live.url, id, `live-${client}-${turn}`, { value: '0.01' });
          expect(answer.status).toBe(201);
          booked += 1;
          await sleep(10); // the sealing needs the processor more
        }
      };
      const playing = Promise.all(Array.from({ length: 4 }, (_, client) => play(client)));
      for (let round = 0; round < 3; round += 1) {
        const sealing = commandProcess(['seal-ledger'], { env: { DATABASE_URL: url, SECRETS_KEY } });
        await sleep(900 + round * 150);
        sealing.kill('SIGKILL');
        await sealing.ended;
      }
      const [first, second] = await Promise.all([seal(), seal()]); // two at once
      isOver = true;
      await playing;
      expect([first.code, second.code]).toEqual([0, 0]);
      expect(booked).toBeGreaterThan(20);
      expect(await unsealedWallets()).toEqual([]);
      expect(await findingsIn(url)).toEqual([]);
    });
  });
}
