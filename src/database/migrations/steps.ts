import type { QueryRunner, Table, TableCheck, TableColumn, TableIndex } from 'typeorm';

/*
 * The steps of migrations. MySQL commits each change of the schema by itself: a migration that was killed is there up to
 * some step, and is run again from its first. So each step looks before it acts, and what is done already is left.
 */

const isMysql = (runner: QueryRunner): boolean => runner.dataSource.options.type === 'mysql';

/**
 * With its checks on both engines; TypeORM writes them on SQLite only.
 * @throws Error where a table of that name has other columns
 */
export async function createTable(runner: QueryRunner, table: Table): Promise<void> {
  if (await runner.hasTable(table.name)) await refuseStranger(runner, table);
  else await runner.createTable(table);
  if (!isMysql(runner)) return;
  for (const check of table.checks) await addCheck(runner, table.name, check);
}

export async function dropTable(runner: QueryRunner, name: string): Promise<void> {
  await runner.dropTable(name, true);
}

export async function addColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumn[],
): Promise<void> {
  for (const column of columns) {
    if (!(await runner.hasColumn(table, column.name))) await runner.addColumn(table, column);
  }
}

export async function dropColumns(
  runner: QueryRunner,
  table: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    if (await runner.hasColumn(table, name)) await runner.dropColumn(table, name);
  }
}

export async function createIndices(
  runner: QueryRunner,
  table: string,
  indices: readonly TableIndex[],
): Promise<void> {
  for (const index of indices) {
    if (!(await hasIndex(runner, table, index))) await runner.createIndex(table, index);
  }
}

export async function dropIndices(
  runner: QueryRunner,
  table: string,
  indices: readonly TableIndex[],
): Promise<void> {
  for (const index of indices) {
    if (await hasIndex(runner, table, index)) await runner.dropIndex(table, index);
  }
}

export async function addCheck(runner: QueryRunner, table: string, check: TableCheck): Promise<void> {
  if (!isMysql(runner)) return runner.createCheckConstraint(table, check);
  if (await hasCheck(runner, table, check)) return;
  await runner.query(
    `ALTER TABLE \`${table}\` ADD CONSTRAINT \`${check.name ?? ''}\` CHECK (${check.expression ?? ''})`,
  );
}

export async function dropCheck(runner: QueryRunner, table: string, check: TableCheck): Promise<void> {
  if (!isMysql(runner)) return runner.dropCheckConstraint(table, check);
  if (!(await hasCheck(runner, table, check))) return;
  await runner.query(`ALTER TABLE \`${table}\` DROP CONSTRAINT \`${check.name ?? ''}\``);
}

async function refuseStranger(runner: QueryRunner, { name, columns }: Table): Promise<void> {
  for (const column of columns) {
    if (await runner.hasColumn(name, column.name)) continue;
    throw new Error(`the table ${name} that is there is another's: this server needs a database of its own`);
  }
}

/** Of that name over these columns. */
async function hasIndex(
  runner: QueryRunner,
  table: string,
  { name, columnNames }: TableIndex,
): Promise<boolean> {
  const found = (await runner.query(
    isMysql(runner)
      ? `SELECT column_name AS name FROM information_schema.statistics
         WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ? ORDER BY seq_in_index`
      : `SELECT i.name FROM sqlite_master m JOIN pragma_index_info(m.name) i
         WHERE m.type = 'index' AND m.tbl_name = ? AND m.name = ? ORDER BY i.seqno`,
    [table, name],
  )) as { name: string }[];
  return found.map((column) => column.name).join() === columnNames.join();
}

async function hasCheck(runner: QueryRunner, table: string, { name }: TableCheck): Promise<boolean> {
  const found = (await runner.query(
    `SELECT constraint_name FROM information_schema.table_constraints
     WHERE constraint_schema = DATABASE() AND table_name = ? AND constraint_name = ?`,
    [table, name],
  )) as unknown[];
  return found.length > 0;
}
