import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import {
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { insert } from '../support/insert.js';
import { incidentsOf, resolveIncident, type ShownIncident } from '../support/incidents.js';
import { type StartedServer, startServer } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

const NOWHERE = '01a20610-dda0-71c4-8a35-bd11ec00f559';
const MIGRATION = 'ToldWins1765000000000';

/** What was refused and is owed, and of which kind the incident is that tells of it. */
const OWED = {
  late: 'LATE_SETTLEMENT_REFUSED',
  'late-void': 'LATE_SETTLEMENT_REFUSED',
  nowhere: 'WIN_REFUSED',
  'no-cents': 'WIN_REFUSED',
  'late-bet-back': 'LATE_SETTLEMENT_REFUSED',
  'nowhere-bet-back': 'ROLLBACK_REFUSED',
} as const;

let database: TestDatabase;
let server: StartedServer;
let told: Map<string, ShownIncident>;

/** Another start, as the first of a version that has the migration. */
async function upgrade(): Promise<void> {
  await server.stop();
  await query(database.url, `DELETE FROM migrations WHERE name = '${MIGRATION}'`);
  server = await startServer(database.url);
}

async function tellAll(): Promise<Map<string, ShownIncident>> {
  const lists = await Promise.all(Object.keys(OWED).map((reference) => incidentsOf(server.url, reference)));
  return new Map(lists.flat().map((incident) => [String(incident['externalReference']), incident]));
}

async function incidentCount(): Promise<number> {
  const [row] = await query<{ n: number }>(database.url, 'SELECT COUNT(*) AS n FROM incidents');
  return Number(row?.n);
}

/** More than one step of the migration looks at. */
function insertRefusedWins(count: number): Promise<void> {
  const columns = ['parent_system_id', 'external_reference', 'ordinal', 'kind', 'session_id', 'refusal'];
  const id = (index: number) => `01a20610-dda0-71c4-8a35-${String(index).padStart(12, '0')}`;
  return insert(
    database.url,
    'reference_bindings',
    [...columns, 'command_id', 'created_at'],
    Array.from({ length: count }, (_, index) => id(index)),
    (commandId) => [
      ...['BL13GT', `many-${commandId}`, 0, 'CREDIT', NOWHERE, 'INVALID_WALLET_SESSION'],
      ...[
        commandId,
        new Date(parseInt(commandId.replace('-', '').slice(0, 12), 16))
          .toISOString()
          .slice(0, 23)
          .replace('T', ' '),
      ],
    ],
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.url);
  const { url } = server;
  const open = await openFundedSession(url, 'old');
  const other = await openFundedSession(url, 'other');
  const closed = sessionIdOf(await openSession(url, 'old'));
  await debit(url, open, 'late-bet', { value: 10 });
  await debit(url, open, 'nowhere-bet', { value: 10 });
  await debit(url, open, 'given-back', { value: 10 });
  await closeSession(url, closed);
  await credit(url, closed, 'late', { value: '25.50' });
  await credit(url, closed, 'late-void', { value: 3 });
  await credit(url, closed, 'late-buried', { value: 3 });
  await credit(url, closed, 'late-booked', { value: 1 });
  await credit(url, NOWHERE, 'nowhere', { value: 3 });
  await credit(url, open, 'no-cents', { value: '0.001' });
  await rollback(url, closed, 'late-bet-back', 'late-bet');
  await rollback(url, NOWHERE, 'nowhere-bet-back', 'nowhere-bet');
  await rollback(url, NOWHERE, 'given-back-1', 'given-back');
  // What costs nobody anything: called back, booked or given back after all, or never charged.
  await rollback(url, NOWHERE, 'late-void-back', 'late-void');
  await rollback(url, other, 'late-foreign-back', 'late');
  await rollback(url, open, 'late-buried-back', 'late-buried');
  await credit(url, open, 'late-booked', { value: 1 });
  await rollback(url, open, 'given-back-2', 'given-back');
  await rollback(url, closed, 'unseen-back', 'unseen');
  await query(database.url, 'DELETE FROM incident_sightings');
  await query(database.url, 'DELETE FROM incidents');
});
afterAll(async () => {
  await server.stop();
  await database.drop();
});

describe('a database of before every refused win was told', () => {
  it('does not verify as it is', async () => {
    const { code, output } = await verifyLedger(database.url);
    expect(code).toBe(1);
    const untold = [...output.matchAll(/reference (\S+) of BL13GT: .*no incident tells/g)];
    expect(untold.map(([, reference]) => reference).sort()).toEqual(Object.keys(OWED).sort());
  });

  it('has an incident of each after the upgrade, as what was bound tells of it, and verifies', async () => {
    await upgrade();
    told = await tellAll();
    const kinds = Object.fromEntries([...told].map(([reference, { kind }]) => [reference, kind]));
    expect(kinds).toEqual(OWED);
    expect(await incidentCount()).toBe(told.size);
    expect(told.get('late')).toMatchObject({
      movementKind: 'CREDIT',
      walletId: 'old',
      amount: '25.50',
      status: 'OPEN',
      times: 1,
      calledBackAt: null,
    });
    expect(told.get('nowhere-bet-back')).toMatchObject({ movementKind: 'ROLLBACK', walletId: null });
    expect(await verifyLedger(database.url)).toMatchObject({ code: 0 });
  });

  it('pays the late win and the late rollback, and never what GPAS has called back', async () => {
    const total = await totalOf(server.url, 'old');
    const post = (reference: string) =>
      resolveIncident(server.url, told.get(reference)!.incidentId, { note: 'owed', post: true });
    expect((await post('late-void')).body).toMatchObject({ code: 1002 });
    expect((await post('late')).status).toBe(200);
    expect((await post('late-bet-back')).status).toBe(200);
    expect(await totalOf(server.url, 'old')).toBe(total + 25.5 + 10);
  });

  it('has no further one after the same migration once more, also where it was cut short', async () => {
    const before = await incidentCount();
    await query(database.url, `DELETE FROM incidents WHERE external_reference = 'nowhere'`);
    await insertRefusedWins(2_500);
    await upgrade();
    expect(await incidentCount()).toBe(before + 2_500);
    expect(await verifyLedger(database.url)).toMatchObject({ code: 0 });
  });
});
