import { SLACK_MS } from '../../database/id-range.js';
import { CLOCKS_MS, instantText, timeOfId } from './forms.js';

/** Whether an id and the instant kept beside it were made together, and not in the future. */
export function timeProblems(id: string, at: number, column: string, now: number = Date.now()): string[] {
  const made = timeOfId(id);
  return [
    // An id that says no time is told as such by its form.
    ...(Math.abs(made - at) > SLACK_MS
      ? [`its id is of ${instantText(made)}, its ${column} ${instantText(at)}`]
      : []),
    ...(at > now + CLOCKS_MS ? [`its ${column} ${instantText(at)} lies in the future`] : []),
  ];
}
