/**
 * Every wait on the database has an end. Together they keep the worst answer, and with it a shutdown, under ten
 * seconds: LAST_TRY_MS, then a wait for a connection, then a statement that does not end.
 */
export const CONNECT_TIMEOUT_MS = 2_500;
/** Longer than the lock wait, so that the server's own, cheaper answer comes first. */
export const QUERY_TIMEOUT_MS = 2_500;
/** A connection that was idle for longer is asked whether it lives, before it serves. */
export const IDLE_TRUSTED_MS = 1_000;
/** And is given up where it does not answer within this. Whoever waited for a turn gets one that was just in use. */
export const LIVENESS_TIMEOUT_MS = 500;
/** MySQL looks once a second, so this may become twice as long; both waits of a batch must end before LAST_TRY_MS. */
export const LOCK_WAIT_SECONDS = 1;
export const TURN_WAIT_MS = 2_000;
/** Age of a command after which it is not tried again; more than a batch takes that fails twice on a lock. */
export const LAST_TRY_MS = 5_000;
export const MAX_TRIES = 5;
/** Migrations may rebuild a large table, and wait for another instance that does. */
export const MIGRATION_TIMEOUT_MS = 3_600_000;
export const MIGRATION_LOCK_WAIT_SECONDS = 600;
/** How long one of its statements is tried again that a transaction keeps from the table, and the pause in which calls pass. */
export const MIGRATION_PATIENCE_MS = 600_000;
export const MIGRATION_PAUSE_MS = 2_000;

/**
 * How many commands of one queue may be tried alone at the same time. There are two queues, each with its batch, and
 * reads need a connection too.
 */
export function aloneAtOnce(poolSize: number): number {
  return Math.min(4, Math.max(1, Math.floor(poolSize / 2) - 2));
}

/**
 * Connections of the pool that only commits take, and readings for all callers together: one for the batch of each of the two
 * queues, where there are enough.
 */
export function keptForCommits(poolSize: number): number {
  return poolSize >= 5 ? 2 : Math.min(1, poolSize - 1);
}

/** How long one part of a long read should keep one of several connections, and the only one, which all others wait for. */
export const GENTLE_MS = 100;
export const GENTLE_ALONE_MS = 20;
/** How long such a part may wait for those of others; with a part each, hundreds may read at once. */
export const GENTLE_WAIT_MS = 10_000;
