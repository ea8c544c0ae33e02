import { MysqlServer, versionOf } from './mysql-server.ts';

/** Starts the run's own MySQL-protocol server, unless `TEST_MYSQL_URL` names one, and tells the tests where it is. */
export default async function setUp(): Promise<void> {
  const given = process.env['TEST_MYSQL_URL'];
  if (given) {
    await useServer(given);
    return;
  }
  const server = await MysqlServer.start();
  (globalThis as { testMysqlServer?: MysqlServer }).testMysqlServer = server;
  await useServer(server.rootUrl);
}

async function useServer(rootUrl: string): Promise<void> {
  process.stderr.write(`MySQL-protocol server: ${await versionOf(rootUrl)}\n`);
  process.env['TEST_MYSQL_ROOT_URL'] = rootUrl;
}
