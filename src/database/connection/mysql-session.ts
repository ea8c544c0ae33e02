import { LOCK_WAIT_SECONDS } from '../waits.js';

/**
 * What the server's own settings must not decide, as every new connection sets it, as a SELECT shows it. None of it takes
 * a right. mysql2 puts values into statements with backslashes, so that NO_BACKSLASH_ESCAPES would make SQL of
 * them; lax modes shorten references and clamp amounts; a limit of rows cuts off what is read without a word.
 */
export const SESSION_VARIABLES: Readonly<Record<string, string | number>> = {
  sql_mode: [
    'STRICT_TRANS_TABLES',
    'NO_ZERO_IN_DATE',
    'NO_ZERO_DATE',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_ENGINE_SUBSTITUTION',
  ].join(','),
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_results: 'utf8mb4',
  collation_connection: 'utf8mb4_bin', // after its character set, which would take it back
  time_zone: '+00:00',
  autocommit: 1,
  innodb_lock_wait_timeout: LOCK_WAIT_SECONDS,
  unique_checks: 1,
  foreign_key_checks: 1,
  sql_auto_is_null: 0,
  sql_big_selects: 1,
  sql_safe_updates: 0,
  sql_select_limit: 4_294_967_295,
};

/** Longer than the wait here, whose answer is the one that is told. */
const LONGER_MS = 500;

/**
 * The statements of a new connection. READ COMMITTED, because under REPEATABLE READ the gap locks of different references
 * deadlock each other; a statement of its own, because the variable's name differs between servers.
 *
 * A statement that nobody waits for any more ends on the server too: on MariaDB each, on MySQL those that read. Each takes the
 * other's variable for a comment.
 * @param timeoutMs how long a statement is waited for
 */
export function sessionStatements(timeoutMs: number): string[] {
  const limit = timeoutMs + LONGER_MS;
  const variables = Object.entries(SESSION_VARIABLES).map(
    ([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`,
  );
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION ${variables.join(', ')}
      /*M!100101 , max_statement_time = ${limit / 1_000} */ /*!50708 , max_execution_time = ${limit} */`,
  ];
}
