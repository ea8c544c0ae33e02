import { revertLast } from '../database/connection/migrate.js';
import { defineCommand } from './command.js';
import { withSchema } from './run-migrations.js';

const HELP = `Usage: npm run migration:revert

Takes back the migration that DATABASE_URL had last, with what only its columns and tables hold: for the way back to an older
version. Stop the servers first.

Exit codes: 0 it is taken back, or there was none; 2 the database cannot be used.
`;

/** `npm run migration:revert`: one step of the way back to an older version. */
export const revertMigration = defineCommand({
  help: HELP,
  options: {},
  failure: 'The migration could not be reverted',
  async run(_, invocation) {
    const name = await withSchema(invocation, revertLast);
    invocation.out(name === undefined ? 'nothing to take back\n' : `taken back: ${name}\n`);
    return 0;
  },
});
