import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What is measured, under Prometheus' names and units. One registry for the process: what happens in it is counted
 * wherever it happens. Labels have few values each: never an id of a wallet, a session or a reference.
 */
export const registry = new Registry();

/** From half a millisecond to the longest answer. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One call, from its first byte to the end of its answer. */
export const callSeconds = new Histogram({
  name: 'oas_http_request_duration_seconds',
  help: 'Calls by route, status and GPAS code',
  labelNames: ['method', 'route', 'status', 'code'],
  buckets: SECONDS,
  registers: [registry],
});

export const endedConnections = new Counter({
  name: 'oas_http_connections_ended_total',
  help: 'Connections that the server ended because of what their caller did',
  labelNames: ['reason'],
  registers: [registry],
});

export const batchCommands = new Histogram({
  name: 'oas_batch_commands',
  help: 'Commands committed together',
  labelNames: ['queue'],
  buckets: [1, 2, 4, 8, 16, 32, 64],
  registers: [registry],
});

export const commitSeconds = new Histogram({
  name: 'oas_batch_commit_duration_seconds',
  help: 'One try of a batch, from its first statement to the end of its commit',
  labelNames: ['queue'],
  buckets: SECONDS,
  registers: [registry],
});

export const queuedCommands = new Gauge({
  name: 'oas_queue_commands',
  help: 'Commands that wait for a batch or are tried alone',
  labelNames: ['queue'],
  registers: [registry],
});

export const failedTries = new Counter({
  name: 'oas_batch_failed_tries_total',
  help: 'Tries of a batch that failed, by the class of the database error',
  labelNames: ['queue', 'error_class'],
  registers: [registry],
});

export const incidentsSeen = new Counter({
  name: 'oas_incidents_total',
  help: 'Refusals that the operator should look at, REFERENCE_CONFLICT among them',
  labelNames: ['kind'],
  registers: [registry],
});

export const connectionsInUse = new Gauge({
  name: 'oas_database_connections_in_use',
  help: 'Database connections at work; on SQLite there is one',
  registers: [registry],
});

export const connectionsWaitedFor = new Gauge({
  name: 'oas_database_connections_waited_for',
  help: 'Pieces of work that wait for a database connection',
  registers: [registry],
});

export const clockDifferenceSeconds = new Gauge({
  name: 'oas_clock_difference_seconds',
  help: "This process's clock minus the database's, as of the last minute",
  registers: [registry],
});

/** CPU, memory, event-loop lag and garbage collection of the process. */
collectDefaultMetrics({ register: registry });
