import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IncidentsService, UnitOfWork } from '../support/application.js';
import { ENGINE, query } from '../support/databases.js';
import {
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  PARENT_SYSTEM_ID,
  rollback,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { incidentsOf, incidentWithSightings, lateWin, resolveIncident } from '../support/incidents.js';
import { sleep } from '../support/load.js';
import { rounds } from '../support/rounds.js';
import { type RunningApp, ServerProcess, startApp } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
});
afterAll(() => server.stop());

describe('resolving an incident', () => {
  it(
    'with and without the money at once, one of them does it, and the money is what the incident says',
    async () => {
      // SQLite has one server process, MySQL any number.
      const other = ENGINE === 'mysql' ? await ServerProcess.start(server.database.url) : null;
      const urls = [url, other?.url ?? url];
      for (let round = 0; round < rounds(26); round += 1) {
        const { incidentId, reference } = await lateWin(url, `both-${round}`);
        const [paying, refusing] = round % 2 ? urls : urls.toReversed();
        // Neither is always the faster one: the payer begins up to 9 ms earlier, or up to 3 ms later.
        const lead = (round % 13) - 3;
        const answers = await Promise.all([
          sleep(-lead).then(() => resolveIncident(paying!, incidentId, { note: 'paid', post: true })),
          sleep(lead).then(() => resolveIncident(refusing!, incidentId, { note: 'not paid' })),
        ]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
        const [incident] = await incidentsOf(url, reference);
        const isPaid = (await totalOf(url, `both-${round}`)) === 125.5;
        expect(incident).toMatchObject({ status: 'RESOLVED', note: isPaid ? 'paid' : 'not paid' });
        expect(incident?.['movementId'] === null).toBe(!isPaid);
      }
      await other?.kill('SIGTERM');
    },
    rounds(120_000),
  );

  it('whose line of the trail cannot be written pays nothing', async () => {
    const { incidentId, reference } = await lateWin(url, 'no-trail');
    await query(server.database.url, 'ALTER TABLE audit_entries RENAME TO audit_entries_away');
    const answer = await resolveIncident(url, incidentId, { note: 'paid', post: true });
    await query(server.database.url, 'ALTER TABLE audit_entries_away RENAME TO audit_entries');
    expect(answer.status).toBe(500);
    expect(await totalOf(url, 'no-trail')).toBe(100);
    expect(await incidentsOf(url, reference)).toMatchObject([{ status: 'OPEN' }]);
    expect((await resolveIncident(url, incidentId, { note: 'paid', post: true })).status).toBe(200);
    expect(await totalOf(url, 'no-trail')).toBe(125.5);
  });
});

describe('a win that came late and that GPAS has called back', () => {
  it.each(['the closed one', 'an open one', 'one that is not known'])(
    'under a session, %s, is shown as called back and never paid',
    async (which) => {
      const walletId = `called-${which.replaceAll(' ', '-')}`;
      const { sessionId, reference, incidentId } = await lateWin(url, walletId);
      const open = sessionIdOf(await openSession(url, walletId));
      const named = { 'the closed one': sessionId, 'an open one': open }[which] ?? 'nowhere';
      expect((await rollback(url, named, `${reference}-back`, reference)).status).toBe(400);
      const [shown] = (await incidentsOf(url, reference)).filter((each) => each.incidentId === incidentId);
      expect(shown).toMatchObject({ status: 'OPEN', calledBackAt: expect.stringMatching(/^20.*Z$/) });
      const answer = await resolveIncident(url, incidentId, { note: 'x', post: true });
      expect(answer.body).toMatchObject({ code: 1002 });
      expect(await totalOf(url, walletId)).toBe(100);
      if (named !== 'nowhere') {
        const again = await credit(url, open, reference, { value: '25.50' });
        expect(again.body).toMatchObject({ code: 1002 });
      }
      expect((await resolveIncident(url, incidentId, { note: 'void' })).status).toBe(200);
    },
  );

  it('after it was paid, by a rollback that could not see the payment, stays paid', async () => {
    const { incidentId, reference } = await lateWin(url, 'paid-then-called-back');
    expect((await resolveIncident(url, incidentId, { note: 'paid', post: true })).status).toBe(200);
    const incidents = server.app.get(IncidentsService);
    const { firstAt } = await incidents.get(incidentId);
    await server.app
      .get(UnitOfWork)
      .change((transaction) => incidents.callBack(transaction, PARENT_SYSTEM_ID, reference, firstAt));
    expect(await incidentsOf(url, reference)).toMatchObject([{ status: 'RESOLVED', calledBackAt: null }]);
    expect(await verifyLedger(server.database.url)).toMatchObject({ code: 0 });
  });

  it('and that was refused for another reason before that is never paid either', async () => {
    const id = await openFundedSession(url, 'called-between', { real: '9999999999990' });
    await credit(url, id, 'called-between-win', { value: 20 });
    await rollback(url, 'nowhere', 'called-between-back', 'called-between-win');
    await closeSession(url, id);
    expect((await credit(url, id, 'called-between-win', { value: 20 })).body).toMatchObject({ code: 1004 });
    const incidents = await incidentsOf(url, 'called-between-win');
    expect(incidents).toMatchObject([
      { kind: 'LATE_SETTLEMENT_REFUSED', calledBackAt: incidents[1]?.['calledBackAt'] },
      { kind: 'WIN_REFUSED', calledBackAt: expect.any(String) },
    ]);
    await callOperator(url, 'POST', '/operator/wallets/called-between/withdrawals', {
      externalReference: 'called-between-out',
      value: 100,
      subWallet: 'REAL',
    });
    const answer = await resolveIncident(url, incidents[0]!.incidentId, { note: 'x', post: true });
    expect(answer.body).toMatchObject({ code: 1002 });
  });

  it('before it came is never paid either', async () => {
    const id = await openFundedSession(url, 'called-first');
    await closeSession(url, id);
    expect((await rollback(url, id, 'called-first-back', 'called-first-win')).body).toMatchObject({
      code: 1004,
    });
    expect((await credit(url, id, 'called-first-win')).body).toMatchObject({ code: 1002 });
    const [incident] = await incidentsOf(url, 'called-first-win');
    expect(incident).toMatchObject({ kind: 'TOMBSTONE_HIT', calledBackAt: expect.any(String) });
    const answer = await resolveIncident(url, incident!.incidentId, { note: 'x', post: true });
    expect(answer.body).toMatchObject({ code: 1002 });
    expect(await totalOf(url, 'called-first')).toBe(100);
  });
});

describe('a rollback that came late', () => {
  it('gives a bet back once when it is posted, and GPAS’s resend is a repeat', async () => {
    const id = await openFundedSession(url, 'late-back');
    await debit(url, id, 'late-bet', { value: '40' });
    await closeSession(url, id);
    expect((await rollback(url, id, 'late-bet-back', 'late-bet')).body).toMatchObject({ code: 1004 });
    const [incident] = await incidentsOf(url, 'late-bet-back');
    const posts = await Promise.all(
      [1, 2, 3].map(() => resolveIncident(url, incident!.incidentId, { note: 'given back', post: true })),
    );
    expect(posts.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect(await totalOf(url, 'late-back')).toBe(100);
    expect((await rollback(url, id, 'late-bet-back', 'late-bet')).body).toMatchObject({ code: 1003 });
    expect((await rollback(url, id, 'late-bet-back-2', 'late-bet')).body).toMatchObject({ code: 1004 });
    const [second] = await incidentsOf(url, 'late-bet-back-2');
    const again = await resolveIncident(url, second!.incidentId, { note: 'x', post: true });
    expect(again.body).toMatchObject({ code: 1003 });
    expect(await totalOf(url, 'late-back')).toBe(100);
  });
});

describe('a conflict', () => {
  it('that was resolved is open again with other content, and each content is kept as it was sent', async () => {
    const id = await openFundedSession(url, 'conflicts');
    const other = await openFundedSession(url, 'conflicts-2');
    await debit(url, id, 'one-reference', { value: 1 });
    await debit(url, id, 'one-reference', { value: 2 });
    const [incident] = await incidentsOf(url, 'one-reference');
    const { incidentId } = incident!;
    await resolveIncident(url, incidentId, { note: 'told GPAS' });
    await debit(url, id, 'one-reference', { value: 2 });
    expect(await incidentsOf(url, 'one-reference')).toMatchObject([{ status: 'RESOLVED', times: 2 }]);
    await debit(url, other, 'one-reference', { value: 3 });
    const shown = await incidentWithSightings(url, incidentId);
    expect(shown).toMatchObject({ status: 'OPEN', times: 3, note: null, resolvedBy: null });
    expect(shown.sightings).toMatchObject([
      { walletId: 'conflicts', sessionId: id, amount: '2.00', times: 2, sentQuery: `walletSessionId=${id}` },
      { walletId: 'conflicts-2', sessionId: other, amount: '3.00', times: 1 },
    ]);
    expect(JSON.parse(String(shown.sightings[1]?.['sentBody']))).toMatchObject({ value: 3 });
  });

  it('keeps twenty contents at most, and counts what comes beyond them', async () => {
    const id = await openFundedSession(url, 'many-contents', { real: 1000, bonus: 0 });
    for (let value = 1; value <= 25; value += 1) await debit(url, id, 'many-contents', { value });
    const [incident] = await incidentsOf(url, 'many-contents');
    const shown = await incidentWithSightings(url, incident!.incidentId);
    expect(shown['times']).toBe(24);
    expect(shown.sightings).toHaveLength(20);
  });
});

describe('a bet that was refused', () => {
  it('fits no other wallet: its captured body is 1003 there, and it is charged once where it belongs', async () => {
    const id = await openFundedSession(url, 'refused-bet', { real: 10, bonus: 0 });
    const thief = await openFundedSession(url, 'refused-thief', { real: 500, bonus: 0 });
    expect((await debit(url, id, 'too-much', { value: 60 })).body).toMatchObject({ code: 1007 });
    expect((await debit(url, thief, 'too-much', { value: 60 })).body).toMatchObject({ code: 1003 });
    expect(await totalOf(url, 'refused-thief')).toBe(500);
    expect((await debit(url, id, 'too-much', { value: 5 })).body).toMatchObject({ code: 1003 });
    expect((await debit(url, id, 'too-much', { value: 60 })).body).toMatchObject({ code: 1007 });
    expect((await rollback(url, id, 'too-much-back', 'too-much')).body).toMatchObject({ code: 1002 });
    expect((await debit(url, id, 'too-much', { value: 60 })).body).toMatchObject({ code: 1002 });
  });
});

it('and after all of it the ledger verifies', async () => {
  expect((await verifyLedger(server.database.url)).code).toBe(0);
});
