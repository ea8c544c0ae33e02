import 'reflect-metadata';
import { runNamedCommand } from './commands/commands.js';
import { readEnvironmentFile } from './config/environment-file.js';

/** `node dist/src/cli.js <command>`: the commands as a process, which ends with their exit code. */

// Whoever reads the words may leave before their end: `… | head`.
process.stdout.on('error', () => process.exit(2));

process.exitCode = await runNamedCommand({
  parameters: process.argv.slice(2),
  folder: process.cwd(),
  environment: () => {
    readEnvironmentFile();
    return process.env;
  },
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
