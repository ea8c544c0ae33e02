import { distance } from 'fastest-levenshtein';

/** Longer or odder names are not repeated to whoever sent them. */
const SHOWN_NAME = /^[\w.-]{1,64}$/;
/** A shorter name is a part of too many others to mean one of them. */
const SHORTEST_PART = 4;

/** What is named, in the words of who gave it. */
export interface NamedThing {
  readonly one: string;
  readonly place: string;
}
export const PARAMETER: NamedThing = { one: 'parameter', place: 'query' };
export const FIELD: NamedThing = { one: 'field', place: 'body' };

/**
 * What is wrong with the names of a query or a body: one that is not known would be ignored, an ignored filter answers
 * everybody's rows, and an ignored change is taken for one that was made.
 * @param known undefined where any is
 * @returns words that name the one meant, or all there are; undefined where every name is known
 */
export function unknownNameOf(
  given: readonly string[],
  known: readonly string[] | undefined,
  { one, place }: NamedThing,
): string | undefined {
  if (known === undefined) return undefined;
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const shown = SHOWN_NAME.test(unknown) ? unknown : `A name of the ${place}`;
  const meant = nearestOf(unknown, known);
  if (meant !== undefined) return `${shown} is no ${one} here; did you mean ${meant}?`;
  const those = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`;
  return `${shown} is no ${one} here; ${those}`;
}

/** The known name that is most like this one; undefined where none is. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const plain = plainOf(name);
  const farthest = Math.max(2, Math.floor(plain.length / 3));
  const [nearest] = known
    .map((candidate) => ({ candidate, changes: distance(plain, plainOf(candidate)) }))
    .filter(({ changes }) => changes <= farthest)
    .sort((one, other) => one.changes - other.changes);
  if (nearest) return nearest.candidate;
  return plain.length < SHORTEST_PART
    ? undefined
    : known.find((candidate) => plainOf(candidate).includes(plain));
}

/** `wallet_id`, `WalletID` and `wallet-id` are one. Cut, so that a name of kilobytes costs nothing. */
function plainOf(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase().slice(0, 65);
}
