import { instantFrom, instantText } from '../database/columns.js';
import { insertInto, placesFor, type Row, type Statement } from '../database/statements/statement.js';
import type { CloseSession } from './session.rules.js';
import type { Session } from './session.types.js';

/** Sessions in statements that are not TypeORM's: those that every call of GPAS's waits for. */

/** A session with the command that closed it. */
export type StoredSession = Session & { readonly closedBy: string | null };

const COLUMNS = ['id', 'parent_system_id', 'wallet_id', 'status', 'created_at', 'closed_at', 'closed_by'];

/** What {@link sessionFrom} needs of the table `s`. */
export const SESSION_COLUMNS = COLUMNS.map((column) => `s.${column} AS s_${column}`).join(', ');

export function sessionFrom(row: Row): StoredSession {
  const closedAt = row['s_closed_at'] as string | Date | null;
  return {
    id: row['s_id'],
    parentSystemId: row['s_parent_system_id'],
    walletId: row['s_wallet_id'],
    status: row['s_status'],
    createdAt: instantFrom(row['s_created_at'] as string | Date),
    closedAt: closedAt === null ? null : instantFrom(closedAt),
    closedBy: row['s_closed_by'],
  } as StoredSession;
}

/** Locks those that exist, in the order of their ids. */
export function lockSessions(sessionIds: readonly string[], rowLockClause: string): Statement {
  return {
    sql: `SELECT ${SESSION_COLUMNS} FROM sessions s /*! FORCE INDEX (PRIMARY) */
      WHERE s.id IN (${placesFor(sessionIds)}) ORDER BY s.id ${rowLockClause}`,
    values: sessionIds,
  };
}

/** Those that exist, as committed. */
export function selectSessions(sessionIds: readonly string[]): Statement {
  return {
    sql: `SELECT ${SESSION_COLUMNS} FROM sessions s WHERE s.id IN (${placesFor(sessionIds)})`,
    values: sessionIds,
  };
}

/** Adds sessions that are open. */
export function insertOpened(sessions: readonly Session[]): Statement[] {
  return insertInto(
    'sessions',
    COLUMNS,
    sessions.map(({ id, parentSystemId, walletId, status, createdAt }) => [
      id,
      parentSystemId,
      walletId,
      status,
      instantText(createdAt),
      null,
      null,
    ]),
  );
}

/** Closes each session for its command. */
export function updateClosed(closes: readonly CloseSession[], closedAt: Date): Statement[] {
  if (closes.length === 0) return [];
  const sessionIds = closes.map(({ sessionId }) => sessionId);
  return [
    {
      sql: `UPDATE sessions SET status = 'CLOSE', closed_at = ?, closed_by = CASE id ${closes.map(() => 'WHEN ? THEN ?').join(' ')} END
        WHERE id IN (${placesFor(sessionIds)})`,
      values: [
        instantText(closedAt),
        ...closes.flatMap(({ id, sessionId }) => [sessionId, id]),
        ...sessionIds,
      ],
      matches: closes.length,
    },
  ];
}
