import { In, IsNull, Not } from 'typeorm';
import { newId } from '../database/id.js';
import type { Transaction } from '../database/unit-of-work.js';
import { IncidentSightingEntity } from './incident-sighting.entity.js';
import { IncidentEntity } from './incident.entity.js';
import {
  distinctContents,
  groupSightings,
  keptOf,
  keyOf,
  MAX_CONTENTS,
  newIncident,
} from './incident.rules.js';
import type { Sighting } from './incident.types.js';

/**
 * Keeps what was seen, in the transaction that refuses it. Holds: one incident for each kind and reference; each content
 * is kept as it was sent first, up to {@link MAX_CONTENTS}; a resolved incident is open again by a content that it
 * has not been seen with, while what is only sent again is counted.
 */
export async function keepSightings(transaction: Transaction, sightings: readonly Sighting[]): Promise<void> {
  const groups = groupSightings(sightings);
  const known = await transaction.manager.find(IncidentEntity, {
    where: groups.flatMap(([first]) =>
      first
        ? [
            {
              parentSystemId: first.parentSystemId,
              externalReference: first.externalReference,
              kind: first.kind,
            },
          ]
        : [],
    ),
    order: { id: 'ASC' },
    ...transaction.rowLock,
  });
  const byKey = new Map(known.map((incident) => [keyOf(incident), incident]));
  for (const group of groups) {
    const [first] = group;
    if (first) await keep(transaction, first, group, byKey.get(keyOf(first)));
  }
}

async function keep(
  transaction: Transaction,
  first: Sighting,
  group: readonly Sighting[],
  known: IncidentEntity | undefined,
): Promise<void> {
  const { manager } = transaction;
  const times = group.reduce((sum, sighting) => sum + sighting.times, 0);
  const lastAt = latest(
    ...group.map(({ at }) => at),
    ...(known ? [known.lastAt, known.resolvedAt ?? known.lastAt] : []),
  );
  if (!known) {
    const id = newId(first.at);
    const incident = newIncident(id, first, times);
    const calledBackAt = incident.calledBackAt ?? (await whenCalledBack(transaction, first));
    await manager.insert(IncidentEntity, { ...incident, lastAt, calledBackAt });
    await keepContents(transaction, id, group);
    return;
  }
  const isNew = await keepContents(transaction, known.id, group);
  await manager.update(
    IncidentEntity,
    { id: known.id },
    {
      lastAt,
      times: known.times + times,
      callerAddress: first.callerAddress,
      ...(isNew && known.status === 'RESOLVED' ? REOPENED : {}),
    },
  );
}

/** What GPAS has called back stays so, for whatever other reason it is refused later. */
async function whenCalledBack(
  { manager }: Transaction,
  { parentSystemId, externalReference }: Sighting,
): Promise<Date | null> {
  const incident = await manager.findOne(IncidentEntity, {
    select: { id: true, calledBackAt: true },
    where: { parentSystemId, externalReference, calledBackAt: Not(IsNull()) },
    order: { id: 'ASC' },
  });
  return incident?.calledBackAt ?? null;
}

const REOPENED = { status: 'OPEN', resolvedAt: null, resolvedBy: null, note: null } as const;

/** Whether one of the contents was not seen before. */
async function keepContents(
  { manager }: Transaction,
  incidentId: string,
  group: readonly Sighting[],
): Promise<boolean> {
  const contents = distinctContents(group);
  const hashes = contents.map(({ hash }) => hash);
  const seen = await manager.find(IncidentSightingEntity, {
    select: { id: true, contentHash: true, lastAt: true, times: true },
    where: { incidentId, contentHash: In(hashes) },
  });
  const kept = new Map(seen.map((row) => [row.contentHash, row]));
  let room: number | undefined;
  for (const { hash, sighting } of contents) {
    const row = kept.get(hash);
    if (row) {
      const times = row.times + sighting.times;
      const lastAt = latest(row.lastAt, sighting.at);
      await manager.update(IncidentSightingEntity, { id: row.id }, { lastAt, times });
      continue;
    }
    room ??= MAX_CONTENTS - (await manager.count(IncidentSightingEntity, { where: { incidentId } }));
    if (room-- > 0) await manager.insert(IncidentSightingEntity, rowOf(incidentId, hash, sighting));
  }
  return kept.size < contents.length;
}

/** Another process's clock may be behind. */
function latest(...instants: readonly Date[]): Date {
  return new Date(Math.max(...instants.map(Number)));
}

function rowOf(incidentId: string, contentHash: string, sighting: Sighting): IncidentSightingEntity {
  const { walletId, sessionId, amountMinor, callerAddress, answer, at, times } = sighting;
  return {
    id: newId(at),
    incidentId,
    contentHash,
    walletId,
    sessionId,
    amountMinor,
    callerAddress,
    answer,
    ...keptOf(sighting),
    firstAt: at,
    lastAt: at,
    times,
  };
}
