import { existsSync } from 'node:fs';

/** Reads `.env` of the current folder, if there is one, for whatever the environment does not set itself. */
export function readEnvironmentFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
