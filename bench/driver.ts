import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What both measurements play with: a server in a process of its own, and bets over keep-alive connections. */
const CONNECTIONS = 32;
const WALLETS = 200;
const HEADERS = { 'x-parent-system-id': 'BL13GT' };
const SECRET_KEY = 'Ax34deSfgdB';
export const OPERATOR = { authorization: 'Bearer demo-operator-key-for-loopback-only' };

export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

export const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });

export function call(
  url: string,
  method: string,
  target: string,
  headers: object,
  body = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url + target, { method, agent, headers: { ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function sign(text: string): Record<string, string> {
  return {
    ...HEADERS,
    'x-signature': createHash('sha1')
      .update(text + SECRET_KEY)
      .digest('hex')
      .toUpperCase(),
  };
}

function authToken(walletId: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3_000;
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ walletId, exp })}`;
  return `${content}.${createHmac('sha256', 'demo-auth-token-secret-for-loopback-only').update(content).digest('base64url')}`;
}

export async function start(script: string, databaseUrl: string): Promise<Server> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'info', DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"msg":"listening"')) {
      child.stdout.resume();
      return { child, url: (JSON.parse(line) as { url: string }).url };
    }
  }
  throw new Error(`${script} did not start`);
}

/** Wallets with money and a session on each. */
export async function prepare(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < WALLETS; index += 1) {
    const walletId = `bench-${randomUUID()}`;
    await call(
      url,
      'POST',
      '/operator/wallets',
      OPERATOR,
      JSON.stringify({ walletId, playerId: 'p', currency: 'EUR' }),
    );
    const deposit = { externalReference: randomUUID(), value: '1000000', subWallet: 'REAL' };
    await call(url, 'POST', `/operator/wallets/${walletId}/deposits`, OPERATOR, JSON.stringify(deposit));
    const query = `walletId=${walletId}`;
    const headers = { ...sign(query), authorization: `Bearer ${authToken(walletId)}` };
    const { text } = await call(url, 'POST', `/sessions?${query}`, headers);
    ids.push((JSON.parse(text) as { id: string }).id);
  }
  return ids;
}

async function bet(url: string, sessionId: string): Promise<void> {
  const body = JSON.stringify({
    externalReference: randomUUID(),
    value: '0.01',
    description: 'Debit game move made by gpas',
    typeCode: 'GAME_DEBIT',
    tags: { gpasSessionId: 'gpas-1', gameid: 'agt-13' },
  });
  const { status, text } = await call(
    url,
    'POST',
    `/movements/debit?walletSessionId=${sessionId}`,
    sign(body),
    body,
  );
  if (status !== 201) throw new Error(`a bet was answered ${status} ${text}`);
}

export async function betFor(ms: number, url: string, sessionIds: readonly string[]): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + ms;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, client) => {
      for (let turn = client; performance.now() < end; turn += CONNECTIONS) {
        const startedAt = performance.now();
        await bet(url, sessionIds[turn % sessionIds.length] ?? '');
        latencies.push(performance.now() - startedAt);
      }
    }),
  );
  return latencies;
}

export async function stop({ child }: Server): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
