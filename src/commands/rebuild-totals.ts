import { withDatabase } from '../database/connection/command-database.js';
import { midnightAfter, type Period, startOfDay } from '../reconciliation/days.js';
import { TotalsMaker } from '../reconciliation/totals/totals-maker.js';
import { ArgumentsError, defineCommand, onceASecond, readConfig } from './command.js';

const HELP = `Usage: npm run totals:rebuild [-- --from 2026-02-05 --to 2026-02-06]

Makes the totals of hours that are over again from the movements of DATABASE_URL, whatever they are, for GET /reconciliation. Servers
make them by themselves, and count again what they made; this is for hours that npm run verify-ledger names. On MySQL servers may run
meanwhile; on SQLite stop the server first. What is broken off leaves each hour as it was or as it is now.

--from, --to  the days, both included, UTC; without them all that there are, and what is not made yet of the last 400 days

Exit codes: 0 they are made; 1 an hour was left as it was; 2 the database cannot be used.
`;

/** @throws ArgumentsError */
function periodOf(from: string | undefined, to: string | undefined): Period | undefined {
  if (from === undefined && to === undefined) return undefined;
  const [first, last] = [startOfDay(from ?? ''), startOfDay(to ?? '')];
  if (!first || !last || first > last)
    throw new ArgumentsError('--from and --to must both be days like 2026-02-05, in their order');
  return { from: first, until: midnightAfter(last) };
}

/** `npm run totals:rebuild`: makes the totals of hours again from the movements. */
export const rebuildTotals = defineCommand({
  help: HELP,
  options: { from: { type: 'string' }, to: { type: 'string' } },
  failure: 'The totals could not be rebuilt',

  async run({ from, to }, invocation) {
    const period = periodOf(from, to);
    return withDatabase(readConfig(invocation), 'write', async ({ unitOfWork }) => {
      const tell = onceASecond(invocation, (hours: number) => `the totals of ${hours} hours were made`);
      const { made, left } = await new TotalsMaker(unitOfWork).rebuild(period, tell);
      invocation.out(
        `the totals of ${made} hours were made${left === 0 ? '' : `, ${left} were left as they were`}\n`,
      );
      return left === 0 ? 0 : 1;
    });
  },
});
