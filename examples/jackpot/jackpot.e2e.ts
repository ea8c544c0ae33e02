import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { builtBeside } from '../../test/support/application.js';
import {
  type Answer,
  balance,
  callOperator,
  callSigned,
  callWithBody,
  closeSession,
  credit,
  openFundedSession,
  rollback,
  send,
  totalOf,
} from '../../test/support/gpas.js';
import { operationOf, registeredRoutes, statedAccess } from '../../test/support/routes.js';
import { type RunningApp, startApp } from '../../test/support/server.js';
import { verifyLedger } from '../../test/support/verify-ledger.js';
import type * as JackpotModuleFile from './jackpot.module.js';

const { JackpotModule } = await builtBeside<typeof JackpotModuleFile>(
  import.meta.dirname,
  'jackpot.module.js',
);

let server: RunningApp;
let url: string;
/** The same server under the other policy for repeats. */
let replaying: RunningApp;

beforeAll(async () => {
  server = await startApp({ modules: [JackpotModule] });
  ({ url } = server);
  replaying = await startApp({ modules: [JackpotModule], env: { DUPLICATE_POLICY: 'replay' } });
});
afterAll(() => Promise.all([server.stop(), replaying.stop()]));

/** What is other than usual in a call. */
interface Jackpot {
  readonly externalReference?: string;
  readonly value?: unknown;
  readonly jackpotId?: unknown;
  readonly typeCode?: string;
  readonly description?: string;
  readonly tags?: unknown;
}

const bodyOf = (externalReference: string, jackpot: Jackpot = {}): object => ({
  externalReference,
  value: '250.50',
  jackpotId: 'daily',
  typeCode: 'JACKPOT_CREDIT',
  tags: { gameid: 'agt-54' },
  ...jackpot,
});
const targetOf = (sessionId: string): string => `/jackpots/credit?walletSessionId=${sessionId}`;
const pay = (sessionId: string, reference: string, jackpot: Jackpot = {}, at = url): Promise<Answer> =>
  callWithBody(at, 'POST', targetOf(sessionId), bodyOf(reference, jackpot));

describe('a jackpot', () => {
  it('is paid once, to the real money, and sent again it is 1003', async () => {
    const id = await openFundedSession(url, 'winner', { real: 100, bonus: 50 });
    const first = await pay(id, 'jackpot-1', { description: 'the daily one' });
    expect([first.status, first.body]).toEqual([
      201,
      {
        status: 'OK',
        movementId: expect.any(String),
        leftBalance: 400.5,
        amountBonus: 0,
        subWalletsSummary: [
          { code: 'REAL', leftBalance: 350.5, subWalletsSummary: null },
          { code: 'BONUS', leftBalance: 50, subWalletsSummary: null },
        ],
      },
    ]);
    const again = await pay(id, 'jackpot-1', { description: 'the daily one' });
    expect([again.status, again.body]).toEqual([
      400,
      { code: 1003, type: 'DUPLICATE_TX_ID', message: 'Already transaction' },
    ]);
    expect(again.headers['x-movement-id']).toBe((first.body as { movementId: string }).movementId);
    expect(await totalOf(url, 'winner')).toBe(400.5);
  });

  it('sent again is the first answer where the policy says so', async () => {
    const id = await openFundedSession(replaying.url, 'winner');
    const first = await pay(id, 'jackpot-1', {}, replaying.url);
    const again = await pay(id, 'jackpot-1', {}, replaying.url);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await totalOf(replaying.url, 'winner')).toBe(350.5);
  });

  it('sent many times at once is paid once', async () => {
    const id = await openFundedSession(url, 'crowd');
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay(id, 'jackpot-crowd')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(400)]);
    expect(await totalOf(url, 'crowd')).toBe(350.5);
  });

  it('is shown in the back office with its name, its game and what was said of it', async () => {
    const id = await openFundedSession(url, 'shown');
    await pay(id, 'jackpot-shown', { description: 'x'.repeat(1000), jackpotId: 'grand' });
    await pay(id, 'jackpot-silent', { tags: { gameid: 7 } });
    const { body } = await callOperator(url, 'GET', '/operator/wallets/shown/movements?limit=2');
    const [silent, spoken] = (body as { data: { description: string }[] }).data;
    expect(silent).toMatchObject({ kind: 'CREDIT', gameId: null, description: 'Jackpot daily' });
    expect(spoken).toMatchObject({ kind: 'CREDIT', gameId: 'agt-54' });
    expect(spoken?.description).toMatch(/^Jackpot grand: x+$/);
    expect(spoken?.description).toHaveLength(1000);
  });

  it('can be taken back by GPAS as a win', async () => {
    const id = await openFundedSession(url, 'undone');
    await pay(id, 'jackpot-undone');
    expect((await rollback(url, id, 'jackpot-back', 'jackpot-undone')).status).toBe(200);
    expect(await totalOf(url, 'undone')).toBe(100);
  });
});

describe('a jackpot that is not paid', () => {
  it('has no signature, a wrong one, or one of the query', async () => {
    const id = await openFundedSession(url, 'forged');
    const text = JSON.stringify(bodyOf('jackpot-forged'));
    const refused = [
      await callWithBody(url, 'POST', targetOf(id), text, { headers: { 'x-signature': '' } }),
      await callWithBody(url, 'POST', targetOf(id), text, { secretKey: 'another' }),
      await callSigned(url, 'POST', '/jackpots/credit', `walletSessionId=${id}`, { body: text }),
    ];
    for (const { status, body } of refused) expect([status, body]).toMatchObject([400, { code: 1006 }]);
    expect(await totalOf(url, 'forged')).toBe(100);
    expect((await pay(id, 'jackpot-forged')).status).toBe(201); // nothing was bound
  });

  it('is of no known parent system: 1001', async () => {
    const options = { parentSystemId: 'BL13UY' };
    const answer = await callWithBody(url, 'POST', targetOf('any'), bodyOf('jackpot-foreign'), options);
    expect([answer.status, answer.body]).toMatchObject([400, { code: 1001 }]);
  });

  it('is the body of another call, and its own is refused by the others', async () => {
    const id = await openFundedSession(url, 'captured');
    const own = bodyOf('jackpot-captured');
    const calls: [method: string, target: string, body: object][] = [
      ['POST', targetOf(id), { ...own, typeCode: 'GAME_CREDIT' }],
      ['POST', targetOf(id), { ...own, typeCode: 'GAME_DEBIT' }],
      ['POST', targetOf(id), { ...own, typeCode: undefined, value: undefined }],
      ['POST', `/movements/credit?walletSessionId=${id}`, own],
      ['POST', `/movements/debit?walletSessionId=${id}`, own],
      ['PATCH', `/movements/rollback?walletSessionId=${id}&externalMovementId=x`, own],
    ];
    for (const [method, target, body] of calls) {
      const answer = await callWithBody(url, method, target, body);
      expect([target, answer.status, answer.body]).toMatchObject([target, 400, { code: 1010 }]);
    }
    expect(await totalOf(url, 'captured')).toBe(100);
  });

  it('lacks what it needs: 1010 names it', async () => {
    const id = await openFundedSession(url, 'malformed');
    for (const [wrong, message] of [
      [{ jackpotId: undefined }, 'jackpotId is missing'],
      [{ jackpotId: 'a b' }, 'jackpotId must be 1 to 128 visible ASCII characters without spaces'],
      [{ value: undefined }, 'value is missing'],
      [{ value: '-1' }, 'value must be a decimal like 100 or "100.50", not negative and without an exponent'],
      [{ value: '1.001' }, 'value has more decimals than the currency'],
      [{ externalReference: '' }, expect.stringContaining('externalReference must be')],
      [{ description: 'x'.repeat(1001) }, 'description must be at most 1000 characters'],
      [{ tags: 'none' }, 'tags must be an object'],
      [{ tags: { a: 'x'.repeat(8192) } }, 'tags must be at most 8192 bytes of JSON'],
    ] as const) {
      const { status, body } = await pay(id, `jackpot-without-${Object.keys(wrong).join()}`, wrong);
      expect([status, body]).toEqual([400, { code: 1010, type: 'INVALID_REQUEST', message }]);
    }
    const nowhere = await callWithBody(url, 'POST', '/jackpots/credit', bodyOf('jackpot-nowhere'));
    expect(nowhere.body).toMatchObject({ code: 1010, message: 'walletSessionId is missing' });
    expect(await totalOf(url, 'malformed')).toBe(100);
  });

  it.each([
    ['unknown', { jackpotId: 'weekly' }, 'jackpotId names no jackpot that pays here'],
    ['too-much', { value: '1000.01' }, 'value is more than this jackpot pays'],
  ])(
    'is %s to its own rules: 1010, and its body is good for nothing more',
    async (name, jackpot, message) => {
      const id = await openFundedSession(url, name);
      const reference = `jackpot-${name}`;
      const refused = await pay(id, reference, jackpot);
      expect([refused.status, refused.body]).toEqual([400, { code: 1010, type: 'INVALID_REQUEST', message }]);
      const later = await pay(id, reference); // as if the rules had been changed meanwhile
      expect([later.status, later.body]).toMatchObject([400, { code: 1003 }]);
      expect(await totalOf(url, name)).toBe(100);
    },
  );

  it('is of a closed session: 1004, and an incident that the operator can pay', async () => {
    const id = await openFundedSession(url, 'late');
    await closeSession(url, id);
    const { status, body } = await pay(id, 'jackpot-late');
    expect([status, body]).toEqual([
      400,
      { code: 1004, type: 'INVALID_WALLET_SESSION', message: 'Invalid wallet session' },
    ]);
    const seen = await callOperator(url, 'GET', '/operator/incidents');
    const incident = (seen.body as { data: { incidentId: string; externalReference: string }[] }).data.find(
      ({ externalReference }) => externalReference === 'jackpot-late',
    );
    expect(incident).toMatchObject({ kind: 'LATE_SETTLEMENT_REFUSED' });
    const settled = await callOperator(url, 'POST', `/operator/incidents/${incident!.incidentId}/resolve`, {
      note: 'paid late',
      post: true,
    });
    expect(settled.status).toBe(200);
    expect(await totalOf(url, 'late')).toBe(350.5);
    expect((await pay(id, 'jackpot-late')).body).toMatchObject({ code: 1003 });
  });

  it('bears a reference that stands for something else, wherever it comes: 1003', async () => {
    const id = await openFundedSession(url, 'first');
    const other = await openFundedSession(url, 'second');
    await pay(id, 'jackpot-bound');
    await credit(url, id, 'win-bound', { value: '250.50' });
    const answers = [
      await pay(other, 'jackpot-bound'),
      await pay(id, 'jackpot-bound', { value: '1' }),
      await pay(id, 'win-bound'),
      await credit(url, id, 'jackpot-bound', { value: '250.50' }),
    ];
    for (const { status, body } of answers) expect([status, body]).toMatchObject([400, { code: 1003 }]);
    expect([await totalOf(url, 'first'), await totalOf(url, 'second')]).toEqual([601, 100]);
  });
});

describe('a module of somebody else', () => {
  it('states its access, as every registered route does', () => {
    const stated = statedAccess(server.app);
    const registered = registeredRoutes(server.app).map(({ method, path }) => `${method} ${path}`);
    expect([...stated.keys()].sort()).toEqual(registered.sort());
    expect([...stated].filter(([, access]) => !access)).toEqual([]);
    expect(stated.get('POST /jackpots/credit')).toEqual({ caller: 'gpas', signed: 'body', authToken: false });
  });

  it('is in the OpenAPI document with its security, its fields and its errors', async () => {
    const answer = await send(url, { method: 'GET', target: '/docs/openapi.json' });
    const document = answer.body as OpenAPIObject;
    const operation = operationOf(document, 'POST', '/jackpots/credit');
    expect(operation).toMatchObject({ tags: ['Jackpots'], security: [{ signature: [] }] });
    expect(Object.keys(operation?.responses ?? {}).sort()).toEqual([
      '201',
      '400',
      '403',
      '408',
      '413',
      '429',
      '431',
      '500',
    ]);
    const examples = operation?.responses['400']?.content?.['application/json']?.examples ?? {};
    const codes = Object.values(examples).map(({ value }) => (value as { code: number }).code);
    expect(codes.sort()).toEqual([1001, 1002, 1003, 1004, 1006, 1010]);
    const schema = document.components?.schemas?.['JackpotCreditBody'];
    expect(schema).toMatchObject({
      required: ['externalReference', 'value', 'jackpotId', 'typeCode'],
      properties: { typeCode: { enum: ['JACKPOT_CREDIT'] }, tags: {}, description: { maxLength: 1000 } },
    });
  });

  it('leaves the ledger in agreement', async () => {
    const id = await openFundedSession(url, 'last');
    await pay(id, 'jackpot-last');
    expect((await balance(url, id)).body).toMatchObject({ leftBalance: 350.5 });
    const { code, output } = await verifyLedger(server.database.url);
    expect([code, output]).toEqual([0, expect.stringMatching(/^\d+ wallets, \d+ movements, .*all agree\n$/)]);
  });
});
