import { instantFrom, instantText } from '../../database/columns.js';
import { Pace } from '../../database/pace.js';
import type { Reader, UnitOfWork } from '../../database/unit-of-work.js';
import { midnightAfter, type Period, type Slice } from '../days.js';

/** In movements. */
const SHORTEST_PART = 500;

export type ReadSlice<T> = (reader: Reader, slice: Slice) => Promise<T>;

/**
 * Reads what moved in a time slice by slice, none past midnight, and rests between them, so that play goes on beside it. Each is
 * as many movements as the ones before were quick to read: a quiet day is one slice, a busy second may be.
 */
export async function* gentlePartsOf<T>(
  unitOfWork: UnitOfWork,
  { from, until }: Period,
  read: ReadSlice<T>,
): AsyncGenerator<T> {
  const pace = new Pace(SHORTEST_PART);
  for (let start = from; start < until;) {
    const end = new Date(Math.min(Number(midnightAfter(start)), Number(until)));
    const { result, load } = await unitOfWork.readGently(async (reader) => {
      const slice = await sliceFrom(reader, { from: start, until: end }, pace.length);
      return { slice, part: await read(reader, slice) };
    });
    yield result.part;
    start = result.slice.until;
    // The last of a day may be short: of how much could be read at once it says nothing.
    if (start < end) pace.learn(load);
  }
}

/** From the period's beginning on at most so many movements, but always all of an instant. */
async function sliceFrom(reader: Reader, { from, until }: Period, movements: number): Promise<Slice> {
  const [next] = await reader.query<{ created_at: string | Date }[]>(
    `SELECT created_at FROM movements WHERE created_at >= ? AND created_at < ?
     ORDER BY created_at LIMIT 1 OFFSET ${movements}`,
    [instantText(from), instantText(until)],
  );
  const end = next ? instantFrom(next.created_at) : until;
  return {
    date: from.toISOString().slice(0, 10),
    from,
    until: new Date(Math.max(Number(end), Number(from) + 1)),
  };
}
