/**
 * Every wait on the database has an end. Together they keep the worst answer, and with it a shutdown, under ten
 * seconds: no try starts after RETRY_BUDGET_MS, and one statement ends within QUERY_TIMEOUT_MS.
 */
export const CONNECT_TIMEOUT_MS = 3_000;
/** Longer than the lock wait, so that the server's own, cheaper answer comes first. */
export const QUERY_TIMEOUT_MS = 3_000;
export const LOCK_WAIT_SECONDS = 2;
export const TURN_WAIT_MS = 5_000;
export const RETRY_BUDGET_MS = 3_000;
export const MAX_TRIES = 5;
/** Longer than a batch takes that fails twice on a lock. */
export const QUEUE_WAIT_MS = 5_000;
/** Commands that are tried alone at the same time; fewer than connections, so that the batches go on beside them. */
export const ALONE_AT_ONCE = 4;
/** Migrations may rebuild a large table, and wait for another instance that does. */
export const MIGRATION_TIMEOUT_MS = 3_600_000;
export const MIGRATION_LOCK_WAIT_SECONDS = 600;
