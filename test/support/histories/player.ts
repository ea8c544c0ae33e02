import type { Agent } from 'node:http';
import {
  type Answer,
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
} from '../gpas.js';
import { resolveIncident } from '../incidents.js';
import { callStories, type ShownStory } from '../reference-stories.js';
import { type Action, type Back, type History, type Play, VALUES, WALLETS } from './history.js';

const NOWHERE = '01a20610-dda0-71c4-8a35-bd11ec00f559';

/** What a call or a person asked for, with GPAS's own words. Amounts in minor units. */
export interface Asked {
  readonly kind: 'DEBIT' | 'CREDIT' | 'ROLLBACK';
  readonly reference: string;
  /** Null where the session is not known. */
  readonly walletId: string | null;
  readonly sessionId: string;
  /** Null for a rollback, and where what was sent is no amount. */
  readonly amountMinor: number | null;
  readonly target: string | null;
}

/** A call with what is known of it once it is answered. */
export interface Call extends Asked {
  readonly answer: Answer;
  /** Counted over the history: what was answered before it was sent. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A refused call that a person had booked. */
export interface Posted extends Omit<Asked, 'sessionId'> {
  readonly movementId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** All that GPAS and the operator's people know of one history. */
export interface Played {
  readonly name: string;
  readonly history: History;
  readonly calls: readonly Call[];
  readonly posted: readonly Posted[];
}

/** Plays one history on wallets of its own. */
export async function playHistory(
  url: string,
  agent: Agent,
  name: string,
  history: History,
): Promise<Played> {
  const player = new Player(url, agent, name);
  await player.begin();
  for (const actions of history) await Promise.all(actions.map((action) => player.play(action)));
  return { name, history, calls: player.calls, posted: player.posted };
}

class Player {
  readonly calls: Call[] = [];
  readonly posted: Posted[] = [];
  private readonly sessionIds = new Map<string, string>([['nowhere', NOWHERE]]);
  private clock = 0;

  constructor(
    private readonly url: string,
    private readonly agent: Agent,
    private readonly name: string,
  ) {}

  async begin(): Promise<void> {
    for (const [wallet, { real, bonus }] of Object.entries(WALLETS)) {
      const walletId = this.own(wallet);
      this.sessionIds.set(`${wallet}-1`, await openFundedSession(this.url, walletId, { real, bonus }));
      this.sessionIds.set(`${wallet}-2`, sessionIdOf(await openSession(this.url, walletId)));
    }
  }

  async play(action: Action): Promise<void> {
    switch (action.type) {
      case 'DEBIT':
      case 'CREDIT':
      case 'ROLLBACK':
        return this.call(action);
      case 'CLOSE':
        await closeSession(this.url, this.sessionIdOf(action.session));
        return;
      case 'BLOCK': {
        const status = action.blocked ? 'BLOCKED' : 'ACTIVE';
        await callOperator(this.url, 'PATCH', `/operator/wallets/${this.own(action.wallet)}`, { status });
        return;
      }
      case 'RESOLVE':
        return this.resolve(action.pick, action.post);
    }
  }

  private async call(action: Play | Back): Promise<void> {
    const asked = this.askedBy(action);
    const { sessionId, reference, target } = asked;
    const sentAt = this.clock;
    const options = { agent: this.agent };
    const answer = await (action.type === 'ROLLBACK'
      ? rollback(this.url, sessionId, reference, target ?? '', options)
      : (action.type === 'DEBIT' ? debit : credit)(
          this.url,
          sessionId,
          reference,
          { value: VALUES[action.value]?.[0] },
          options,
        ));
    this.calls.push({ ...asked, answer, sentAt, answeredAt: ++this.clock });
  }

  private askedBy(action: Play | Back): Asked {
    const isKnown = action.session !== 'nowhere';
    return {
      kind: action.type,
      reference: this.own(action.reference),
      sessionId: this.sessionIdOf(action.session),
      walletId: isKnown ? this.own(action.session.slice(0, -'-1'.length)) : null,
      // Only the wallet's currency says what a value is worth.
      amountMinor: action.type !== 'ROLLBACK' && isKnown ? (VALUES[action.value]?.[1] ?? null) : null,
      target: action.type === 'ROLLBACK' ? this.own(action.target) : null,
    };
  }

  private async resolve(pick: number, post: boolean): Promise<void> {
    const refused = this.calls.filter(({ kind, answer }) => {
      const isLate = kind !== 'DEBIT' && (answer.body as { code?: number }).code === 1004;
      return post ? isLate : answer.status === 400;
    });
    const reference = refused.at(-1 - (pick % refused.length))?.reference;
    if (reference === undefined) return;
    const { status, body } = await callStories(this.url, reference);
    if (status === 404) return;
    const { stories } = body as { stories: readonly ShownStory[] };
    const open = stories.flatMap(({ incidents }) => incidents).find((each) => each['status'] === 'OPEN');
    if (!open) return;
    const sentAt = this.clock;
    const answer = await resolveIncident(this.url, open.incidentId, { note: 'looked at', post });
    if (answer.status >= 500) throw new Error(`${reference}: ${answer.text}`);
    const paid = answer.body as Record<string, string | null>;
    if (answer.status !== 200 || paid['movementId'] === null) return;
    this.posted.push({
      kind: paid['movementKind'] as Asked['kind'],
      reference,
      walletId: paid['walletId'] ?? null,
      amountMinor: paid['amountMinor'] ? Number(paid['amountMinor']) : null,
      target: paid['targetReference'] ?? null,
      movementId: String(paid['movementId']),
      sentAt,
      answeredAt: ++this.clock,
    });
  }

  private own(name: string): string {
    return `${this.name}-${name}`;
  }

  private sessionIdOf(session: string): string {
    return this.sessionIds.get(session) ?? NOWHERE;
  }
}
