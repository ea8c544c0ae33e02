import type { Command, Invocation } from './command.js';

interface Listed {
  readonly does: string;
  /** Loads it: the one that is run, and no other. */
  readonly load: () => Promise<Command>;
}

/** Every command by its name. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  migrate: {
    does: 'runs the pending migrations',
    load: async () => (await import('./migrations.js')).runMigrations,
  },
  'revert-migration': {
    does: 'takes back the last migration',
    load: async () => (await import('./migrations.js')).revertMigration,
  },
  'games-import': {
    does: 'loads the catalogue of games from a list',
    load: async () => (await import('./import-games.js')).importGames,
  },
  reconcile: {
    does: "compares GPAS's figures of a day with ours",
    load: async () => (await import('./reconcile.js')).reconcile,
  },
  'verify-ledger': {
    does: 'names every row that does not agree with the others',
    load: async () => (await import('./verify-ledger.js')).verifyLedger,
  },
  'rebuild-totals': {
    does: 'makes the totals of hours again from the movements',
    load: async () => (await import('./rebuild-totals.js')).rebuildTotals,
  },
  'seal-ledger': {
    does: 'seals the wallets from before the ledger had a key',
    load: async () => (await import('./seal-ledger.js')).sealLedger,
  },
  'encrypt-secrets': {
    does: 'brings the stored secrets under SECRETS_KEY',
    load: async () => (await import('./encrypt-secrets.js')).encryptSecrets,
  },
  'write-openapi': {
    does: 'writes the OpenAPI document to a file',
    load: async () => (await import('./write-openapi.js')).writeOpenApi,
  },
};

const HELP = `Usage: node dist/src/cli.js <command> [options]

${Object.entries(COMMANDS)
  .map(([name, { does }]) => `  ${name.padEnd(18)}${does}`)
  .join('\n')}

<command> --help says how each is used. Exit codes: 2 it could not be done; what 0 and 1 mean, each says itself.
`;

/**
 * Runs the command that the first parameter names, with the others.
 * @returns the exit code
 */
export async function runNamedCommand(invocation: Invocation): Promise<number> {
  const [name, ...parameters] = invocation.parameters;
  if (name === '--help' || name === '-h') {
    invocation.out(HELP);
    return 0;
  }
  const listed = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!listed) {
    invocation.err(
      `${name === undefined ? 'No command is named' : `There is no command '${name}'`}.\n\n${HELP}`,
    );
    return 2;
  }
  const { runCommand } = await import('./run-command.js');
  return runCommand(await listed.load(), { ...invocation, parameters });
}
