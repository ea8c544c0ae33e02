import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { query } from '../support/databases.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Incident {
  readonly incidentId: string;
  readonly [name: string]: unknown;
}

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

async function incidents(text = ''): Promise<Incident[]> {
  const { status, body } = await callOperator(server.url, 'GET', `/operator/incidents?${text}`);
  expect(status).toBe(200);
  return (body as { data: Incident[] }).data;
}
const of = async (reference: string): Promise<Incident[]> =>
  (await incidents()).filter(({ externalReference }) => externalReference === reference);

const resolve = (id: string, body: object): Promise<Answer> =>
  callOperator(server.url, 'POST', `/operator/incidents/${id}/resolve`, body);

let made = 0;
/** A win refused because its session was closed. */
async function lateWin(
  value = '25.50',
): Promise<{ walletId: string; id: string; reference: string; incident: Incident }> {
  const walletId = `late-${(made += 1)}`;
  const id = await openFundedSession(server.url, walletId);
  await closeSession(server.url, id);
  const reference = `${walletId}-win`;
  expect((await credit(server.url, id, reference, { value })).status).toBe(400);
  const [incident] = await of(reference);
  if (!incident) throw new Error('no incident');
  return { walletId, id, reference, incident };
}

describe('an incident', () => {
  it('is kept for each kind, with what is known of it', async () => {
    const id = await openFundedSession(server.url, 'kinds');
    await debit(server.url, id, 'conflict', { value: 1 });
    await debit(server.url, id, 'conflict', { value: 2 });
    await rollback(server.url, id, 'back-unknown', 'never');
    await debit(server.url, id, 'never', { value: 3 });
    await credit(server.url, id, 'spent', { value: 5 });
    await debit(server.url, id, 'spend-all', { value: 104 });
    await rollback(server.url, id, 'clawback', 'spent');
    const known = { status: 'OPEN', times: 1, parentSystemId: 'BL13GT', walletId: 'kinds', sessionId: id };
    expect(await of('conflict')).toEqual([
      expect.objectContaining({
        ...known,
        kind: 'REFERENCE_CONFLICT',
        movementKind: 'DEBIT',
        amountMinor: '200',
      }),
    ]);
    expect(await of('never')).toEqual([
      expect.objectContaining({ ...known, kind: 'TOMBSTONE_HIT', gameId: 'agt-54' }),
    ]);
    expect(await of('clawback')).toEqual([
      expect.objectContaining({
        ...known,
        kind: 'CLAWBACK_REFUSED',
        targetReference: 'spent',
        answer: 'INSUFFICIENT_FUNDS',
      }),
    ]);
    expect(await of('back-unknown')).toEqual([]);
  });

  it('is one, however often the same comes, and counts the times', async () => {
    const { id, reference, incident } = await lateWin();
    expect(incident).toMatchObject({ kind: 'LATE_SETTLEMENT_REFUSED', times: 1, amountMinor: '2550' });
    await Promise.all(
      Array.from({ length: 20 }, () => credit(server.url, id, reference, { value: '25.50' })),
    );
    expect(await of(reference)).toEqual([
      expect.objectContaining({ incidentId: incident.incidentId, times: 21 }),
    ]);
  });

  it('is refused together with what it is about, or not at all', async () => {
    const id = await openFundedSession(server.url, 'whole');
    await closeSession(server.url, id);
    await query(server.database.url, 'ALTER TABLE incidents RENAME TO incidents_away');
    expect((await credit(server.url, id, 'whole-win')).status).toBe(500);
    await query(server.database.url, 'ALTER TABLE incidents_away RENAME TO incidents');
    const rows = await query(
      server.database.url,
      `SELECT external_reference FROM reference_bindings WHERE external_reference = 'whole-win'`,
    );
    expect(rows).toEqual([]);
    expect((await credit(server.url, id, 'whole-win')).status).toBe(400);
    expect(await of('whole-win')).toHaveLength(1);
  });

  it('is resolved once, with a note, the key and a line in the audit trail', async () => {
    const { incident, walletId } = await lateWin();
    const { incidentId } = incident;
    expect((await resolve(incidentId, {})).status).toBe(400);
    const answer = await resolve(incidentId, { note: 'GPAS agrees that it is void' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'RESOLVED',
        note: 'GPAS agrees that it is void',
        resolvedBy: 'OPERATOR_API_KEY',
        movementId: null,
      },
    });
    expect((await callOperator(server.url, 'GET', `/operator/incidents/${incidentId}`)).body).toMatchObject(
      answer.body as object,
    );
    expect(await totalOf(server.url, walletId)).toBe(100);
    expect((await resolve(incidentId, { note: 'again', post: true })).status).toBe(400);
    expect(await totalOf(server.url, walletId)).toBe(100);
    const trail = await callOperator(
      server.url,
      'GET',
      `/operator/audit?subjectType=incident&subjectId=${incidentId}`,
    );
    expect((trail.body as { data: object[] }).data).toEqual([
      expect.objectContaining({
        action: 'incident.resolve',
        before: expect.objectContaining({ status: 'OPEN' }),
      }),
    ]);
    expect((await resolve('nothing', { note: 'x' })).status).toBe(404);
  });

  it('is found by status and kind', async () => {
    const { incident } = await lateWin();
    const ids = async (text: string): Promise<string[]> =>
      (await incidents(text)).map(({ incidentId }) => incidentId);
    expect(await ids('status=OPEN&kind=LATE_SETTLEMENT_REFUSED')).toContain(incident.incidentId);
    expect(await ids('kind=TOMBSTONE_HIT')).not.toContain(incident.incidentId);
    await resolve(incident.incidentId, { note: 'done' });
    expect(await ids('status=OPEN')).not.toContain(incident.incidentId);
    expect(await ids('status=RESOLVED')).toContain(incident.incidentId);
  });
});

describe('a late win', () => {
  it('is paid once under its own reference, and what GPAS sends again is a repeat', async () => {
    const { walletId, id, reference, incident } = await lateWin();
    const [first, second] = await Promise.all([
      resolve(incident.incidentId, { note: 'paid', post: true }),
      resolve(incident.incidentId, { note: 'paid', post: true }),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 400]);
    expect(await totalOf(server.url, walletId)).toBe(125.5);
    const again = await credit(server.url, id, reference, { value: '25.50' });
    expect([again.status, again.body]).toEqual([400, expect.objectContaining({ code: 1003 })]);
    const resolved = [first, second].find(({ status }) => status === 200);
    expect(again.headers['x-movement-id']).toBe((resolved?.body as { movementId: string }).movementId);
    expect(await totalOf(server.url, walletId)).toBe(125.5);
    const rest = await of(reference);
    expect(rest).toEqual([expect.objectContaining({ status: 'RESOLVED', times: 1 })]);
  });

  it('can be paid to a player who is blocked', async () => {
    const { walletId, incident } = await lateWin('1');
    await callOperator(server.url, 'PATCH', `/operator/wallets/${walletId}`, { status: 'BLOCKED' });
    expect((await resolve(incident.incidentId, { note: 'paid', post: true })).status).toBe(200);
    expect(await totalOf(server.url, walletId)).toBe(101);
  });

  it('that a rollback has voided is not paid', async () => {
    const { walletId, reference, incident } = await lateWin();
    const open = sessionIdOf(await openSession(server.url, walletId));
    expect((await rollback(server.url, open, `${reference}-back`, reference)).body).toMatchObject({
      code: 1002,
    });
    expect((await resolve(incident.incidentId, { note: 'paid', post: true })).body).toMatchObject({
      code: 1002,
    });
    expect(await totalOf(server.url, walletId)).toBe(100);
    expect(await of(reference)).toContainEqual(expect.objectContaining({ status: 'OPEN' }));
  });

  it('is the only thing that can be paid', async () => {
    const id = await openFundedSession(server.url, 'unpaid');
    await debit(server.url, id, 'unpaid-bet', { value: 1 });
    await debit(server.url, id, 'unpaid-bet', { value: 2 });
    const [incident] = await of('unpaid-bet');
    const answer = await resolve(incident!.incidentId, { note: 'x', post: true });
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining('LATE_SETTLEMENT_REFUSED') },
    ]);
    expect(await totalOf(server.url, 'unpaid')).toBe(99);
  });
});
