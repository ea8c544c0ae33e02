/**
 * How often a test plays something that chance has a part in: this many times in each run, `FAULT_ROUNDS` times as many
 * where that is set.
 */
export function rounds(count: number): number {
  return Math.ceil(count * Number(process.env['FAULT_ROUNDS'] ?? '1'));
}
