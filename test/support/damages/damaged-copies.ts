import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from './damage.js';
import { SqliteDatabase } from '../application.js';
import { ENGINE, query } from '../databases.js';
import { TemporaryFolder } from '../temporary-folder.js';

/** Does one damage at a time to a ledger that no server uses, and hands over the url of the damaged one. */
export interface DamagedCopies {
  with<T>(damage: Damage, look: (url: string) => Promise<T>): Promise<T>;
}

export async function damagedCopiesOf(url: string): Promise<DamagedCopies> {
  return ENGINE === 'mysql' ? restored(url) : { with: (damage, look) => onCopy(url, damage, look) };
}

const statementsOf = ({ sql }: Damage): readonly string[] => (typeof sql === 'string' ? [sql] : sql);

/** On a copy of the file. */
async function onCopy<T>(url: string, damage: Damage, look: (url: string) => Promise<T>): Promise<T> {
  const folder = new TemporaryFolder('oas-damaged-');
  const path = join(folder.path, 'oas.sqlite');
  copyFileSync(url.slice('sqlite:'.length), path);
  const database = new SqliteDatabase(path);
  try {
    database.pragma('ignore_check_constraints = ON');
    for (const statement of statementsOf(damage)) database.exec(statement);
    database.close();
    return await look(`sqlite:${path}`);
  } finally {
    database.close();
    await folder.remove();
  }
}

const TABLES = [
  'wallets',
  'movements',
  'reference_bindings',
  'sessions',
  'incidents',
  'incident_sightings',
  'audit_entries',
  'parent_systems',
  'movement_hours',
  'movement_totals',
];

/** In place; afterwards every table has the rows again that it had. */
async function restored(url: string): Promise<DamagedCopies> {
  for (const table of TABLES) await query(url, `CREATE TABLE original_${table} AS SELECT * FROM ${table}`);
  const [{ version } = { version: '' }] = await query<{ version: string }>(
    url,
    'SELECT VERSION() AS version',
  );
  const isMariadb = version.includes('MariaDB');
  const enforce = async ({ check }: Damage, word: string): Promise<void> => {
    if (check && !isMariadb) await query(url, `ALTER TABLE ${check[0]} ALTER CHECK ${check[1]} ${word}`);
  };
  // Of the one statement that follows: each has a connection of its own.
  const unchecked = isMariadb ? 'SET STATEMENT check_constraint_checks = 0 FOR ' : '';
  return {
    async with(damage, look) {
      const statements = statementsOf(damage);
      await enforce(damage, 'NOT ENFORCED');
      try {
        for (const statement of statements) await query(url, (damage.check ? unchecked : '') + statement);
        return await look(url);
      } finally {
        for (const table of TABLES.filter((name) => statements.some((sql) => sql.includes(name)))) {
          await query(url, `DELETE FROM ${table}`);
          await query(url, `INSERT INTO ${table} SELECT * FROM original_${table}`);
        }
        await enforce(damage, 'ENFORCED');
      }
    },
  };
}
