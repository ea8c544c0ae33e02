import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import { callOperator, debit, openFundedSession } from '../support/gpas.js';
import { lateWin, resolveIncident } from '../support/incidents.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
});
afterAll(() => server.stop());

const REFUSED_DAY = '2026-01-15';
const PLAYED_DAY = '2026-01-16';
const noonOf = (day: string): string => `${day} 12:00:00.000`;
const today = (): string => new Date().toISOString().slice(0, 10);

type Row = Record<string, unknown>;
async function dataOf(target: string): Promise<Row[]> {
  const { status, text, body } = await callOperator(url, 'GET', target);
  if (status !== 200) throw new Error(text);
  return (body as { data: Row[] }).data;
}
const told = (from: string, to = from): Promise<Row[]> =>
  dataOf(`/reconciliation?date_from=${from}&date_to=${to}`);
const shown = (date: string): Promise<Row[]> => dataOf(`/operator/reconciliation?date=${date}`);

/** As if what was refused had been refused on that day. */
async function refusedOnThatDay(reference: string, incidentId: string): Promise<void> {
  const at = noonOf(REFUSED_DAY);
  const change = (statement: string, ...values: string[]): Promise<unknown> =>
    query(server.database.url, statement, values);
  await change('UPDATE reference_bindings SET created_at = ? WHERE external_reference = ?', at, reference);
  await change('UPDATE incidents SET first_at = ?, last_at = ? WHERE id = ?', at, at, incidentId);
  await change(
    'UPDATE incident_sightings SET first_at = ?, last_at = ? WHERE incident_id = ?',
    at,
    at,
    incidentId,
  );
}

describe('a late win that the operator pays', () => {
  it('counts on the day it is paid, and the day it was refused on stays as it was', async () => {
    const { reference, incidentId } = await lateWin(url, 'late');
    await refusedOnThatDay(reference, incidentId);
    const paidFrom = today();
    expect((await resolveIncident(url, incidentId, { note: 'paid', post: true })).status).toBe(200);
    expect(await told(paidFrom, today())).toMatchObject([
      { game_id: 'agt-54', total_win: 25.5, transaction_count_win: 1 },
    ]);
    expect(await told(REFUSED_DAY)).toEqual([]);
    expect(await shown(REFUSED_DAY)).toEqual([]);
    const [movement] = await dataOf(`/operator/movements?externalReference=${reference}`);
    const days = await shown(String(movement?.['created']).slice(0, 10));
    expect(days).toMatchObject([{ gameId: 'agt-54', totalWin: 25.5, winCount: 1 }]);
  });
});

describe('a game that was renamed', () => {
  it('has its name and provider of today in every report, of past days too, and in the list', async () => {
    const name = (game: string, providerCode: string): Promise<unknown> =>
      callOperator(url, 'PUT', '/operator/games/agt-9', { name: game, providerCode, enabled: true });
    const id = await openFundedSession(url, 'renamed');
    await name('Book of Sun', 'AGT');
    await debit(url, id, 'past-bet', { value: 3, gameid: 'agt-9' });
    await query(server.database.url, 'UPDATE movements SET created_at = ? WHERE external_reference = ?', [
      noonOf(PLAYED_DAY),
      'past-bet',
    ]);
    expect(await told(PLAYED_DAY)).toMatchObject([{ game_name: 'Book of Sun', provider_code: 'AGT' }]);
    await name('Book of Moon', 'NEW');
    const renamed = { game_id: 'agt-9', game_name: 'Book of Moon', provider_code: 'NEW', total_bet: 3 };
    expect(await told(PLAYED_DAY)).toMatchObject([renamed]);
    expect(await shown(PLAYED_DAY)).toMatchObject([
      { gameId: 'agt-9', gameName: 'Book of Moon', providerCode: 'NEW', totalBet: 3 },
    ]);
    const ofProvider = (provider: string): Promise<Row[]> =>
      dataOf(`/reconciliation?date_from=${PLAYED_DAY}&date_to=${PLAYED_DAY}&provider_code=${provider}`);
    expect(await ofProvider('NEW')).toMatchObject([renamed]);
    expect(await ofProvider('AGT')).toEqual([]);
    const games = await dataOf('/operator/games');
    expect(games.filter(({ gameId }) => gameId === 'agt-9')).toMatchObject([{ name: 'Book of Moon' }]);
  });
});
