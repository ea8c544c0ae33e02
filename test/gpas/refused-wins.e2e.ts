import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callOperator, callWithBody, credit, debit, openFundedSession, rollback } from '../support/gpas.js';
import { incidentsOf, incidentWithSightings } from '../support/incidents.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
});
afterAll(() => server.stop());

const win = (externalReference: string, more: object = {}): object => ({
  externalReference,
  value: '5',
  typeCode: 'GAME_CREDIT',
  ...more,
});

/** The one incident of a reference, with what was sent. */
async function told(reference: string): Promise<Awaited<ReturnType<typeof incidentWithSightings>>> {
  const incidents = await incidentsOf(url, reference);
  expect(incidents).toHaveLength(1);
  return incidentWithSightings(url, incidents[0]!.incidentId);
}

describe('a win that is not paid is told to the operator, with what GPAS sent as it was sent', () => {
  it.each([
    ['a third decimal', { value: '10.005' }],
    ['more than the largest balance', { value: '9999999999999.99' }],
    ['more than the largest amount', { value: '99999999999999999999' }],
    ['a value that is no amount', { value: '1e3' }],
    ['a negative value', { value: -1 }],
    ['no value', { value: undefined }],
    ['a typeCode of something else', { typeCode: 'GAME_BONUS' }],
    ['tags that are no dictionary', { tags: 'none' }],
    ['a description that is too long', { description: 'x'.repeat(1001) }],
  ])('%s', async (what, more) => {
    const reference = `win-${what.replaceAll(' ', '-')}`;
    const id = await openFundedSession(url, `wallet-of-${reference}`);
    const body = win(reference, more);
    const target = `/movements/credit?walletSessionId=${id}`;
    expect((await callWithBody(url, 'POST', target, body)).body).toMatchObject({ code: 1010 });
    expect(await told(reference)).toMatchObject({
      kind: 'WIN_REFUSED',
      movementKind: 'CREDIT',
      answer: 'INVALID_REQUEST',
      sessionId: id,
      status: 'OPEN',
      sightings: [{ sentQuery: `walletSessionId=${id}`, sentBody: JSON.stringify(body) }],
    });
  });

  it('a decimal in yen', async () => {
    const id = await openFundedSession(url, 'yen-win', { currency: 'JPY' });
    await credit(url, id, 'win-in-yen', { value: '5.5' });
    expect(await told('win-in-yen')).toMatchObject({ kind: 'WIN_REFUSED', currency: 'JPY', amount: null });
    await credit(url, id, 'win-in-whole-yen', { value: '5.00' });
    expect(await incidentsOf(url, 'win-in-whole-yen')).toEqual([]);
  });

  it('a session that is not known, or not named', async () => {
    await credit(url, 'nowhere', 'win-nowhere');
    expect(await told('win-nowhere')).toMatchObject({
      kind: 'WIN_REFUSED',
      answer: 'INVALID_WALLET_SESSION',
    });
    await callWithBody(url, 'POST', '/movements/credit', win('win-unnamed'));
    expect(await told('win-unnamed')).toMatchObject({ kind: 'WIN_REFUSED', walletId: null });
  });

  it('a reference that can be none', async () => {
    const id = await openFundedSession(url, 'win-no-reference');
    const body = win('with a space');
    await callWithBody(url, 'POST', `/movements/credit?walletSessionId=${id}`, body);
    const { body: list } = await callOperator(url, 'GET', '/operator/incidents?kind=WIN_REFUSED');
    const [latest] = (list as { data: { externalReference: string }[] }).data;
    expect(latest?.externalReference).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('but not one that was paid before, nor one whose signature does not hold', async () => {
    const id = await openFundedSession(url, 'paid-win');
    await credit(url, id, 'paid-once');
    await credit(url, id, 'paid-once');
    await credit(url, id, 'forged', { value: '1e3' }, { secretKey: 'another secret' });
    for (const reference of ['paid-once', 'forged']) expect(await incidentsOf(url, reference)).toEqual([]);
  });
});

describe('a rollback of a bet that is refused is told', () => {
  it('whatever refuses it', async () => {
    const id = await openFundedSession(url, 'backs');
    const other = await openFundedSession(url, 'backs-other');
    await debit(url, id, 'backs-bet', { value: 5 });
    await rollback(url, 'nowhere', 'back-nowhere', 'backs-bet');
    await rollback(url, other, 'back-other', 'backs-bet');
    const target = `/movements/rollback?walletSessionId=${id}&externalMovementId=backs-bet`;
    await callWithBody(url, 'PATCH', target, { externalReference: 'back-value', value: '5' });
    await callWithBody(url, 'PATCH', `/movements/rollback?walletSessionId=${id}`, {
      externalReference: 'back-untold',
    });
    for (const reference of ['back-nowhere', 'back-other', 'back-value', 'back-untold']) {
      expect(await told(reference)).toMatchObject({ kind: 'ROLLBACK_REFUSED', movementKind: 'ROLLBACK' });
    }
  });

  it('but not one of a bet that was never charged, or is given back already', async () => {
    const id = await openFundedSession(url, 'no-backs');
    await rollback(url, id, 'no-back-1', 'never-came');
    await debit(url, id, 'given-bet', { value: 5 });
    await rollback(url, id, 'given-back', 'given-bet');
    await rollback(url, id, 'given-back-2', 'given-bet');
    for (const reference of ['no-back-1', 'given-back', 'given-back-2']) {
      expect(await incidentsOf(url, reference)).toEqual([]);
    }
  });
});
