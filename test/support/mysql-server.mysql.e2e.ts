import { expect, it } from '@jest/globals';
import { MysqlServer, queryMysql } from './mysql-server.js';

it('keeps its data and its port through a kill and a stop', async () => {
  const server = await MysqlServer.start({ options: ['--max-connections=77'] });
  try {
    const url = await server.createDatabase('kept');
    await queryMysql(url, 'CREATE TABLE t (n INT PRIMARY KEY)');
    await queryMysql(url, 'INSERT INTO t VALUES (1)');
    await server.kill();
    await expect(queryMysql(url, 'SELECT n FROM t')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.startAgain();
    await server.stop();
    await server.startAgain();
    expect(await queryMysql(url, 'SELECT n, @@max_connections AS most FROM t')).toEqual([{ n: 1, most: 77 }]);

    server.pause();
    let isAnswered = false;
    const answer = queryMysql(url, 'SELECT 1').then(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isAnswered).toBe(false);
    server.resume();
    await answer;
  } finally {
    await server.destroy();
  }
});
