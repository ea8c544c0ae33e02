import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import BetterSqlite3, { type Database } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../connection/data-source-options.js';
import { SqliteDatabase } from './sqlite-database.js';
import { lockSqliteFile } from './sqlite-file-lock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const { prepare, exec } = BetterSqlite3.prototype;
let collected: string[];
let made: number;
let registry: FinalizationRegistry<string>;

/** Watches what better-sqlite3 makes, whoever asks it to. */
beforeEach(() => {
  collected = [];
  made = 0;
  registry = new FinalizationRegistry((name) => collected.push(name));
  const watched = <Made extends object>(name: string, one: Made): Made => {
    registry.register(one, name);
    made += 1;
    return one;
  };
  Object.assign(BetterSqlite3.prototype, {
    prepare(this: Database, sql: string) {
      return watched(sql, prepare.call(this, sql));
    },
    exec(this: Database, sql: string) {
      return exec.call(watched('a database', this), sql);
    },
  });
});
afterEach(() => void Object.assign(BetterSqlite3.prototype, { prepare, exec }));

async function collectedAfterwards(): Promise<string[]> {
  registry.register({}, 'garbage');
  for (let turns = 0; turns < 5; turns += 1) {
    await nextTurnOfLoop();
    collectGarbage();
  }
  await nextTurnOfLoop();
  return collected;
}

describe('SqliteDatabase', () => {
  it('leaves nothing to the garbage collector, closed or not', async () => {
    (() => {
      const database = new SqliteDatabase(':memory:');
      database.exec('CREATE TABLE numbers (number INTEGER)');
      for (let number = 0; number < 200; number += 1) database.prepare(`SELECT ${number}`).get();
      for (const pragma of ['foreign_keys = ON', 'synchronous']) database.pragma(pragma);
      database.close();
    })();
    expect(await collectedAfterwards()).toEqual(['garbage']);
    expect(made).toBe(203);
  });

  it('is what the data source and the lock on the file are made of', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oas-kept-'));
    try {
      const path = join(folder, 'oas.sqlite');
      lockSqliteFile(path)();
      await (async () => {
        const dataSource = new DataSource(
          dataSourceOptions({ engine: 'sqlite', path, migrateOnStart: false }),
        );
        await dataSource.initialize();
        for (let number = 0; number < 200; number += 1) await dataSource.query(`SELECT ${number}`);
        await dataSource.destroy();
      })();
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(await collectedAfterwards()).toEqual(['garbage']);
    expect(made).toBeGreaterThan(203);
  });

  it('prepares each text once', () => {
    const database = new SqliteDatabase(':memory:');
    const [first, second] = [1, 2].map(() => database.prepare('SELECT ? AS value'));
    expect(second).toBe(first);
    expect([first?.get('a'), second?.get('b')]).toEqual([{ value: 'a' }, { value: 'b' }]);
    database.close();
  });

  it('answers pragmas as better-sqlite3 does, with what holds now', () => {
    const database = new SqliteDatabase(':memory:');
    const plain = new BetterSqlite3(':memory:');
    for (const source of [
      'foreign_keys',
      'foreign_keys = OFF',
      'foreign_keys',
      'foreign_keys = ON',
      'foreign_keys',
    ]) {
      expect(database.pragma(source)).toEqual(plain.pragma(source));
      expect(database.pragma(source, { simple: true })).toEqual(plain.pragma(source, { simple: true }));
    }
    database.close();
    plain.close();
  });
});
