import { randomUUID } from 'node:crypto';
import type { Running } from '../contenders/start.js';
import { balanceCall, debitCall, sessionCall } from '../load/calls.js';
import { type Answer, Client, WrongAnswerError } from '../load/client.js';
import { DEPOSIT, type Player } from '../load/world.js';

/** What a contender must refuse or keep; a fast one that does not is not measured. */
interface Question {
  readonly says: string;
  readonly call: Buffer;
  /** Of the refusal; the GPAS code. */
  readonly code: number;
}

/**
 * Asks a contender what its kind has to know.
 * @throws WrongAnswerError
 */
export async function checkAnswers({ contender, server, world }: Running): Promise<void> {
  if (!contender.checks) return;
  const [player, other] = world.players as [Player, Player | undefined];
  const client = await Client.open(server.port, 1);
  try {
    await ask(contender.name, client, guarded(player, other));
    if (!contender.schema) return;
    const reference = randomUUID();
    const answer = await client.ask(debitCall(player, { externalReference: reference }));
    if (answer.status !== 201) throw wrong(contender.name, 'a bet', answer);
    await ask(contender.name, client, kept(player, reference));
    const balance = await client.ask(balanceCall(player));
    if (balanceOf(balance) !== DEPOSIT_MINOR - 1n)
      throw wrong(contender.name, 'the balance after one bet', balance);
  } finally {
    client.close();
  }
}

/** @throws WrongAnswerError where the wallets do not hold what so many bets of a cent have left in them */
export async function checkBalances({ contender, server, world }: Running, bets: number): Promise<void> {
  if (!contender.schema) return;
  const client = await Client.open(server.port, 1);
  let left = 0n;
  for (const player of [...world.players, world.hot])
    left += balanceOf(await client.ask(balanceCall(player)));
  client.close();
  const expected = DEPOSIT_MINOR * BigInt(world.players.length + 1) - BigInt(bets);
  if (left === expected) return;
  throw new WrongAnswerError(
    `${contender.name} answered ${bets} bets of a cent, and took ${expected - left + BigInt(bets)} from the wallets.`,
  );
}

const DEPOSIT_MINOR = BigInt(DEPOSIT) * 100n;

/** In cents. */
function balanceOf({ body }: Answer): bigint {
  const text = /"leftBalance":([\d.]+)/.exec(body)?.[1] ?? 'NaN';
  return BigInt(Math.round(Number(text) * 100));
}

function guarded(player: Player, other: Player | undefined): Question[] {
  return [
    { says: 'a wrong signature', call: debitCall(player, { signature: 'A'.repeat(40) }), code: 1006 },
    { says: 'an amount that is none', call: debitCall(player, { value: 'much' }), code: 1010 },
    ...(other
      ? [
          {
            says: "another player's token",
            call: sessionCall(player.walletId, other.walletId),
            code: 1005,
          },
        ]
      : []),
  ];
}

function kept(player: Player, reference: string): Question[] {
  const nowhere = { ...player, sessionId: randomUUID() };
  return [
    { says: 'a reference again', call: debitCall(player, { externalReference: reference }), code: 1003 },
    {
      says: 'more than there is',
      call: debitCall(player, { value: String(Number(DEPOSIT) + 1) }),
      code: 1007,
    },
    { says: 'an unknown session', call: debitCall(nowhere), code: 1004 },
  ];
}

async function ask(name: string, client: Client, questions: readonly Question[]): Promise<void> {
  for (const { says, call, code } of questions) {
    const answer = await client.ask(call);
    const isRefused = answer.status >= 400 && answer.status < 500;
    if (!isRefused || !answer.body.includes(`"code":${code}`)) throw wrong(name, says, answer);
  }
}

function wrong(name: string, says: string, { status, body }: Answer): WrongAnswerError {
  return new WrongAnswerError(`${name} is not measured: ${says} was answered ${status} ${body}`);
}
