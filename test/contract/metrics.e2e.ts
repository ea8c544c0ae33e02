import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callSeconds } from '../support/application.js';
import { callOperator, debit, openFundedSession, send } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

async function metrics(): Promise<string> {
  const answer = await callOperator(server.url, 'GET', '/metrics');
  expect([answer.status, answer.headers['content-type']]).toEqual([
    200,
    expect.stringContaining('text/plain'),
  ]);
  return answer.text;
}

/** The value of one line, or 0 where there is none yet. */
function valueOf(text: string, start: string): number {
  const line = text.split('\n').find((one) => one.startsWith(start));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('/metrics', () => {
  it('counts calls by route, status and GPAS code, and names nobody', async () => {
    const id = await openFundedSession(server.url, 'measured');
    const count = (status: number, code: string): string =>
      `oas_http_request_duration_seconds_count{method="POST",route="/movements/debit",status="${status}",code="${code}"}`;
    const before = await metrics();
    await debit(server.url, id, 'measured-1');
    await debit(server.url, id, 'measured-2');
    await debit(server.url, id, 'measured-2', { value: 11 });
    await send(server.url, { method: 'GET', target: '/nowhere/measured' });
    const after = await metrics();
    expect(valueOf(after, count(201, '')) - valueOf(before, count(201, ''))).toBe(2);
    expect(valueOf(after, count(400, '1003')) - valueOf(before, count(400, '1003'))).toBe(1);
    const conflicts = 'oas_incidents_total{kind="REFERENCE_CONFLICT"}';
    expect(valueOf(after, conflicts) - valueOf(before, conflicts)).toBe(1);
    expect(after).toContain('route="other"');
    expect(after).not.toMatch(new RegExp(`measured|${id}`));
  });

  it('has batches, commits, queues, connections and the event loop', async () => {
    const text = await metrics();
    for (const name of [
      'oas_batch_commands_count{queue="movements"}',
      'oas_batch_commit_duration_seconds_count{queue="movements"}',
      'oas_queue_commands{queue="movements"} 0',
      'oas_database_connections_in_use',
      'oas_database_connections_waited_for 0',
      'nodejs_eventloop_lag_p99_seconds',
      'process_cpu_seconds_total',
    ]) {
      expect(text).toContain(name);
    }
  });

  it('is for operator keys', async () => {
    expect((await send(server.url, { method: 'GET', target: '/metrics' })).status).toBe(401);
  });

  it('costs a call less than 20 µs', () => {
    const labels = { method: 'POST', route: '/cost', status: 201, code: '' };
    const observe = (times: number): number => {
      const startedAt = performance.now();
      for (let index = 0; index < times; index += 1) callSeconds.observe(labels, 0.01);
      return ((performance.now() - startedAt) * 1_000) / times;
    };
    observe(10_000);
    expect(observe(100_000)).toBeLessThan(20);
  });
});
