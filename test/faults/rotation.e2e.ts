import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/answers.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import {
  type Answer,
  balance,
  callOperator,
  debit,
  openFundedSession,
  openSession,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { sleep, until } from '../support/load.js';
import { ServerProcess } from '../support/server.js';

/** SQLite has one server process, MySQL any number. */
const PROCESSES = ENGINE === 'mysql' ? 2 : 1;
const TOO_MANY = '429/1010';
/** Of each client between its calls: enough of them are on their way at any time, and the rest is heat. */
const PAUSE_MS = 10;
/** What a clock that is read in two processes may differ by. */
const TICK_MS = 5;

interface Rotated {
  readonly secret: string;
  readonly previousValidUntil: string;
}

/** One call of the load. */
interface Heard {
  readonly process: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly result: string;
}

let database: TestDatabase;
let servers: ServerProcess[];

beforeAll(async () => {
  database = await createTestDatabase();
  const env = { LOG_LEVEL: 'info', SECRETS_KEY: 'ab'.repeat(32), MAX_FAILED_CALLS: '10' };
  servers = await Promise.all(
    Array.from({ length: PROCESSES }, () => ServerProcess.start(database.url, env)),
  );
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGTERM')));
  await database.drop();
});

const urlOf = (index: number): string => servers[index % PROCESSES]!.url;

const resultOf = (answer: Answer): string => (answer.status < 300 ? String(answer.status) : codeOf(answer));

const rotate = async (id: string, body: object, at = 0): Promise<Rotated> => {
  const answer = await callOperator(urlOf(at), 'POST', `/operator/parent-systems/${id}/secrets`, body);
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  return answer.body as Rotated;
};

/** Registers a parent system with a session of its own; what calls balance under it. */
async function register(id: string): Promise<{ secret: string; session: string }> {
  const answer = await callOperator(urlOf(0), 'POST', '/operator/parent-systems', { id, name: id });
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  const { secret } = answer.body as { secret: string };
  await openFundedSession(urlOf(0), `wallet-of-${id}`, { real: 1_000_000 });
  // Another process may have to hear of it first: it reads anew for an id that it does not know.
  const own = { parentSystemId: id, secretKey: secret };
  const session = sessionIdOf(await openSession(urlOf(1), `wallet-of-${id}`, own));
  return { secret, session };
}

type SignedCall = (url: string, secretKey: string, turn: number, agent: http.Agent) => Promise<Answer>;

const balanceOf =
  (parentSystemId: string, session: string): SignedCall =>
  (url, secretKey, _turn, agent) =>
    balance(url, session, { parentSystemId, secretKey, agent });

/** Calls signed with one secret, one after the other from each client, through every process in turn. */
class SignedLoad {
  readonly heard: Heard[] = [];
  private readonly agent: http.Agent;
  private readonly clients: Promise<void>[];
  private stopped = false;

  constructor(secretKey: string, call: SignedCall, clients = 2 * PROCESSES) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: clients });
    this.clients = Array.from({ length: clients }, async (_, client) => {
      for (let turn = client; !this.stopped; turn += clients) {
        // Every process hears each secret from the first call on.
        const process = client % PROCESSES;
        const sentAt = Date.now();
        const answer = await call(urlOf(process), secretKey, turn, this.agent);
        this.heard.push({ process, sentAt, answeredAt: Date.now(), result: resultOf(answer) });
        await sleep(PAUSE_MS);
      }
    });
  }

  /** Ends it; fails the test where a process got no calls or one got no answer. */
  async stop(): Promise<readonly Heard[]> {
    this.stopped = true;
    try {
      await Promise.all(this.clients);
    } finally {
      this.agent.destroy();
    }
    return this.heard;
  }
}

/** How often each process answered what, of these calls. */
function answersOf(calls: readonly Heard[]): Record<string, number>[] {
  return Array.from({ length: PROCESSES }, (_, process) => {
    const counts: Record<string, number> = {};
    for (const { result } of calls.filter((call) => call.process === process)) {
      counts[result] = (counts[result] ?? 0) + 1;
    }
    return counts;
  });
}

/** Every process answered some of these calls, and all of them like this, or as those are that fail too often. */
function expectRefused(calls: readonly Heard[], result: string): void {
  const refused = calls.map((call) => (call.result === TOO_MANY ? { ...call, result } : call));
  expectAll(refused, result);
}

/** Every process answered some of these calls, and all of them like this. */
function expectAll(calls: readonly Heard[], result: string): void {
  expect(answersOf(calls)).toEqual(
    Array.from({ length: PROCESSES }, () => ({ [result]: expect.any(Number) })),
  );
}

const answeredBefore = (calls: readonly Heard[], instant: number): Heard[] =>
  calls.filter(({ answeredAt }) => answeredAt < instant - TICK_MS);
const sentAfter = (calls: readonly Heard[], instant: number): Heard[] =>
  calls.filter(({ sentAt }) => sentAt > instant + TICK_MS);

/** Waits until every process has answered a call of each load that was sent after the instant. */
const heardAfter = (instant: number, ...loads: readonly SignedLoad[]): Promise<void> =>
  until(() =>
    loads.every(
      ({ heard }) => new Set(sentAfter(heard, instant).map(({ process }) => process)).size === PROCESSES,
    ),
  );

describe(`a secret replaced under load, ${PROCESSES} server process(es)`, () => {
  it('works until its stated instant and not after; the new one works from its answer on', async () => {
    const { secret, session } = await register('overlap');
    const call = balanceOf('overlap', session);
    const old = new SignedLoad(secret, call);
    await sleep(300);
    const rotated = await rotate('overlap', { graceSeconds: 3 });
    const fresh = new SignedLoad(rotated.secret, call);
    const end = Date.parse(rotated.previousValidUntil);
    await heardAfter(end, old, fresh);
    const [byOld, byNew] = [await old.stop(), await fresh.stop()];

    expectAll(byNew, '200');
    expectAll(answeredBefore(byOld, end), '200');
    expectRefused(sentAfter(byOld, end), '400/1006');
    for (let process = 0; process < PROCESSES; process += 1) {
      const own = { parentSystemId: 'overlap', secretKey: secret };
      expect(['400/1006', TOO_MANY]).toContain(resultOf(await balance(urlOf(process), session, own)));
    }
  });

  it('with a grace of 0 ends within seconds, and until then no call of either fails', async () => {
    const { secret, session } = await register('leaked');
    const call = balanceOf('leaked', session);
    const old = new SignedLoad(secret, call);
    await sleep(200);
    const before = Date.now();
    const rotated = await rotate('leaked', { graceSeconds: 0 }, 1);
    const end = Date.parse(rotated.previousValidUntil);
    expect(end).toBeGreaterThanOrEqual(before + 2_000);
    expect(end).toBeLessThanOrEqual(Date.now() + 2_000);
    const fresh = new SignedLoad(rotated.secret, call);
    await heardAfter(end, old, fresh);
    const [byOld, byNew] = [await old.stop(), await fresh.stop()];
    expectAll(byNew, '200');
    expectAll(answeredBefore(byOld, end), '200');
    expectRefused(sentAfter(byOld, end), '400/1006');
  });

  it('again during its grace ends sooner where the second says so, and never later than it was told', async () => {
    const [sooner, later] = [await register('sooner'), await register('later')];
    const [callSooner, callLater] = [balanceOf('sooner', sooner.session), balanceOf('later', later.session)];

    const firstSooner = await rotate('sooner', { graceSeconds: 3_600 });
    const firstLater = await rotate('later', { graceSeconds: 0 });
    const loads = {
      oldest: new SignedLoad(sooner.secret, callSooner),
      middle: new SignedLoad(firstSooner.secret, callSooner),
      told: new SignedLoad(later.secret, callLater),
    };
    await sleep(200);
    const secondSooner = await rotate('sooner', { graceSeconds: 0 }, 1);
    const secondLater = await rotate('later', { graceSeconds: 3_600 }, 1);
    const newest = new SignedLoad(secondSooner.secret, callSooner);
    const kept = new SignedLoad(firstLater.secret, callLater);
    const [endSooner, endLater] = [
      Date.parse(secondSooner.previousValidUntil),
      Date.parse(firstLater.previousValidUntil),
    ];
    const { oldest, middle, told } = loads;
    await heardAfter(Math.max(endSooner, endLater), oldest, middle, told, newest, kept);
    const heard = {
      oldest: await loads.oldest.stop(),
      middle: await loads.middle.stop(),
      told: await loads.told.stop(),
      newest: await newest.stop(),
      kept: await kept.stop(),
    };

    expectAll(heard.newest, '200');
    for (const replaced of [heard.oldest, heard.middle]) {
      expectAll(answeredBefore(replaced, endSooner), '200');
      expectRefused(sentAfter(replaced, endSooner), '400/1006');
    }
    expectAll(answeredBefore(heard.told, endLater), '200');
    expectRefused(sentAfter(heard.told, endLater), '400/1006');
    expectAll(heard.kept, '200');
    expect(Date.parse(secondLater.previousValidUntil)).toBeGreaterThan(Date.now() + 3_500_000);
    const own = { parentSystemId: 'later', secretKey: secondLater.secret };
    expect(resultOf(await balance(urlOf(0), later.session, own))).toBe('200');
  });

  it('meets no call rightly signed that fails while others sign wrongly without end; each bet is booked once', async () => {
    const { secret, session } = await register('flooded');
    const bet =
      (name: string): SignedCall =>
      (url, secretKey, turn, agent) =>
        debit(
          url,
          session,
          `${name}-${turn}`,
          { value: '1' },
          { parentSystemId: 'flooded', secretKey, agent },
        );
    const unknown: SignedCall = (url, secretKey, turn, agent) =>
      balance(url, session, { parentSystemId: `nobody-${turn}`, secretKey, agent });
    const wrong = new SignedLoad('a-wrong-secret', balanceOf('flooded', session), 8 * PROCESSES);
    const nobody = new SignedLoad(secret, unknown, 2 * PROCESSES);
    const old = new SignedLoad(secret, bet('old'));
    await sleep(300);
    const rotated = await rotate('flooded', { graceSeconds: 0 });
    const fresh = new SignedLoad(rotated.secret, bet('new'));
    const end = Date.parse(rotated.previousValidUntil);
    await heardAfter(end, old, fresh, wrong, nobody);
    const [byOld, byNew] = [await old.stop(), await fresh.stop()];
    const [byWrong, byNobody] = [await wrong.stop(), await nobody.stop()];

    expectAll(byNew, '201');
    expectAll(answeredBefore(byOld, end), '201');
    expectRefused(sentAfter(byOld, end), '400/1006');
    expectRefused(byWrong, '400/1006');
    expect(byWrong.map(({ result }) => result)).toContain(TOO_MANY);
    expectRefused(byNobody, '400/1001');
    const booked = [...byOld, ...byNew].filter(({ result }) => result === '201').length;
    expect(await totalOf(urlOf(0), 'wallet-of-flooded')).toBe(1_000_000 - booked);
  });

  it('by several at once: the last one answered counts without an end, and every answer worked when it came', async () => {
    const { session } = await register('raced');
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const rotated = await rotate('raced', { graceSeconds: 60 }, index);
        const own = { parentSystemId: 'raced', secretKey: rotated.secret };
        const results = await Promise.all(servers.map(({ url }) => balance(url, session, own)));
        return { ...rotated, results: results.map(resultOf) };
      }),
    );
    expect(answers.map(({ results }) => results)).toEqual(answers.map(() => servers.map(() => '200')));
    expect(new Set(answers.map(({ secret }) => secret)).size).toBe(8);
    const rows = await query<{ id: string; valid_until: string | null }>(
      database.url,
      `SELECT id, valid_until FROM parent_system_secrets WHERE parent_system_id = 'raced' ORDER BY id`,
    );
    expect(rows).toHaveLength(9);
    expect(rows.filter(({ valid_until: end }) => end === null)).toHaveLength(1);
  });
});
