import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, leftOf } from '../support/answers.js';
import { type Answer, callOperator, debit, rollback, totalOf } from '../support/gpas.js';
import { partsOf, scenario } from '../support/scenario.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

describe('deposits and withdrawals', () => {
  const pay = (walletId: string, kind: string, body: object): Promise<Answer> =>
    callOperator(url, 'POST', `/operator/wallets/${walletId}/${kind}`, body);

  it('move real and bonus money, once for a reference', async () => {
    const { walletId } = await scenario(url, { real: 0 });
    const deposit = {
      externalReference: `d-${walletId}`,
      value: '12.50',
      subWallet: 'REAL',
      description: 'cash',
    };
    const first = await pay(walletId, 'deposits', deposit);
    expect([first.status, first.body]).toEqual([
      201,
      {
        movementId: expect.any(String),
        kind: 'DEPOSIT',
        walletId,
        externalReference: `d-${walletId}`,
        value: 12.5,
        leftBalance: 12.5,
        subWalletsSummary: partsOf(12.5, 0),
      },
    ]);
    expect(codeOf(await pay(walletId, 'deposits', deposit))).toBe('400/1003');
    expect(
      (await pay(walletId, 'deposits', { externalReference: `b-${walletId}`, value: 3, subWallet: 'BONUS' }))
        .status,
    ).toBe(201);
    const out = { externalReference: `w-${walletId}`, value: 2, subWallet: 'REAL' };
    expect(leftOf(await pay(walletId, 'withdrawals', out))).toBe(13.5);
    const tooMuch = { externalReference: `x-${walletId}`, value: 11, subWallet: 'REAL' };
    expect(codeOf(await pay(walletId, 'withdrawals', tooMuch))).toBe('400/1007');
    expect(await totalOf(url, walletId)).toBe(13.5);
  });

  it('name a wallet that is there', async () => {
    const body = { externalReference: 'nowhere', value: 1, subWallet: 'REAL' };
    expect((await pay('nowhere', 'deposits', body)).status).toBe(404);
    expect(
      (await callOperator(url, 'PATCH', '/operator/wallets/nowhere', { status: 'BLOCKED' })).status,
    ).toBe(404);
  });

  it("cannot be rolled back by GPAS, and do not take GPAS's references away", async () => {
    const { walletId, id } = await scenario(url, { real: 20 });
    expect(codeOf(await rollback(url, id, `op-back-${walletId}`, `${walletId}-REAL`))).toBe('400/1002');
    expect(await totalOf(url, walletId)).toBe(20);
    const reference = `shared-${walletId}`;
    await pay(walletId, 'deposits', { externalReference: reference, value: 1, subWallet: 'REAL' });
    expect((await debit(url, id, reference)).status).toBe(201);
  });
});
