import { applyDecorators } from '@nestjs/common';
import { Column, type ColumnOptions, type QueryRunner, type TableColumnOptions } from 'typeorm';

/**
 * The kinds of column whose form differs between the engines, for entities and for migrations. Key columns are
 * ASCII and compare byte by byte, so that `A` and `a` differ and an index entry is short.
 */
const BYTEWISE = { charset: 'ascii', collation: 'ascii_bin' } as const;
/** Text of people, whatever the database's own default is. */
const UNICODE = { charset: 'utf8mb4', collation: 'utf8mb4_bin' } as const;

interface Named {
  readonly name: string;
}

/** An identifier: visible ASCII, compared byte by byte. */
export function KeyColumn(options: Named & { length: number } & ColumnOptions): PropertyDecorator {
  return applyDecorators(Column({ ...options, type: 'varchar', ...BYTEWISE }));
}

/** Text in any script. */
export function TextColumn(options: Named & { length: number } & ColumnOptions): PropertyDecorator {
  return applyDecorators(Column({ ...options, type: 'varchar', ...UNICODE }));
}

/** Text in any script, up to 64 KB, that nobody compares. */
export function LongTextColumn(options: Named & ColumnOptions): PropertyDecorator {
  return applyDecorators(Column({ ...options, type: 'text', charset: UNICODE.charset }));
}

/** An amount of money in minor units: a bigint in code, at most 15 digits in the database. */
export function MinorUnitsColumn(options: Named & ColumnOptions): PropertyDecorator {
  const transformer = {
    to: (value: bigint | null) => (value === null ? null : String(value)),
    from: (value: string | number | null) => (value === null ? null : BigInt(value)),
  };
  return applyDecorators(Column({ ...options, type: 'bigint', transformer }));
}

/** An instant in UTC with milliseconds. */
export function InstantColumn(options: Named & ColumnOptions): PropertyDecorator {
  return applyDecorators(Column({ ...options, type: 'datetime', precision: 3 }));
}

/** An instant in a statement that TypeORM does not write: UTC with milliseconds, the form of both engines. */
export function instantText(instant: Date): string {
  return instant.toISOString().replace('T', ' ').replace('Z', '');
}

/** The instant that such a statement answers: text on SQLite. */
export function instantFrom(value: string | Date): Date {
  return value instanceof Date ? value : new Date(`${value.replace(' ', 'T')}Z`);
}

/** {@link KeyColumn} in a migration. */
export function keyColumn(
  runner: QueryRunner,
  options: Named & { length: number } & Partial<Omit<TableColumnOptions, 'length'>>,
): TableColumnOptions {
  // SQLite compares bytes anyway and refuses MySQL's names.
  return {
    ...options,
    type: 'varchar',
    length: String(options.length),
    ...(isMysql(runner) ? BYTEWISE : {}),
  };
}

/** {@link TextColumn} in a migration. */
export function textColumn(
  runner: QueryRunner,
  options: Named & { length: number } & Partial<Omit<TableColumnOptions, 'length'>>,
): TableColumnOptions {
  return { ...keyColumn(runner, options), ...(isMysql(runner) ? UNICODE : {}) };
}

/** {@link InstantColumn} in a migration. */
export function instantColumn(options: Named & Partial<TableColumnOptions>): TableColumnOptions {
  return { ...options, type: 'datetime', precision: 3 };
}

function isMysql(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'mysql';
}
