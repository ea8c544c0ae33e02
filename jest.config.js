import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

/** Every test under test/ runs once for each engine. */
const engine = (name) => ({
  ...shared,
  displayName: name,
  testMatch: ['<rootDir>/test/**/*.e2e.ts'],
  globals: { TEST_ENGINE: name },
});

const mysql = {
  ...engine('mysql'),
  globalSetup: '<rootDir>/test/support/mysql-setup.ts',
  globalTeardown: '<rootDir>/test/support/mysql-teardown.ts',
};

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    engine('sqlite'),
    ...(isMysqlThere() ? [mysql] : []),
  ],
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  maxWorkers: 2,
  testTimeout: 60_000,
};

/** Without a server its half of the tests cannot run: on a developer's machine that is said, in CI it is an error. */
function isMysqlThere() {
  if (process.env.TEST_MYSQL_URL || process.env.MYSQLD) return true;
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'].filter(Boolean);
  const found = folders.some((folder) =>
    ['mariadbd', 'mysqld'].some((name) => isExecutable(join(folder, name))),
  );
  if (found) return true;
  const message =
    'The MySQL half was NOT RUN: no mariadbd or mysqld was found. Install mariadb-server, or set MYSQLD to a binary ' +
    'or TEST_MYSQL_URL to a server.';
  if (process.env.CI === 'true') throw new Error(message);
  process.env.MYSQL_NOT_RUN = message;
  return false;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
