import { findMysqld, MysqlServer, versionOf } from './mysql-server.ts';

/** Starts the run's own MySQL-protocol server, unless `TEST_MYSQL_URL` names one. */
export default async function setUp(): Promise<void> {
  if (process.env['TEST_MYSQL_URL']) return;
  const server = await MysqlServer.start();
  process.env['TEST_MYSQL_URL'] = server.urlOf('mysql');
  (globalThis as { testMysqlServer?: MysqlServer }).testMysqlServer = server;
  process.stderr.write(`MySQL-protocol server of this run: ${versionOf(findMysqld() ?? '').trim()}\n`);
}
