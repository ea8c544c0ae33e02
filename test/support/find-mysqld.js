import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Said where the MySQL half of a run has nothing to run on. Plain JavaScript, because jest.config.js reads it too. */
export const NO_MYSQLD =
  'The MySQL half was NOT RUN: neither mariadbd nor mysqld was found. Install mariadb-server, or set MYSQLD to a ' +
  'binary or TEST_MYSQL_URL to a server that root may use.';

/** The server binary to test with: `MYSQLD`, else `mariadbd`, else `mysqld`. */
export function findMysqld() {
  const named = process.env.MYSQLD;
  if (!named) return find('mariadbd') ?? find('mysqld');
  const found = named.includes('/') ? [named].find(isExecutable) : find(named);
  if (!found) throw new Error(`MYSQLD names ${named}, which cannot be executed`);
  return found;
}

/** An executable on the PATH or in one of the folders before it. */
export function find(name, folders = []) {
  const all = [...folders, ...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return all
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
