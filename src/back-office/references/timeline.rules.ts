import type { ReferenceStory } from '../../movements/reference-stories.service.js';

export const STORY_STATUSES = ['BOOKED', 'ROLLED_BACK', 'REFUSED', 'TOMBSTONE'] as const;
export type StoryStatus = (typeof STORY_STATUSES)[number];

export const STORY_EVENTS = [
  /** As it was seen first. */
  'REFUSED',
  /** Of its rollback: it is never booked. */
  'TOMBSTONE',
  /** A content that an incident came with, for the first time. */
  'INCIDENT',
  'CALLED_BACK',
  'RESOLVED',
  'BOOKED',
  'ROLLED_BACK',
] as const;
export type StoryEvent = (typeof STORY_EVENTS)[number];

export interface TimelineEntry {
  readonly at: Date;
  readonly event: StoryEvent;
  /** The answer, the kind of incident and its answer, the note, the movement, or the reference of the rollback. */
  readonly detail: string | null;
}

/** What became of the reference until now. */
export function statusOf({ movement, rollback, tombstone }: ReferenceStory): StoryStatus {
  if (rollback) return 'ROLLED_BACK';
  if (movement) return 'BOOKED';
  return tombstone ? 'TOMBSTONE' : 'REFUSED';
}

/** All that happened to the reference, in the order of time; what came at once as one thing leads to another. */
export function timelineOf(story: ReferenceStory): TimelineEntry[] {
  const { firstSight, tombstone, movement, rollback, incidents } = story;
  const entry = (
    at: Date | null | undefined,
    event: StoryEvent,
    detail: string | null = null,
  ): TimelineEntry[] => (at ? [{ at, event, detail }] : []);
  return [
    ...(firstSight?.refusal ? entry(firstSight.createdAt, 'REFUSED', firstSight.refusal) : []),
    ...entry(tombstone?.createdAt, 'TOMBSTONE'),
    ...incidents.flatMap(({ incident, sightings }) => [
      ...sightings.flatMap(({ firstAt, answer }) =>
        entry(firstAt, 'INCIDENT', `${incident.kind}, answered ${answer}`),
      ),
      ...entry(incident.calledBackAt, 'CALLED_BACK', incident.kind),
    ]),
    ...entry(movement?.createdAt, 'BOOKED', movement?.id),
    ...incidents.flatMap(({ incident }) => entry(incident.resolvedAt, 'RESOLVED', incident.note)),
    ...entry(rollback?.createdAt, 'ROLLED_BACK', rollback?.externalReference),
  ].sort((one, other) => one.at.getTime() - other.at.getTime());
}
