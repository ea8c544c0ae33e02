import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * `npm run demo`: starts the built server on a database of its own, plays GPAS against it over HTTP, and shows what is
 * sent and answered. What GPAS does here, signing and all, uses nothing of the server's code.
 */
const PARENT_SYSTEM_ID = 'BL13GT';
const SECRET_KEY = 'Ax34deSfgdB';
const OPERATOR_KEY = 'demo-operator-key-for-loopback-only';
const WALLET_ID = '2sdf1sd';

interface Step {
  readonly title: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** What must come back: the status, and these fields of the body. */
  readonly status: number;
  readonly expected?: Record<string, unknown>;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function sign(text: string): string {
  return createHash('sha1')
    .update(text + SECRET_KEY)
    .digest('hex')
    .toUpperCase();
}

function gpasHeaders(signed: string): Record<string, string> {
  return { 'x-parent-system-id': PARENT_SYSTEM_ID, 'x-signature': sign(signed) };
}

/** Sends the step, prints both sides and returns the body; throws where the answer is not what it must be. */
async function play(url: string, step: Step): Promise<Record<string, unknown>> {
  print(`\n── ${step.title}`);
  print(`   ${step.method} ${step.target}`);
  for (const [name, value] of Object.entries(step.headers)) {
    print(`   ${name}: ${value.length > 80 ? `${value.slice(0, 77)}…` : value}`);
  }
  if (step.body) print(`   ${step.body}`);
  const response = await fetch(url + step.target, {
    method: step.method,
    headers: step.headers,
    ...(step.body ? { body: step.body } : {}),
  });
  const text = await response.text();
  print(`   → ${response.status} ${text === '' ? '(no body)' : text}`);
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const wrong = Object.entries(step.expected ?? {}).filter(
    ([name, value]) => JSON.stringify(body[name]) !== JSON.stringify(value),
  );
  if (response.status !== step.status || wrong.length > 0) {
    throw new Error(`expected ${step.status} ${JSON.stringify(step.expected ?? {})}`);
  }
  return body;
}

/** The steps of a query-signed call of GPAS's. */
function signedQuery(
  title: string,
  method: string,
  path: string,
  query: string,
  answer: Pick<Step, 'status' | 'expected'>,
): Step {
  return { title, method, target: `${path}?${query}`, headers: gpasHeaders(query), ...answer };
}

/** A body-signed call of GPAS's. */
function signedBody(
  title: string,
  method: string,
  target: string,
  content: object,
  answer: Pick<Step, 'status' | 'expected'>,
): Step {
  const body = JSON.stringify(content);
  const headers = { ...gpasHeaders(body), 'content-type': 'application/json' };
  return { title, method, target, headers, body, ...answer };
}

/** What a wallet shows that has this much, in BRL. */
function left(real: number, bonus: number): Record<string, unknown> {
  return {
    leftBalance: Math.round((real + bonus) * 100) / 100,
    subWalletsSummary: [
      { code: 'REAL', leftBalance: real, subWalletsSummary: null },
      { code: 'BONUS', leftBalance: bonus, subWalletsSummary: null },
    ],
  };
}

const TAGS = { gpasSessionId: 'gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636', gameid: 'agt-54' };

async function playRound(url: string): Promise<void> {
  await play(url, {
    title: 'The operator looks at the wallet (back office)',
    method: 'GET',
    target: `/operator/wallets/${WALLET_ID}`,
    headers: { authorization: `Bearer ${OPERATOR_KEY}` },
    status: 200,
    expected: { walletId: WALLET_ID, currency: 'BRL', status: 'ACTIVE', ...left(9000, 150) },
  });
  const launch = { walletId: WALLET_ID, gameId: TAGS.gameid, device: 'Desktop', language: 'pt-BR' };
  const { authToken } = await play(url, {
    title: 'The player picks a game: the operator launches it (back office)',
    method: 'POST',
    target: '/operator/launches',
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(launch),
    status: 201,
  });
  const walletQuery = `walletId=${WALLET_ID}`;
  const open = signedQuery(
    'The launcher hands the token to GPAS, which opens a wallet session',
    'POST',
    '/sessions',
    walletQuery,
    { status: 201, expected: { walletId: WALLET_ID, status: 'OPEN' } },
  );
  const { id } = await play(url, {
    ...open,
    headers: { ...open.headers, authorization: `Bearer ${String(authToken)}` },
  });
  await playMoney(url, String(id));
  await playClose(url, String(id), walletQuery);
}

async function playMoney(url: string, id: string): Promise<void> {
  const session = `walletSessionId=${id}`;
  const bet = { externalReference: 'agt-bet-1', value: '100', typeCode: 'GAME_DEBIT', tags: TAGS };
  const win = { externalReference: 'agt-win-1', value: 250.5, typeCode: 'GAME_CREDIT', tags: TAGS };
  const back = { externalReference: 'agt-back-1', description: 'The round was cancelled', tags: TAGS };
  const rollback = `/movements/rollback?${session}&externalMovementId=`;
  const steps = [
    signedQuery('GPAS reads the balance', 'GET', '/wallets/balance', session, {
      status: 200,
      expected: { code: 'CASINO', ...left(9000, 150) },
    }),
    signedBody('The player bets 100', 'POST', `/movements/debit?${session}`, bet, {
      status: 201,
      expected: { status: 'OK', amountBonus: 0, ...left(8900, 150) },
    }),
    signedBody('GPAS sends the bet again: it is booked once', 'POST', `/movements/debit?${session}`, bet, {
      status: 400,
      expected: { code: 1003, type: 'DUPLICATE_TX_ID' },
    }),
    signedBody('The player wins 250.50', 'POST', `/movements/credit?${session}`, win, {
      status: 201,
      expected: { status: 'OK', ...left(9150.5, 150) },
    }),
    signedBody('GPAS takes the bet back', 'PATCH', `${rollback}agt-bet-1`, back, {
      status: 200,
      expected: { status: 'OK', ...left(9250.5, 150) },
    }),
    signedBody(
      'The player bets more than there is',
      'POST',
      `/movements/debit?${session}`,
      { ...bet, externalReference: 'agt-bet-2', value: '9400.51' },
      { status: 400, expected: { code: 1007, type: 'INSUFFICIENT_FUNDS' } },
    ),
    signedBody(
      'The player bets all of it, real money first, then bonus',
      'POST',
      `/movements/debit?${session}`,
      { ...bet, externalReference: 'agt-bet-3', value: '9400.50' },
      { status: 201, expected: { status: 'OK', amountBonus: 150, ...left(0, 0) } },
    ),
  ];
  for (const step of steps) await play(url, step);
}

async function playClose(url: string, id: string, otherQuery: string): Promise<void> {
  const query = `id=${id}`;
  const close = (title: string, answer: Pick<Step, 'status' | 'expected'>): Step =>
    signedQuery(title, 'PATCH', '/sessions/close', query, answer);
  await play(url, {
    ...close('Somebody else tries to close the session, with a signature of another query', {
      status: 400,
      expected: { code: 1006, type: 'SIGNATURE_FAILED' },
    }),
    headers: gpasHeaders(otherQuery),
  });
  await play(url, close('GPAS closes it', { status: 200 }));
  await play(
    url,
    close('GPAS closes it again: it is closed once', {
      status: 400,
      expected: { code: 1004, type: 'INVALID_WALLET_SESSION' },
    }),
  );
}

async function startServer(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const main = join(import.meta.dirname, '../main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'oas.sqlite')}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"msg":"listening"')) {
      child.stdout.resume();
      return { child, url: (JSON.parse(line) as { url: string }).url };
    }
  }
  throw new Error('the server did not start');
}

const folder = mkdtempSync(join(tmpdir(), 'gpas-oas-demo-'));
let child: ChildProcess | undefined;
try {
  print('Starting the server on a temporary database …');
  const server = await startServer(folder);
  ({ child } = server);
  print(`It listens on ${server.url}`);
  await playRound(server.url);
  print('\nEvery answer was right.');
} catch (error) {
  print(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  if (child?.exitCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
}
