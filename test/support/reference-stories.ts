import { type Answer, callOperator } from './gpas.js';
import type { ShownIncident } from './incidents.js';

export interface ShownStory {
  readonly parentSystemId: string;
  readonly status: string;
  readonly events: readonly { readonly at: string; readonly event: string; readonly detail: string | null }[];
  readonly firstSight: Record<string, unknown> | null;
  readonly tombstone: Record<string, unknown> | null;
  readonly movement: Record<string, unknown> | null;
  readonly rollback: Record<string, unknown> | null;
  readonly incidents: readonly (ShownIncident & { readonly sightings: readonly Record<string, unknown>[] })[];
}

export const callStories = (url: string, reference: string, query = ''): Promise<Answer> =>
  callOperator(url, 'GET', `/operator/movements/references/${encodeURIComponent(reference)}${query}`);

/** Every story of a reference; fails the test where there is none. */
export async function storiesOf(url: string, reference: string, query = ''): Promise<readonly ShownStory[]> {
  const { status, text, body } = await callStories(url, reference, query);
  if (status !== 200) throw new Error(`expected 200, got ${status} ${text}`);
  const answer = body as { externalReference: string; stories: readonly ShownStory[] };
  if (answer.externalReference !== reference) throw new Error(`asked for ${reference}, got ${text}`);
  return answer.stories;
}

/** The story of a reference that one parent system knows. */
export async function storyOf(url: string, reference: string): Promise<ShownStory> {
  const [story, ...more] = await storiesOf(url, reference);
  if (!story || more.length > 0) throw new Error(`expected one story, got ${more.length + 1}`);
  return story;
}

/** What happened, in the order in which it is told. */
export const eventsOf = ({ events }: ShownStory): string[] =>
  events.map(({ event, detail }) => (detail === null ? event : `${event} ${detail}`));
