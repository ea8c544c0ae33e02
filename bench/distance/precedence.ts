import { constants, setPriority } from 'node:os';

/** Lets this thread run as soon as it has something to do, where the account may ask for that: a delay is to be no longer. */
export function takePrecedence(): void {
  try {
    setPriority(0, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // What a distance really is, is measured and told.
  }
}
