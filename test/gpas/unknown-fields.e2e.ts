import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import {
  type Answer,
  callOperator,
  callWithBody,
  credit,
  debit,
  openFundedSession,
  totalOf,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let id: string;
let otherId: string;
beforeAll(async () => {
  server = await startApp();
  id = await openFundedSession(server.url, 'own');
  otherId = await openFundedSession(server.url, 'other');
});
afterAll(() => server.stop());

/** Names of the server's own for what a body must not decide. */
const foreign = (kind: string): object => ({
  walletId: 'other',
  wallet_id: 'other',
  sessionId: otherId,
  walletSessionId: otherId,
  kind,
  parentSystemId: 'BL13UY',
  movementId: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42',
  id: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42',
  amountMinor: 1,
  targetReference: 'own-REAL',
});

async function expectBooked(answer: Answer, reference: string, movement: object): Promise<void> {
  expect(answer.text).toContain('"movementId"');
  const rows = await query(
    server.database.url,
    `SELECT id, kind, parent_system_id, wallet_id, session_id, real_delta_minor
     FROM movements WHERE external_reference = ?`,
    [reference],
  );
  const { movementId } = answer.body as { movementId: string };
  expect(movementId).not.toBe('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42');
  expect(rows).toEqual([
    { id: movementId, parent_system_id: 'BL13GT', wallet_id: 'own', session_id: id, ...movement },
  ]);
  expect(await totalOf(server.url, 'other')).toBe(100);
}

describe('fields of a body that the protocol does not know change nothing', () => {
  it("a debit stays a debit of the session's wallet", async () => {
    const answer = await debit(server.url, id, 'bet', { extra: foreign('CREDIT') });
    await expectBooked(answer, 'bet', { kind: 'DEBIT', real_delta_minor: -1_000 });
    expect(await totalOf(server.url, 'own')).toBe(90);
  });

  it("a credit stays a credit to the session's wallet", async () => {
    const answer = await credit(server.url, id, 'win', { extra: foreign('DEBIT') });
    await expectBooked(answer, 'win', { kind: 'CREDIT', real_delta_minor: 1_000 });
    expect(await totalOf(server.url, 'own')).toBe(100);
  });

  it('a rollback reverses what the query names', async () => {
    const target = `/movements/rollback?walletSessionId=${id}&externalMovementId=bet`;
    const body = { externalReference: 'back', description: 'rollback', ...foreign('DEBIT') };
    const answer = await callWithBody(server.url, 'PATCH', target, body);
    await expectBooked(answer, 'back', { kind: 'ROLLBACK', real_delta_minor: 1_000 });
    expect(await totalOf(server.url, 'own')).toBe(110);
  });

  it("a deposit of the operator's with such a field is not made", async () => {
    const body = { ...foreign('WITHDRAWAL'), externalReference: 'deposit', value: 1, subWallet: 'REAL' };
    const answer = await callOperator(server.url, 'POST', '/operator/wallets/own/deposits', body);
    expect(answer.body).toMatchObject({ code: 1010, type: 'INVALID_REQUEST' });
    expect(await totalOf(server.url, 'own')).toBe(110);
  });
});
