import { type Answer, callOperator } from './gpas.js';
import { callWithKey, type MadeKey } from './operator.js';

/** A server's back office: its calls, and the makers of what a call needs to find. Made things have ids of their own. */
export class BackOffice {
  private counter = 0;

  constructor(
    readonly url: string,
    /** Who makes the calls under test. What is prepared is prepared by another key. */
    readonly actor: MadeKey,
  ) {}

  newId(): string {
    return `s-${++this.counter}-Aa`;
  }

  /** A call of the actor. */
  call(method: string, target: string, body?: unknown): Promise<Answer> {
    return callWithKey(this.url, this.actor.key, method, `/operator/${target}`, body);
  }

  /** Does what must work; returns the body of the answer. */
  async prepare<Body>(method: string, target: string, body?: unknown): Promise<Body> {
    const answer = await callOperator(this.url, method, `/operator/${target}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${target}: ${answer.status} ${answer.text}`);
    return answer.body as Body;
  }

  async makeWallet(real = 0): Promise<string> {
    const walletId = this.newId();
    await this.prepare('POST', 'wallets', { walletId, playerId: `player-of-${walletId}`, currency: 'EUR' });
    if (real > 0) await this.prepare('POST', `wallets/${walletId}/deposits`, payment(walletId, real));
    return walletId;
  }

  async makeLaunch(walletId: string): Promise<string> {
    const { launchId } = await this.prepare<{ launchId: string }>('POST', 'launches', launchBody(walletId));
    return launchId;
  }

  async makeParentSystem(name = 'A parent system'): Promise<string> {
    const id = this.newId();
    await this.prepare('POST', 'parent-systems', { id, name });
    return id;
  }
}

/** The body of a deposit or a withdrawal. */
export const payment = (reference: string, value: number, subWallet = 'REAL'): Record<string, unknown> => ({
  externalReference: `pay-${reference}`,
  value,
  subWallet,
});

/** The body that asks for a launch. */
export const launchBody = (walletId: string): object => ({
  walletId,
  gameId: 'agt-54',
  device: 'Mobile',
  language: 'en',
  ttlSeconds: 60,
});
