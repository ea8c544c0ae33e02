import { writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query } from './databases.js';

it('makes a database of its own, keeps integers past 2^53, and leaves nothing', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  expect(one.url).toMatch(
    ENGINE === 'mysql' ? /^mysql:\/\/.+\/oas_[0-9a-f]{12}$/ : /^sqlite:\/.+\/oas\.sqlite$/,
  );

  // SQLite makes the file when the application opens it.
  if (ENGINE === 'sqlite') for (const { url } of [one, other]) writeFileSync(url.slice('sqlite:'.length), '');
  await query(one.url, 'CREATE TABLE amounts (amount BIGINT NOT NULL)');
  await query(one.url, 'INSERT INTO amounts VALUES (?), (?)', [100, '9007199254740993']);
  expect(await query(one.url, 'SELECT amount FROM amounts ORDER BY amount')).toEqual([
    { amount: 100 },
    { amount: '9007199254740993' },
  ]);
  // Not toThrow(): the drivers are Node's own modules, and their errors of another realm than the test's.
  await expect(query(other.url, 'SELECT amount FROM amounts')).rejects.toMatchObject({
    message: expect.stringMatching(/no such table|doesn't exist/),
  });

  await Promise.all([one.drop(), other.drop()]);
  await expect(query(one.url, 'SELECT 1')).rejects.toMatchObject({
    message: expect.stringMatching(/Unknown database|does not exist|unable to open/),
  });
});
