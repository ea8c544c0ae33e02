import type { SignatureBurst } from '../auth/failed-signatures.js';
import type { Incident, Sighting } from './incident.types.js';

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
    gameId: null,
    targetReference: null,
    answer: 'SIGNATURE_FAILED',
    at,
    times,
  };
}

/** The sightings of one incident as one, told as the first of them was; one batch may hold the same several times. */
export function mergeSightings(sightings: readonly Sighting[]): Sighting[] {
  const merged = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const key = keyOf(sighting);
    const first = merged.get(key);
    merged.set(key, first ? { ...first, times: first.times + sighting.times } : sighting);
  }
  return [...merged.values()];
}

/** The incident that a first sighting makes. */
export function newIncident(id: string, { at, ...seen }: Sighting): Incident {
  return {
    ...seen,
    id,
    firstAt: at,
    lastAt: at,
    status: 'OPEN',
    resolvedAt: null,
    resolvedBy: null,
    note: null,
    movementId: null,
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
