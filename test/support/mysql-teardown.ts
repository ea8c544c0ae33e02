import type { MysqlServer } from './mysql-server.ts';

export default async function tearDown(): Promise<void> {
  await (globalThis as { testMysqlServer?: MysqlServer }).testMysqlServer?.destroy();
}
