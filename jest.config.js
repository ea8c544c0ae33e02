import { findMysqld, NO_MYSQLD } from './test/support/find-mysqld.js';

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

/** Every `*.e2e.ts` runs once for each engine, but `*.mysql.e2e.ts` has nothing to say about SQLite, and `*.sqlite.e2e.ts` about MySQL. */
const engine = (name) => ({
  ...shared,
  displayName: name,
  testMatch: ['<rootDir>/{src,test,examples}/**/*.e2e.ts'],
  globals: { TEST_ENGINE: name },
});

const sqlite = engine('sqlite');
sqlite.testMatch.push('!**/*.mysql.e2e.ts');

const mysql = {
  ...engine('mysql'),
  globalSetup: '<rootDir>/test/support/mysql-setup.ts',
  globalTeardown: '<rootDir>/test/support/mysql-teardown.ts',
};
mysql.testMatch.push('!**/*.sqlite.e2e.ts');

/** Without a server a developer goes on with SQLite and is told. In CI the project stays, and its set-up fails. */
const isMysqlThere = Boolean(process.env.TEST_MYSQL_URL || findMysqld());
const isMysqlRun = isMysqlThere || process.env.CI === 'true';
if (!isMysqlRun) console.error(NO_MYSQLD);

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{src,test,examples,bench}/**/*.spec.ts'] },
    sqlite,
    ...(isMysqlRun ? [mysql] : []),
  ],
  reporters: [
    'default',
    ['<rootDir>/test/support/summary-reporter.js', isMysqlRun ? {} : { notRun: NO_MYSQLD }],
  ],
  maxWorkers: 2,
  testTimeout: 120_000,
};
