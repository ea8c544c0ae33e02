const MENDS: readonly (readonly [codes: RegExp, mend: string])[] = [
  [
    /^(SQLITE_READONLY|SQLITE_PERM|EACCES|EPERM|EROFS)/,
    'This account must be allowed to write to the file and to its folder: the log and the lock are beside it.',
  ],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/,
    'There is no room on its disk. Make some and start again: nothing that was acknowledged is lost.',
  ],
  [/^SQLITE_NOTADB/, 'DATABASE_URL must name a SQLite database, or a file that is not there yet.'],
  [/^SQLITE_CORRUPT/, 'It is damaged. Keep it as it is, and start on a backup.'],
  [
    /^(SQLITE_CANTOPEN|EISDIR|ENOTDIR|ENOENT|EEXIST|ELOOP|ENAMETOOLONG)/,
    'DATABASE_URL must name a file, in a folder that is there or can be made; -wal, -shm and .lock beside it are files.',
  ],
  [/^SQLITE_(BUSY|LOCKED)/, 'Another program works on it. End that one first.'],
  [
    /^(SQLITE_IOERR|SQLITE_PROTOCOL|SQLITE_NOLFS|EIO)/,
    'Its disk fails, or its file system lacks what SQLite needs: locks and shared memory. Put it on a disk of this machine.',
  ],
];

/** The file of DATABASE_URL is none that a database can be kept in. The message says how to mend it. */
export class UnusableSqliteFileError extends Error {
  constructor(what: string, mend: string, options?: ErrorOptions) {
    super(`The SQLite file of DATABASE_URL cannot be used: ${what}. ${mend}`, options);
    this.name = 'UnusableSqliteFileError';
  }
}

/** What SQLite or the file system threw over a file, in words; undefined for what is no fault of the file. */
export function sqliteFailure(error: unknown): UnusableSqliteFileError | undefined {
  const { code = '', message } = error as Error & { code?: string };
  const mend = MENDS.find(([codes]) => codes.test(code))?.[1];
  return mend === undefined ? undefined : new UnusableSqliteFileError(message, mend, { cause: error });
}
