import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteDatabase } from './sqlite-database.js';
import { runAll, withFullLists } from './sqlite-round-trip.js';
import { placesFor, type Statement } from '../statements/statement.js';

let database: SqliteDatabase;
beforeEach(() => {
  database = new SqliteDatabase(':memory:');
  database.exec('CREATE TABLE LETTERS (letter TEXT, kind INTEGER)');
});
afterEach(() => void database.close());

describe('On SQLite, the lists of IN', () => {
  it('are filled up by their last value, and what stands beside them stays', () => {
    const lists = [['a', 'b', 'c'], ['d'], ['e', 'f', 'g', 'h', 'i']];
    const [first = [], second = [], third = []] = lists;
    const sql = `? = 1 AND x IN (${placesFor(first)}) AND y IN (${placesFor(second)}) OR z IN (${placesFor(third)}) LIMIT ?`;
    expect(withFullLists({ sql, values: [1, ...lists.flat(), 9] })).toEqual({
      sql: '? = 1 AND x IN (?, ?, ?, ?) AND y IN (?) OR z IN (?, ?, ?, ?, ?, ?, ?, ?) LIMIT ?',
      values: [1, 'a', 'b', 'c', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'i', 'i', 'i', 9],
    });
  });

  it('are of few lengths, and find the same', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    runAll(
      database,
      letters.map((letter) => ({ sql: 'INSERT INTO LETTERS VALUES (?, 1)', values: [letter] })),
    );
    const texts = new Set<string>();
    for (let count = 0; count <= letters.length; count += 1) {
      const some = letters.slice(0, count);
      const statement = {
        sql: `SELECT letter FROM LETTERS WHERE kind = ? AND letter IN (${placesFor(some)}) ORDER BY letter LIMIT ?`,
        values: [1, ...some, 50],
      };
      expect(runAll(database, [statement])).toEqual([some.map((letter) => ({ letter }))]);
      texts.add(withFullLists(statement).sql);
    }
    expect(texts.size).toBe(7); // of 0, 1, 2, 4, 8, 16 and 32
  });

  it('leave the number of rows that a statement matches', () => {
    const update = (matches: number): Statement[] => [
      { sql: 'INSERT INTO LETTERS VALUES (?, 1), (?, 1), (?, 1)', values: ['a', 'b', 'c'] },
      { sql: 'UPDATE LETTERS SET kind = ? WHERE letter IN (?, ?, ?)', values: [2, 'a', 'b', 'c'], matches },
    ];
    expect(runAll(database, update(3))).toMatchObject([{ changes: 3 }, { changes: 3 }]);
    expect(() => runAll(database, update(4))).toThrow('A statement matched 6 rows and not 4');
  });
});
