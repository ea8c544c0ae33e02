import { ConfigurationError } from '../config/environment.js';
import { MissingDatabaseError } from '../database/connection/command-database.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { MigrationError } from '../database/connection/migrate.js';
import { sqliteFailure, UnusableSqliteFileError } from '../database/sqlite/sqlite-failures.js';
import { DatabaseInUseError } from '../database/sqlite/sqlite-file-lock.js';
import { UnsafeDatabaseError } from '../database/connection/startup-checks.js';

/**
 * Why the server did not start, for the person who started it.
 * @param host what HOST is set to, if anything listens: only by its name can a failed look-up of it be told from one of the
 * database's.
 */
export function explainStartFailure(error: unknown, host?: string): string {
  if (
    error instanceof ConfigurationError ||
    error instanceof DatabaseInUseError ||
    error instanceof MigrationError ||
    error instanceof MissingDatabaseError ||
    error instanceof UnsafeDatabaseError ||
    error instanceof UnusableSqliteFileError
  ) {
    return error.message;
  }
  if (!(error instanceof Error)) return String(error);
  const { code, message, syscall, hostname } = error as Error & {
    code?: string;
    syscall?: string;
    hostname?: string;
  };
  if (code === 'EADDRINUSE') return `Another process listens there already (${message}). Set another PORT.`;
  if (syscall === 'listen' || (syscall === 'getaddrinfo' && hostname === host)) {
    return (
      `The server cannot listen on HOST and PORT (${message}). HOST must be an address of this machine, ` +
      'PORT one that this account may open: 1024 or above.'
    );
  }
  const unusableFile = code?.startsWith('SQLITE_') ? sqliteFailure(error) : undefined;
  if (unusableFile) return unusableFile.message;
  if (
    code === 'ER_ACCESS_DENIED_ERROR' ||
    code === 'ER_DBACCESS_DENIED_ERROR' ||
    code === 'ER_BAD_DB_ERROR'
  ) {
    return `The database server refused DATABASE_URL: ${message}`;
  }
  if (code === 'ER_TABLEACCESS_DENIED_ERROR' || code === 'ER_COLUMNACCESS_DENIED_ERROR') {
    return `The account of DATABASE_URL lacks a right: ${message}. docs/mysql.md has what each account needs.`;
  }
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return 'The database server offers no TLS, which DATABASE_URL asks for. Switch it on there, or set ?tls=false.';
  }
  if (code === 'HANDSHAKE_SSL_ERROR') {
    return (
      `The database server did not show who it is, nothing was sent to it: ${message}. DATABASE_TLS_CA must be the ` +
      "authority that signed its certificate, the host of DATABASE_URL the certificate's."
    );
  }
  if (classifyDatabaseError(error) === 'not-executed' || classifyDatabaseError(error) === 'unknown') {
    return `The database of DATABASE_URL cannot be reached (${code ?? message}). Is it running, and are host and port right?`;
  }
  if (/no such table|doesn't exist/.test(message)) {
    return `The database lacks tables (${message}). Run npm run migration:run, or set MIGRATE_ON_START=true.`;
  }
  return error.stack ?? message;
}
