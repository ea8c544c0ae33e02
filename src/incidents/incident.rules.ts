import { createHash } from 'node:crypto';
import type { SignatureBurst } from '../auth/failures/failed-signatures.js';
import type { Incident, Sighting } from './incident.types.js';

/** So many contents of one incident are kept as they were sent; what differs beyond that is counted only. */
export const MAX_CONTENTS = 20;
const MAX_QUERY_CHARACTERS = 2_048;
const MAX_BODY_CHARACTERS = 12_288;

/** One incident for each hour, so that a flood that lasts is a few rows. */
export function sightingOfBurst({ parentSystemId, address, times, at }: SignatureBurst): Sighting {
  return {
    kind: 'SIGNATURE_FAILURES',
    parentSystemId,
    externalReference: at.toISOString().slice(0, 13),
    movementKind: null,
    callerAddress: address,
    walletId: null,
    sessionId: null,
    amountMinor: null,
    currency: null,
    decimals: null,
    gameId: null,
    targetReference: null,
    answer: 'SIGNATURE_FAILED',
    sent: null,
    at,
    times,
  };
}

/** The sightings of one incident together, in the order in which they came; a batch may hold the same several times. */
export function groupSightings(sightings: readonly Sighting[]): Sighting[][] {
  return [...groupBy(sightings, keyOf).values()];
}

/** One for each content, with how often it came. */
export function distinctContents(sightings: readonly Sighting[]): { hash: string; sighting: Sighting }[] {
  return [...groupBy(sightings, contentHashOf)].flatMap(([hash, [first, ...more]]) => {
    if (!first) return [];
    const last = more.at(-1) ?? first;
    const times = more.reduce((sum, each) => sum + each.times, first.times);
    return [{ hash, sighting: { ...first, at: last.at, times } }];
  });
}

/** The incident that a first sighting makes. */
export function newIncident(id: string, { at, sent: _sent, ...seen }: Sighting, times: number): Incident {
  return {
    ...seen,
    id,
    times,
    firstAt: at,
    lastAt: at,
    status: 'OPEN',
    resolvedAt: null,
    resolvedBy: null,
    note: null,
    movementId: null,
    calledBackAt: seen.kind === 'TOMBSTONE_HIT' ? at : null,
  };
}

/** What was sent, as far as it is kept. */
export function keptOf({ sent }: Sighting): { sentQuery: string | null; sentBody: string | null } {
  return {
    sentQuery: sent && firstCharacters(sent.query, MAX_QUERY_CHARACTERS),
    sentBody: sent && firstCharacters(sent.body, MAX_BODY_CHARACTERS),
  };
}

/** What makes two sightings one incident; a line break cannot be in an id. */
export function keyOf({
  parentSystemId,
  externalReference,
  kind,
}: Pick<Sighting, 'parentSystemId' | 'externalReference' | 'kind'>): string {
  return [parentSystemId, externalReference, kind].join('\n');
}

/** Texts and times of a call may differ while it asks for the same. */
function contentHashOf(sighting: Sighting): string {
  const { movementKind, walletId, sessionId, amountMinor, gameId, targetReference, callerAddress, answer } =
    sighting;
  const unread = amountMinor === null ? (sighting.sent?.body ?? null) : null; // the amount is nowhere but there
  const content = [movementKind, walletId, sessionId, gameId, targetReference, callerAddress, answer, unread];
  return createHash('sha256')
    .update(JSON.stringify([...content, amountMinor === null ? null : String(amountMinor)]))
    .digest('hex');
}

function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** As databases count: a character beyond the basic plane is one, and none is cut in two. */
function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : Array.from(text).slice(0, count).join('');
}
