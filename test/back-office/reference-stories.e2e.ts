import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import { codeOf, movementIdOf } from '../support/answers.js';
import {
  callOperator,
  callWithBody,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
} from '../support/gpas.js';
import { lateWin, resolveIncident } from '../support/incidents.js';
import { sleep } from '../support/load.js';
import { registerParentSystem, signedBy } from '../support/parent-systems.js';
import { callStories, eventsOf, storiesOf, storyOf } from '../support/reference-stories.js';
import { type RunningApp, startApp } from '../support/server.js';

const OPERATOR = 'operator (reserved)';
let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
});
afterAll(() => server.stop());

const deposit = (walletId: string, reference: string, value: number): Promise<unknown> =>
  callOperator(url, 'POST', `/operator/wallets/${walletId}/deposits`, {
    externalReference: reference,
    value,
    subWallet: 'REAL',
  });

describe('the story of a reference', () => {
  it('of a bet that was booked at once has the bet, with both balances after it', async () => {
    const session = await openFundedSession(url, 'booked', { real: 100, bonus: 20 });
    const bet = await debit(url, session, 'bet/1?&', { value: '37.50', gameid: 'agt-1' });
    const story = await storyOf(url, 'bet/1?&');
    expect(story).toEqual({
      parentSystemId: 'BL13GT',
      status: 'BOOKED',
      events: [{ at: story.firstSight?.['at'], event: 'BOOKED', detail: movementIdOf(bet) }],
      firstSight: {
        at: expect.stringMatching(/^20.*Z$/),
        refusal: null,
        kind: 'DEBIT',
        walletId: 'booked',
        sessionId: session,
        amount: '37.50',
        currency: 'EUR',
        subWallet: null,
        targetReference: null,
      },
      tombstone: null,
      movement: expect.objectContaining({
        movementId: movementIdOf(bet),
        sessionId: session,
        gameId: 'agt-1',
        value: 37.5,
        leftBalance: 82.5,
        subWalletsSummary: [
          { code: 'REAL', leftBalance: 62.5, subWalletsSummary: null },
          { code: 'BONUS', leftBalance: 20, subWalletsSummary: null },
        ],
        rolledBackBy: null,
      }) as unknown,
      rollback: null,
      incidents: [],
    });
  });

  it('of a bet that was taken back names the rollback; that of the rollback names the bet', async () => {
    const session = await openFundedSession(url, 'back');
    const bet = await debit(url, session, 'back-bet');
    await sleep(5);
    const back = await rollback(url, session, 'back-back', 'back-bet');
    const story = await storyOf(url, 'back-bet');
    expect(story.status).toBe('ROLLED_BACK');
    expect(eventsOf(story)).toEqual([`BOOKED ${movementIdOf(bet)}`, 'ROLLED_BACK back-back']);
    expect(story.movement).toMatchObject({ rolledBackBy: movementIdOf(back) });
    expect(story.rollback).toMatchObject({
      movementId: movementIdOf(back),
      externalReference: 'back-back',
      leftBalance: 100,
      created: story.events[1]?.at,
    });
    expect(await storyOf(url, 'back-back')).toMatchObject({
      status: 'BOOKED',
      firstSight: { kind: 'ROLLBACK', targetReference: 'back-bet', amount: null, currency: 'EUR' },
      movement: { rollsBack: movementIdOf(bet) },
    });
  });

  it.each<[string, string, (session: string, wallet: string) => Promise<unknown>]>([
    ['INSUFFICIENT_FUNDS', '1007', () => Promise.resolve()],
    [
      'USER_BLOCKED',
      '1008',
      (_session, wallet) => callOperator(url, 'PATCH', `/operator/wallets/${wallet}`, { status: 'BLOCKED' }),
    ],
    [
      'INVALID_GAME_ID',
      '1009',
      () =>
        callOperator(url, 'PUT', '/operator/games/agt-off', {
          name: 'Off',
          providerCode: 'AGT',
          enabled: false,
        }),
    ],
    ['INVALID_WALLET_SESSION', '1004', (session) => closeSession(url, session)],
  ])('of a bet that was refused says %s, and no incident', async (refusal, code, prepare) => {
    const wallet = `refused-${code}`;
    const session = await openFundedSession(url, wallet);
    await prepare(session, wallet);
    const answer = await debit(url, session, wallet, { value: '100.01', gameid: 'agt-off' });
    expect(codeOf(answer)).toBe(`400/${refusal === 'INSUFFICIENT_FUNDS' ? '1007' : code}`);
    const story = await storyOf(url, wallet);
    expect(eventsOf(story)).toEqual([`REFUSED ${refusal}`]);
    expect(story).toMatchObject({
      status: 'REFUSED',
      firstSight: { refusal, kind: 'DEBIT', walletId: wallet, sessionId: session, amount: '100.01' },
      movement: null,
      incidents: [],
    });
  });

  it('of a bet that was refused, and booked after a deposit, has the first refusal and the movement', async () => {
    const session = await openFundedSession(url, 'yen', { currency: 'JPY' });
    for (let times = 0; times < 2; times += 1) await debit(url, session, 'yen-bet', { value: '150' });
    await sleep(5);
    await deposit('yen', 'yen-more', 100);
    const bet = await debit(url, session, 'yen-bet', { value: '150' });
    const story = await storyOf(url, 'yen-bet');
    expect(eventsOf(story)).toEqual(['REFUSED INSUFFICIENT_FUNDS', `BOOKED ${movementIdOf(bet)}`]);
    expect(story).toMatchObject({
      status: 'BOOKED',
      firstSight: { refusal: 'INSUFFICIENT_FUNDS', amount: '150', currency: 'JPY' },
      movement: { value: 150, leftBalance: 50 },
    });
  });

  it('of a win that came late and was paid says what was sent, who paid it and why', async () => {
    const { sessionId, reference, incidentId } = await lateWin(url, 'late');
    await credit(url, sessionId, reference, { value: '25.50' });
    await sleep(5);
    await resolveIncident(url, incidentId, { note: 'Agreed with GPAS', post: true });
    const story = await storyOf(url, reference);
    const movementId = String(story.movement?.['movementId']);
    expect(eventsOf(story)).toEqual([
      'REFUSED INVALID_WALLET_SESSION',
      'INCIDENT LATE_SETTLEMENT_REFUSED, answered INVALID_WALLET_SESSION',
      `BOOKED ${movementId}`,
      'RESOLVED Agreed with GPAS',
    ]);
    expect(story).toMatchObject({
      status: 'BOOKED',
      firstSight: { kind: 'CREDIT', amount: '25.50', refusal: 'INVALID_WALLET_SESSION' },
      movement: { value: 25.5, description: 'Agreed with GPAS' },
      incidents: [
        {
          incidentId,
          status: 'RESOLVED',
          times: 2,
          resolvedBy: 'OPERATOR_API_KEY',
          movementId,
          calledBackAt: null,
          sightings: [
            { times: 2, amount: '25.50', sentBody: expect.stringContaining('"value":"25.50"') as unknown },
          ],
        },
      ],
    });
  });

  it('of what was rolled back before it came is a tombstone, and what it stopped', async () => {
    const session = await openFundedSession(url, 'early');
    await rollback(url, session, 'early-back', 'early-bet');
    expect(await storyOf(url, 'early-bet')).toMatchObject({
      status: 'TOMBSTONE',
      firstSight: null,
      tombstone: { walletId: 'early', sessionId: session },
      movement: null,
      incidents: [],
    });
    await sleep(5);
    await debit(url, session, 'early-bet');
    const story = await storyOf(url, 'early-bet');
    expect(eventsOf(story)).toEqual([
      'TOMBSTONE',
      'INCIDENT TOMBSTONE_HIT, answered INVALID_TX_ID',
      'CALLED_BACK TOMBSTONE_HIT',
    ]);
    expect(story.incidents).toMatchObject([{ kind: 'TOMBSTONE_HIT', movementKind: 'DEBIT' }]);
  });

  it('of a late win that GPAS called back has its refusal, its tombstone and the end of its incident', async () => {
    const { sessionId, reference } = await lateWin(url, 'called');
    await sleep(5);
    await rollback(url, sessionId, 'called-back', reference);
    const story = await storyOf(url, reference);
    expect(eventsOf(story)).toEqual([
      'REFUSED INVALID_WALLET_SESSION',
      'INCIDENT LATE_SETTLEMENT_REFUSED, answered INVALID_WALLET_SESSION',
      'TOMBSTONE',
      'CALLED_BACK LATE_SETTLEMENT_REFUSED',
    ]);
    expect(story).toMatchObject({
      status: 'TOMBSTONE',
      firstSight: { kind: 'CREDIT' },
      tombstone: { walletId: 'called' },
    });
  });

  it('of a conflict has each content that it came with', async () => {
    const session = await openFundedSession(url, 'conflict');
    await debit(url, session, 'twofold', { value: '1' });
    for (const value of ['2', '3.25', '3.25']) {
      await sleep(5);
      await debit(url, session, 'twofold', { value });
    }
    const { status, events, incidents } = await storyOf(url, 'twofold');
    expect([status, events.map(({ event }) => event)]).toEqual([
      'BOOKED',
      ['BOOKED', 'INCIDENT', 'INCIDENT'],
    ]);
    expect(incidents).toMatchObject([
      {
        kind: 'REFERENCE_CONFLICT',
        times: 3,
        sightings: [
          { amount: '2.00', times: 1, answer: 'DUPLICATE_TX_ID' },
          { amount: '3.25', times: 2, answer: 'DUPLICATE_TX_ID' },
        ],
      },
    ]);
  });

  it('of a win without the form of one has its incident alone: nothing is bound', async () => {
    const session = await openFundedSession(url, 'formless');
    const target = `/movements/credit?walletSessionId=${session}`;
    const body = { externalReference: 'formless-win', value: '-5', typeCode: 'GAME_CREDIT' };
    expect(codeOf(await callWithBody(url, 'POST', target, body))).toBe('400/1010');
    expect(await storyOf(url, 'formless-win')).toMatchObject({
      status: 'REFUSED',
      firstSight: null,
      movement: null,
      incidents: [
        { kind: 'WIN_REFUSED', sightings: [{ sentBody: expect.stringContaining('-5') as unknown }] },
      ],
    });
  });

  it('of a win under an unknown session has no wallet', async () => {
    await credit(url, 'nobodys', 'nobodys-win');
    expect(await storyOf(url, 'nobodys-win')).toMatchObject({
      status: 'REFUSED',
      firstSight: { walletId: null, sessionId: 'nobodys', amount: null, currency: null },
    });
  });
});

describe('a reference under several parent systems', () => {
  it('has a story for each, the operator among them, and one where one is asked for', async () => {
    const other = await registerParentSystem(url);
    const session = await openFundedSession(url, 'both');
    const otherSession = sessionIdOf(await openSession(url, 'both', signedBy(other)));
    await debit(url, session, 'shared', { value: 1 });
    await debit(url, otherSession, 'shared', { value: 1_000 }, signedBy(other));
    await deposit('both', 'shared', 5);
    const told = (stories: Awaited<ReturnType<typeof storiesOf>>): unknown[] =>
      stories.map(({ parentSystemId, status, firstSight }) => [
        parentSystemId,
        status,
        firstSight?.['kind'],
        firstSight?.['amount'],
      ]);
    const own = [OPERATOR, 'BOOKED', 'DEPOSIT', '5.00'];
    const ofOther = [other.id, 'REFUSED', 'DEBIT', '1000.00'];
    const every = [['BL13GT', 'BOOKED', 'DEBIT', '1.00'], ofOther, own];
    expect(told(await storiesOf(url, 'shared'))).toEqual(every);
    expect(told(await storiesOf(url, 'shared', `?parentSystemId=${other.id}`))).toEqual([ofOther]);
    const query = `?parentSystemId=${encodeURIComponent(OPERATOR)}`;
    expect(told(await storiesOf(url, 'shared', query))).toEqual([own]);
    await callOperator(url, 'PATCH', `/operator/parent-systems/${other.id}`, { status: 'DISABLED' });
    expect(told(await storiesOf(url, 'shared'))).toEqual(every);
  });
});

describe('there is no story', () => {
  it.each([
    ['of a reference that never came', 'never', ''],
    ['of a bet under a session that nobody knows', 'nobodys-bet', ''],
    ['of a parent system that does not know it', 'known', '?parentSystemId=nobody'],
  ])('%s', async (_of, reference, query) => {
    await debit(url, 'nobodys', 'nobodys-bet');
    await debit(url, await openFundedSession(url, `none-${reference}`), 'known');
    const { status, body } = await callStories(url, reference, query);
    expect([status, body]).toEqual([
      404,
      {
        code: 1010,
        type: 'NOT_FOUND',
        message:
          'Nothing is bound under this reference: it never came, or was refused in a way that binds nothing',
      },
    ]);
  });

  it('of an hour of failed signatures, which is no reference', async () => {
    const hour = '2026-02-05T16';
    await query(
      server.database.url,
      `INSERT INTO incidents (id, kind, parent_system_id, external_reference, answer, first_at, last_at, times, status)
       VALUES ('1', 'SIGNATURE_FAILURES', 'BL13GT', ?, 'SIGNATURE_FAILED', ?, ?, 10, 'OPEN')`,
      [hour, '2026-02-05 16:00:00.000', '2026-02-05 16:00:00.000'],
    );
    expect((await callStories(url, hour)).status).toBe(404);
  });

  it.each([
    ['?parentSystemID=BL13GT', 'parentSystemId'],
    ['?parentSystemId=a%20b', 'parentSystemId must be'],
    ['?parentSystemId=a&parentSystemId=b', 'parentSystemId'],
  ])('for %s, which is refused', async (query, message) => {
    const { status, body } = await callStories(url, 'known', query);
    expect([status, body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining(message) as unknown },
    ]);
  });
});
