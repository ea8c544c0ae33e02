import BetterSqlite3, {
  type Database,
  type Options,
  type PragmaOptions,
  type Statement,
} from 'better-sqlite3';

/** The application has some hundreds. Past this, something writes values into its SQL, and memory grows with each. */
const MANY_TEXTS = 5_000;

/** For the life of the process, the closed ones too. */
const databases = new Set<SqliteDatabase>();

/** As much of it as is used here, and without the types of parameters that each statement might have. */
const Driver = BetterSqlite3 as unknown as new (
  path: string,
  options?: Options,
) => Pick<Database, 'close' | 'exec'> & { prepare(sql: string): Statement };

/**
 * An open SQLite file of which nothing is ever garbage: the database, and one statement for each text, stay referenced
 * until the process ends. better-sqlite3 12, where it was compiled on Node 24.19 or later, aborts the process as soon as
 * one of its objects is collected while no JavaScript runs, an idle server above all: the destructor of Node's
 * `ObjectWrap` asserts a context there. Version 13 is free of it, and does not load on Node 20 and before 22.14.
 * An `iterate()` or a `backup()` makes objects that are not kept: use neither.
 */
export class SqliteDatabase extends Driver {
  /** Is told, in words for the operator, when they are {@link MANY_TEXTS}. */
  onManyTexts: (warning: string) => void = () => undefined;
  private readonly statements = new Map<string, Statement>();
  private readonly pragmas: Statement[] = [];

  constructor(path: string, options?: Options) {
    super(path, options);
    databases.add(this);
  }

  /** Makes a statement once for each text, which is dearer than to run it. */
  override prepare(sql: string): Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = super.prepare(sql);
    this.keep(sql, statement);
    return statement;
  }

  /** Makes one each time: some pragmas act, or read, when they are prepared. */
  pragma(source: string, { simple = false }: PragmaOptions = {}): unknown {
    const statement = super.prepare(`PRAGMA ${source}`);
    this.pragmas.push(statement);
    if (statement.reader) return simple ? statement.pluck().get() : statement.all();
    statement.run();
    return simple ? undefined : [];
  }

  private keep(sql: string, statement: Statement): void {
    this.statements.set(sql, statement);
    if (this.statements.size !== MANY_TEXTS) return;
    this.onManyTexts(
      `SQLite has prepared ${MANY_TEXTS} different statements and keeps each: memory grows with every new one. ` +
        'Restart this server when it is quiet, and report what it was used for.',
    );
  }
}
