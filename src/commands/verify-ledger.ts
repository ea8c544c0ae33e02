import { resolve } from 'node:path';
import type { Config } from '../config/config.js';
import { type CommandDatabase, withDatabase } from '../database/connection/command-database.js';
import type { LedgerKey } from '../ledger-keys/ledger-key.js';
import { isSealed, readLedgerKey } from '../ledger-keys/stored-ledger-keys.js';
import { Checkpoint, CheckpointError, CheckpointWriter } from '../movements/verification/checkpoint.js';
import { LedgerVerification, type Walked } from '../movements/verification/ledger-verification.js';
import type { Finding } from '../movements/verification/verified.types.js';
import { SecretBox } from '../secrets/secret-box.js';
import { ArgumentsError, defineCommand, type Invocation, onceASecond, readConfig } from './command.js';

const HELP = `Usage: npm run verify-ledger [-- [--checkpoint FILE] [--against FILE]]

Walks every wallet of DATABASE_URL with its movements, then what references are bound to, sessions, incidents, the audit
trail and parent systems, and tells in one line each what does not agree: wallet, reference, session, incident or parent
system, and why. It only reads, takes no lock and may run beside servers. With SECRETS_KEY it follows the seals of the movements too,
which nobody can make who has not the key.

--checkpoint FILE  writes the last seal of every wallet into a new file, under one seal of all, if all agrees. Keep it where whoever
                   keeps the database cannot change it.
--against FILE     a checkpoint of before: tells what was cut off, taken away or restored from an older day since.

It sees what contradicts something else that is stored: a balance, amount or split that the movements before do not lead to
and the rules would not have made; what names a row that is not there; an instant that its id was not made at; a payment
without its line in the audit trail, and the reverse; values that are none of their column's. It cannot see a change that
leaves everything in agreement: a wallet's last movements taken away with all that names them and the balance set back (keep
checkpoints against that), without SECRETS_KEY a description or an amount with all that repeats it, a game's name.
docs/operations.md, "What verify-ledger sees", has the list.

Exit codes: 0 all agree; 1 something does not; 2 the database cannot be read.
`;

function told(walked: Walked): string {
  return [...walked].map(([what, count]) => `${count} ${what}`).join(', ');
}

/** The paths of the files. */
interface Arguments {
  readonly checkpoint: string | undefined;
  readonly against: string | undefined;
}

/**
 * The key to follow the seals with; null where there is none, or nobody asks for that.
 * @throws ArgumentsError where a checkpoint is asked for without SECRETS_KEY
 */
async function ledgerKeyOf(
  config: Config,
  { unitOfWork }: CommandDatabase,
  { checkpoint, against }: Arguments,
  { err }: Invocation,
): Promise<LedgerKey | null> {
  if (config.secretsKeys.current !== undefined)
    return unitOfWork.read((reader) => readLedgerKey(reader, new SecretBox(config)));
  if (checkpoint !== undefined || against !== undefined)
    throw new ArgumentsError('A checkpoint needs the key of the ledger: set SECRETS_KEY');
  if (await unitOfWork.read(isSealed)) err('The seals are not looked at: SECRETS_KEY is not set\n');
  return null;
}

/** @returns whether all agrees */
async function verify(
  config: Config,
  database: CommandDatabase,
  given: Arguments,
  invocation: Invocation,
): Promise<boolean> {
  const key = await ledgerKeyOf(config, database, given, invocation);
  const against = key && given.against !== undefined ? await Checkpoint.open(given.against, key) : undefined;
  const checkpoint =
    key && given.checkpoint !== undefined ? await CheckpointWriter.create(given.checkpoint, key) : undefined;
  const isKeyMissing = key === null && config.secretsKeys.current !== undefined;
  try {
    const verification = new LedgerVerification(database.dataSource, {
      key,
      against,
      onHead: checkpoint && ((head) => checkpoint.add(head)),
      onProgress: onceASecond(invocation, told),
    });
    const wrong = await tellFindings(verification, isKeyMissing ? [NO_KEY] : [], invocation);
    if (wrong === 0) {
      await checkpoint?.finish();
      return true;
    }
    await checkpoint?.abandon();
    if (given.checkpoint !== undefined)
      invocation.out('No checkpoint was written: it would vouch for what does not agree\n');
    return false;
  } catch (error) {
    await checkpoint?.abandon();
    throw error;
  }
}

const NO_KEY: Finding = {
  subject: 'ledger',
  problem: 'has no key: it was taken away, or no server has started with SECRETS_KEY yet',
};

/**
 * @param known what was found before it is walked
 * @returns how many there were
 */
async function tellFindings(
  verification: LedgerVerification,
  known: readonly Finding[],
  { out }: Invocation,
): Promise<number> {
  let wrong = 0;
  const tell = ({ subject, problem }: Finding): void => {
    wrong += 1;
    out(`${subject}: ${problem}\n`);
  };
  known.forEach(tell);
  for await (const finding of verification.run()) tell(finding);
  const summary = told(verification.walked);
  out(wrong === 0 ? `${summary}, all agree\n` : `${wrong} do not agree among ${summary}\n`);
  return wrong;
}

/** `npm run verify-ledger`: names every row that does not agree with the others. Only reads, beside servers. */
export const verifyLedger = defineCommand({
  help: HELP,
  options: { checkpoint: { type: 'string' }, against: { type: 'string' } },
  failure: 'The ledger could not be read',

  async run({ checkpoint, against }, invocation) {
    const config = readConfig(invocation);
    const pathOf = (file: string | undefined): string | undefined =>
      file === undefined ? undefined : resolve(invocation.folder, file);
    const given = { checkpoint: pathOf(checkpoint), against: pathOf(against) };
    const isRight = await withDatabase(config, 'read', (database) =>
      verify(config, database, given, invocation),
    );
    return isRight ? 0 : 1;
  },

  explain(error) {
    return error instanceof CheckpointError ? error.message : undefined;
  },
});
