import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MovementsService } from '../support/application.js';
import { query } from '../support/databases.js';
import { openFundedSession, PARENT_SYSTEM_ID } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

const CALLS = 65; // one that is committed alone, and a whole batch behind it

/** What each call came to, and the rows of the wallet but for what is made anew: ids and instants. */
async function played(walletId: string, isAtOnce: boolean): Promise<object> {
  const sessionId = await openFundedSession(server.url, walletId, { real: '20.00', bonus: '5.00' });
  const movements = server.app.get(MovementsService);
  const none = { description: 'é \\\' "', tags: '{"gameid":"agt-13"}' };
  const call = (index: number): Promise<unknown> => {
    const externalReference = `${walletId}-${index % 23 === 22 ? index - 1 : index}`; // some come twice
    if (index % 7 === 6) {
      const targetReference = `${walletId}-${index - (index % 2) - 1}`;
      const request = {
        kind: 'ROLLBACK' as const,
        externalReference,
        sessionId,
        targetReference,
        problem: null,
      };
      return movements.rollback(PARENT_SYSTEM_ID, request, none);
    }
    const kind = index % 5 === 4 ? ('CREDIT' as const) : ('DEBIT' as const);
    const request = { kind, externalReference, sessionId, value: '1.37', gameId: 'agt-13', problem: null };
    return movements.play(PARENT_SYSTEM_ID, request, none);
  };
  const ends: unknown[] = [];
  const tell = (end: Promise<unknown>): Promise<void> =>
    end.then(
      () => void ends.push('booked'),
      (error: unknown) => void ends.push((error as { errorName: string }).errorName),
    );
  if (isAtOnce) await Promise.all(Array.from({ length: CALLS }, (_, index) => tell(call(index))));
  else for (let index = 0; index < CALLS; index += 1) await tell(call(index));
  const named = (text: unknown): unknown =>
    typeof text === 'string' ? text.replaceAll(walletId, 'wallet') : text;
  const rows = async (sql: string): Promise<object[]> =>
    (await query<Record<string, unknown>>(server.database.url, sql, [walletId])).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, named(value)])),
    );
  return {
    ends,
    wallet: await rows('SELECT real_minor, bonus_minor, seq FROM wallets WHERE id = ?'),
    movements: await rows(
      `SELECT m.external_reference, m.kind, m.seq, m.amount_minor, m.real_delta_minor, m.bonus_delta_minor,
         m.real_after_minor, m.bonus_after_minor, m.game_id, m.description, m.tags, t.external_reference AS target
       FROM movements m LEFT JOIN movements t ON t.id = m.target_movement_id
       WHERE m.wallet_id = ? AND m.kind IN ('DEBIT', 'CREDIT', 'ROLLBACK') ORDER BY m.seq`,
    ),
    bindings: await rows(
      `SELECT external_reference, ordinal, kind, amount_minor, target_reference, refusal
       FROM reference_bindings WHERE wallet_id = ? AND kind NOT IN ('DEPOSIT', 'WITHDRAWAL')
       ORDER BY external_reference, ordinal`,
    ),
  };
}

it(`${CALLS} calls one after the other and in one batch book the same rows, and are answered the same`, async () => {
  const alone = await played('one-by-one', false);
  const together = await played('all-at-once', true);
  expect(together).toEqual(alone);
  expect((alone as { ends: string[] }).ends).toEqual(
    expect.arrayContaining(['booked', 'DUPLICATE_TX_ID', 'INSUFFICIENT_FUNDS', 'INVALID_TX_ID']),
  );
});
