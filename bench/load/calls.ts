import { randomUUID } from 'node:crypto';
import { authTokenOf, PARENT_SYSTEM_ID, type Player, signatureOf, type World } from './world.js';

/** What is called: `debit` goes over all wallets in turn, `hot` is a debit on one and the same. */
export const CALL_KINDS = ['debit', 'hot', 'session', 'balance'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** What every answer to a call is held against. */
export interface Expected {
  readonly status: number;
  readonly body: RegExp;
}

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PARTS =
  String.raw`"subWalletsSummary":\[\{"code":"REAL","leftBalance":[\d.]+,"subWalletsSummary":null\},` +
  String.raw`\{"code":"BONUS","leftBalance":[\d.]+,"subWalletsSummary":null\}\]`;
const MOVEMENT = {
  status: 201,
  body: new RegExp(
    String.raw`^\{"status":"OK","movementId":"${ID}","leftBalance":[\d.]+,${PARTS},"amountBonus":0\}$`,
  ),
};

/** The answers of whoever answers as the protocol says. */
export const PROTOCOL_ANSWERS: Readonly<Record<CallKind, Expected>> = {
  debit: MOVEMENT,
  hot: MOVEMENT,
  session: {
    status: 201,
    body: new RegExp(
      String.raw`^\{"id":"${ID}","walletId":"bench-[\w-]+","created":"[\d-]+T[\d:.]+Z","status":"OPEN"\}$`,
    ),
  },
  balance: {
    status: 200,
    body: new RegExp(String.raw`^\{"code":"CASINO","leftBalance":[\d.]+,${PARTS}\}$`),
  },
};

/** Bytes of a request; every call of GPAS's is signed. */
function request(method: string, target: string, signature: string, headers: string, body = ''): Buffer {
  const content = body && `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  const length = method === 'POST' && !body ? 'Content-Length: 0\r\n' : '';
  return Buffer.from(
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Parent-System-Id: ${PARENT_SYSTEM_ID}\r\n` +
      `X-Signature: ${signature}\r\n${headers}${content}${length}\r\n${body}`,
  );
}

interface Bet {
  readonly externalReference?: string;
  readonly value?: string;
  readonly signature?: string;
}

/** A bet of a cent, as GPAS's own examples look. */
export function debitCall({ sessionId }: Player, bet: Bet = {}): Buffer {
  const body = JSON.stringify({
    externalReference: bet.externalReference ?? randomUUID(),
    value: bet.value ?? '0.01',
    description: 'Debit game move made by gpas',
    typeCode: 'GAME_DEBIT',
    tags: { gpasSessionId: 'gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636', gameid: 'agt-13' },
  });
  const signature = bet.signature ?? signatureOf(body);
  return request('POST', `/movements/debit?walletSessionId=${sessionId}`, signature, '', body);
}

export function sessionCall(walletId: string, tokenWalletId = walletId): Buffer {
  const query = `walletId=${walletId}`;
  const token = `Authorization: Bearer ${authTokenOf(tokenWalletId)}\r\n`;
  return request('POST', `/sessions?${query}`, signatureOf(query), token);
}

export function balanceCall({ sessionId }: Player): Buffer {
  const query = `walletSessionId=${sessionId}`;
  return request('GET', `/wallets/balance?${query}`, signatureOf(query), '');
}

/** Signed calls, made before they are sent, so that the client costs little while it is measured. */
export class Calls {
  private readonly repeated: Readonly<Record<'session' | 'balance', readonly Buffer[]>>;
  private readonly bets: Record<'debit' | 'hot', Buffer[]> = { debit: [], hot: [] };
  private turn = 0;

  constructor(private readonly world: World) {
    this.repeated = {
      session: world.players.map(({ walletId }) => sessionCall(walletId)),
      balance: world.players.map((player) => balanceCall(player)),
    };
  }

  /** Signs so many bets, no two with the same reference. What may be sent again needs no making. */
  prepare(kind: CallKind, count: number): void {
    if (kind === 'session' || kind === 'balance') return;
    while (this.bets[kind].length < count) this.bets[kind].push(this.bet(kind));
  }

  next(kind: CallKind): Buffer {
    if (kind === 'debit' || kind === 'hot') return this.bets[kind].pop() ?? this.bet(kind);
    return this.inTurn(this.repeated[kind]);
  }

  private bet(kind: 'debit' | 'hot'): Buffer {
    if (kind === 'hot') return debitCall(this.world.hot);
    return debitCall(this.inTurn(this.world.players));
  }

  private inTurn<T>(all: readonly T[]): T {
    this.turn = (this.turn + 1) % all.length;
    const one = all[this.turn];
    if (one === undefined) throw new Error('There is nobody to play with');
    return one;
  }
}
