import { type Answer, nowInSeconds, openSession, sessionIdOf, tokenOf } from '../gpas.js';
import { callWithKey } from '../operator.js';
import type { Operation } from './document.js';
import { KEPT, nth, ToldValues } from './told-values.js';

/** What there is always enough of, whatever the calls have spoilt. */
const ENOUGH = 3;
const SESSIONS_PER_WALLET = 5;
const REFUSALS: readonly number[] = [400, 403];
/** What the server is started with; none of it stands in a log by chance. */
export const OWN_SYSTEM_ID = 'OWN';
export const OWN_SECRETS = {
  GPAS_SECRET_KEY: 'fz-signing-secret-Zq9-Zq9',
  AUTH_TOKEN_SECRET: 'fz-secret-of-auth-tokens-Zq9-Zq9-Zq9',
  OPERATOR_API_KEY: 'fz-operator-key-Zq9-Zq9-Zq9-Zq9-Zq9',
} as const;

interface Session {
  readonly walletId: string;
  readonly systemId: string;
}

interface System {
  secret: string;
  isUsable: boolean;
}

/** A bet or a win that is not rolled back. */
interface Movement extends Session {
  readonly reference: string;
}

/**
 * What the calls know of the server: what the answers told, and who may call. The operator's own key is kept for
 * making anew what the calls have spoilt; nothing can revoke it.
 */
export class World {
  /** All that was sent or told in confidence. */
  readonly secrets = new Set<string>(Object.values(OWN_SECRETS));
  readonly sessions = new Map<string, Session>();
  readonly systems = new Map<string, System>([
    [OWN_SYSTEM_ID, { secret: OWN_SECRETS.GPAS_SECRET_KEY, isUsable: true }],
  ]);
  private readonly told = new ToldValues();
  private readonly keys = new Map<string, { readonly key: string; readonly roles: string }>();
  private readonly fundedWallets = new Set<string>();
  private readonly blockedWallets = new Set<string>();
  private readonly tokens = new Map<string, string>();
  private readonly movements = new Map<string, Movement>();
  private counter = 0;
  private tending: Promise<void> | undefined;

  constructor(
    readonly url: string,
    /** Of those that the document names. */
    private readonly roles: readonly (readonly string[])[],
  ) {}

  /** A text that was not used before. */
  fresh(prefix: string): string {
    return `${prefix}-${++this.counter}`;
  }

  /** Not used before either, and nothing that stands in a log by chance. */
  freshSecret(length = 24): string {
    const unique = `fz${(++this.counter * 7_919).toString(36).padStart(6, 'q')}`;
    const secret = unique.padEnd(length, 'Zq9').slice(0, length);
    if (length >= unique.length) this.secrets.add(secret);
    return secret;
  }

  /** One of what answers told under this name. */
  pick(name: string, index: number): string | undefined {
    return this.told.pick(name, index);
  }

  /** A wallet with money, mostly; else any. */
  pickWallet(index: number): string | undefined {
    return index % 4 === 0 ? this.pick('walletId', index) : nth(this.fundedWallets, index);
  }

  pickSession(index: number): string | undefined {
    return index % 8 === 0 ? this.pick('sessionId', index) : nth(this.openSessions.keys(), index);
  }

  /** A bet or a win that is not rolled back, and a session that it may be rolled back under. */
  pickMovement(index: number): { readonly reference: string; readonly sessionId: string } | undefined {
    const there = [...this.movements.values()].flatMap(({ reference, walletId, systemId }) => {
      const [open] = [...this.openSessions].filter(
        ([, session]) => session.walletId === walletId && session.systemId === systemId,
      );
      return open ? [{ reference, sessionId: open[0] }] : [];
    });
    return nth(there, index);
  }

  /** A parent system that may call. */
  pickSystem(index: number): string {
    const usable = [...this.systems].filter(([, { isUsable }]) => isUsable);
    return nth(new Map(usable).keys(), index) ?? OWN_SYSTEM_ID;
  }

  secretOf(systemId: string): string {
    return this.systems.get(systemId)?.secret ?? OWN_SECRETS.GPAS_SECRET_KEY;
  }

  /** The operator's own, with every role, mostly. */
  pickKey(index: number): string {
    return (
      (index % 3 === 0 ? nth(this.keys.values(), index)?.key : undefined) ?? OWN_SECRETS.OPERATOR_API_KEY
    );
  }

  /** One that a launch made, where there is one. */
  authTokenOf(walletId: string, index: number): string {
    const token = (index % 4 === 0 ? this.tokens.get(walletId) : undefined) ?? ownTokenOf(walletId);
    this.secrets.add(token);
    return token;
  }

  /** Makes anew what there is too little of. */
  async tend(): Promise<void> {
    while (this.isPoor) await (this.tending ??= this.make().finally(() => (this.tending = undefined)));
  }

  /** Those whose parent system may call, and whose player may play. */
  private get openSessions(): ReadonlyMap<string, Session> {
    const isGood = ({ walletId, systemId }: Session): boolean =>
      !this.blockedWallets.has(walletId) && this.systems.get(systemId)?.isUsable === true;
    return new Map([...this.sessions].filter(([, session]) => isGood(session)));
  }

  private get isPoor(): boolean {
    return (
      this.fundedWallets.size < ENOUGH ||
      this.openSessions.size < ENOUGH * SESSIONS_PER_WALLET ||
      this.keysMissing.length > 0 ||
      [...this.systems.values()].filter(({ isUsable }) => isUsable).length < ENOUGH
    );
  }

  private get keysMissing(): readonly (readonly string[])[] {
    const there = new Set([...this.keys.values()].map(({ roles }) => roles));
    return this.roles.filter((roles) => !there.has(roles.join()));
  }

  private async make(): Promise<void> {
    for (const roles of this.keysMissing) {
      this.learnKey(await this.prepare('keys', { name: this.fresh('key'), roles }));
    }
    const [systemId, walletId] = [await this.makeSystem(), await this.makeWallet()];
    for (let session = 0; session < SESSIONS_PER_WALLET; session += 1) {
      const { status } = await this.askForSession(walletId, systemId);
      if (REFUSALS.includes(status)) return; // another call has blocked the player, or what the parent system calls with
    }
  }

  /** @returns the id of a new parent system that may call */
  async makeSystem(): Promise<string> {
    const id = this.fresh('made');
    this.learnSystem(await this.prepare('parent-systems', { id, name: id, secret: this.freshSecret() }));
    return id;
  }

  /** @returns the id of a new wallet with money */
  async makeWallet(): Promise<string> {
    const walletId = this.fresh('funded');
    await this.prepare('wallets', { walletId, playerId: this.fresh('player'), currency: 'EUR' });
    for (const [subWallet, value] of Object.entries({ REAL: 1_000_000, BONUS: 1_000 })) {
      const externalReference = this.fresh('deposit');
      await this.prepare(`wallets/${walletId}/deposits`, { externalReference, value, subWallet });
    }
    this.fundedWallets.add(walletId);
    return walletId;
  }

  /** @returns a session of this wallet, which the parent system opens */
  async openSession(walletId: string, systemId: string): Promise<string> {
    return sessionIdOf(await this.askForSession(walletId, systemId));
  }

  private async askForSession(walletId: string, systemId: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.authTokenOf(walletId, 1)}` };
    const answer = await openSession(this.url, walletId, { ...this.signedBy(systemId), headers });
    if (!REFUSALS.includes(answer.status)) this.sessions.set(sessionIdOf(answer), { walletId, systemId });
    return answer;
  }

  signedBy(systemId: string): { parentSystemId: string; secretKey: string } {
    return { parentSystemId: systemId, secretKey: this.secretOf(systemId) };
  }

  private async prepare(path: string, body: object): Promise<Record<string, unknown>> {
    const key = OWN_SECRETS.OPERATOR_API_KEY;
    const answer = await callWithKey(this.url, key, 'POST', `/operator/${path}`, body);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body as Record<string, unknown>;
  }

  /** What a call that worked has changed, and what its answer told. */
  learn(operation: Operation, call: LearntCall, { status, body }: Answer): void {
    if (status >= 300) return;
    this.told.learn(operation, body);
    const told = (body ?? {}) as Record<string, unknown>;
    switch (operation.id) {
      case 'POST /sessions':
        this.sessions.set(String(told['id']), {
          walletId: String(told['walletId']),
          systemId: call.systemId ?? '',
        });
        keepLatest(this.sessions);
        break;
      case 'PATCH /sessions/close':
        this.sessions.delete(call.query.get('id') ?? '');
        break;
      case 'POST /operator/sessions/{sessionId}/close':
        this.sessions.delete(String(told['sessionId']));
        break;
      case 'POST /movements/debit':
      case 'POST /movements/credit':
        this.learnMovement(call);
        break;
      case 'PATCH /movements/rollback':
        this.movements.delete(call.query.get('externalMovementId') ?? '');
        break;
      case 'PATCH /operator/wallets/{walletId}':
        this.learnStatus(String(told['walletId']), told['status'] === 'BLOCKED');
        break;
      case 'POST /operator/launches':
        this.secrets.add(String(told['authToken'])).add(String(told['url']));
        this.tokens.set(call.field('walletId'), String(told['authToken']));
        keepLatest(this.tokens);
        break;
      case 'POST /operator/keys':
        this.learnKey(told);
        break;
      case 'DELETE /operator/launches/{launchId}':
        this.told.forget('launchId', String(told['launchId']));
        break;
      case 'DELETE /operator/keys/{keyId}':
        this.keys.delete(String(told['keyId']));
        break;
      case 'POST /operator/parent-systems':
      case 'PATCH /operator/parent-systems/{id}':
        this.learnSystem(told);
        break;
      case 'POST /operator/parent-systems/{id}/secrets':
        this.learnSecret(call.path, String(told['secret']));
    }
  }

  private learnStatus(walletId: string, isBlocked: boolean): void {
    if (!isBlocked) return void this.blockedWallets.delete(walletId);
    this.fundedWallets.delete(walletId);
    this.blockedWallets.add(walletId);
  }

  private learnKey({ keyId, key, roles }: Record<string, unknown>): void {
    this.secrets.add(String(key));
    this.keys.set(String(keyId), { key: String(key), roles: (roles as string[]).join() });
    keepLatest(this.keys);
  }

  private learnSystem(told: Record<string, unknown>): void {
    const { id, status, allowedAddresses } = told as {
      id: string;
      status: string;
      allowedAddresses: readonly string[] | null;
    };
    // Told once, when it is made.
    const secret = (told['secret'] as string | undefined) ?? this.systems.get(id)?.secret;
    if (secret === undefined) return;
    this.secrets.add(secret);
    const isAllowed = allowedAddresses?.includes('127.0.0.1') ?? true;
    this.systems.set(id, { secret, isUsable: status === 'ACTIVE' && isAllowed });
    keepLatest(this.systems);
  }

  private learnSecret(path: string, secret: string): void {
    this.secrets.add(secret);
    const system = this.systems.get(decodeURIComponent(path.split('/').at(-2) ?? ''));
    if (system) system.secret = secret;
  }

  private learnMovement(call: LearntCall): void {
    const session = this.sessions.get(call.query.get('walletSessionId') ?? '');
    const reference = call.field('externalReference');
    if (session) this.movements.set(reference, { reference, ...session });
    keepLatest(this.movements);
  }
}

/** What of a call says what its success has changed. */
export interface LearntCall {
  readonly systemId: string | undefined;
  readonly path: string;
  readonly query: URLSearchParams;
  /** A field of its body, as text. */
  field(name: string): string;
}

function ownTokenOf(walletId: string): string {
  const claims = { walletId, iat: nowInSeconds(), exp: nowInSeconds() + 600 };
  return tokenOf(claims, { secret: OWN_SECRETS.AUTH_TOKEN_SECRET });
}

function keepLatest<Value>(map: Map<string, Value>): void {
  const [oldest] = map.keys();
  if (map.size > KEPT && oldest !== undefined) map.delete(oldest);
}
