import {
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  send,
  sessionIdOf,
} from '../gpas.js';

const NOWHERE = '01a20610-dda0-71c4-8a35-bd11ec00f559';

/**
 * Plays a small ledger that has every kind of row, and no other: what a verifier walks must be in it, and what a damage
 * damages. Wallets: `w` with all that goes well, `c` whose win was spent, `d` with a deposit alone, `blocked` and `empty`.
 */
export async function playSmallLedger(url: string): Promise<void> {
  const operate = async (method: string, target: string, body: object): Promise<unknown> => {
    const answer = await callOperator(url, method, `/operator/${target}`, body);
    if (answer.status >= 300) throw new Error(`${target}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const pay = (walletId: string, what: string, externalReference: string, value: number, subWallet: string) =>
    operate('POST', `wallets/${walletId}/${what}`, { externalReference, value, subWallet });

  const session = await openFundedSession(url, 'w', { real: 100, bonus: 50 });
  const closed = sessionIdOf(await openSession(url, 'w'));
  const ended = sessionIdOf(await openSession(url, 'w'));
  await debit(url, session, 'bet', { value: 12 });
  await debit(url, session, 'mixed', { value: 100 });
  await credit(url, session, 'win', { value: 40 });
  await rollback(url, session, 'back', 'bet');
  await credit(url, session, 'win-2', { value: 7 });
  await rollback(url, session, 'win-2-back', 'win-2');
  await debit(url, session, 'free', { value: 0 });
  await pay('w', 'withdrawals', 'out', 5, 'BONUS');

  // Refused: a second rollback, one of a rollback, another content, what came after its own rollback, no such session.
  await rollback(url, session, 'back-again', 'bet');
  await rollback(url, session, 'back-back', 'back');
  await debit(url, session, 'bet', { value: 13 });
  await rollback(url, session, 'early-back', 'early');
  await debit(url, session, 'early', { value: 1 });
  await credit(url, NOWHERE, 'nowhere', { value: 3 });
  await debit(url, session, 'too-much', { value: 5000 });
  await rollback(url, session, 'too-much-back', 'too-much');
  await rollback(url, NOWHERE, 'nowhere-back', 'nowhere');
  await rollback(url, NOWHERE, 'nowhere-back-2', 'unseen');
  await rollback(url, NOWHERE, 'mixed-back', 'mixed');
  await credit(url, session, 'no-call', { extra: { description: 5 } });

  // Late wins: one is open, one paid, one rolled back, one booked under another session.
  await closeSession(url, closed);
  await operate('POST', `sessions/${ended}/close`, {});
  for (const reference of ['late', 'late-paid', 'late-void', 'late-again']) {
    await credit(url, closed, reference, { value: 2 });
  }
  const { body } = await callOperator(url, 'GET', '/operator/incidents');
  const { data } = body as { data: { incidentId: string; externalReference: string }[] };
  const idOf = (reference: string) =>
    data.find(({ externalReference }) => externalReference === reference)?.incidentId ?? '';
  await operate('POST', `incidents/${idOf('late-paid')}/resolve`, { note: 'paid', post: true });
  await operate('POST', `incidents/${idOf('bet')}/resolve`, { note: 'a fault of theirs' });
  await debit(url, session, 'bet', { value: 14 });
  await rollback(url, session, 'late-void-back', 'late-void');
  await credit(url, session, 'late-again', { value: 2 });
  await credit(url, session, 'last', { value: 4 });

  const spent = await openFundedSession(url, 'c', { real: 10 });
  await credit(url, spent, 'c-win', { value: 5 });
  await debit(url, spent, 'c-bet', { value: 15 });
  await rollback(url, spent, 'c-claw', 'c-win');

  await openFundedSession(url, 'd', { real: 1 });
  for (const walletId of ['empty', 'blocked']) {
    await operate('POST', 'wallets', { walletId, playerId: 'p', currency: 'EUR' });
  }
  await operate('PATCH', 'wallets/blocked', { status: 'BLOCKED' });
  await operate('PATCH', 'wallets/blocked', { status: 'ACTIVE' });
  await operate('PATCH', 'wallets/blocked', { status: 'BLOCKED' });
  await failSignatures(url);
}

/** An incident that no movement is at the root of; it is kept beside the answers. */
async function failSignatures(url: string): Promise<void> {
  for (let call = 0; call < 10; call += 1) {
    await send(url, {
      method: 'GET',
      target: '/wallets/balance?walletSessionId=x',
      headers: { 'x-parent-system-id': 'BL13GT', 'x-signature': 'WRONG' },
    });
  }
}
