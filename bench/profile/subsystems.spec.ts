import type { Profiler } from 'node:inspector';
import { describe, expect, it } from '@jest/globals';
import { functionTimesOf, timesOf } from './subsystems.js';

interface Given {
  readonly name: string;
  readonly url?: string;
  readonly parent?: number;
  readonly self: number;
}

/** A profile of functions that ran so long each; they are numbered from 1. */
function profileOf(functions: readonly Given[]): Profiler.Profile {
  const nodes = functions.map(({ name, url = '' }, index) => ({
    id: index + 1,
    callFrame: { functionName: name, url, scriptId: '0', lineNumber: 9, columnNumber: 0 },
    children: functions.flatMap(({ parent }, child) => (parent === index + 1 ? [child + 1] : [])),
  }));
  return {
    nodes,
    startTime: 0,
    endTime: 0,
    samples: functions.map((_, index) => index + 1),
    timeDeltas: functions.map(({ self }) => self),
  };
}

describe('the subsystems of a profile', () => {
  it.each([
    ['/srv/node_modules/mysql2/lib/base/connection.js', 'driver (mysql2)'],
    ['/srv/node_modules/typeorm/query-builder/QueryBuilder.js', 'TypeORM'],
    ['file:///srv/node_modules/class-validator/esm5/index.js', 'validation'],
    ['file:///srv/dist/src/validation/validation.pipe.js', 'validation'],
    ['/srv/node_modules/router/lib/layer.js', 'router and Express'],
    ['file:///srv/node_modules/@nestjs/core/router/router-proxy.js', 'Nest'],
    ['file:///srv/node_modules/@nestjs/jwt/node_modules/jws/index.js', 'crypto'],
    ['file:///srv/node_modules/pino/pino.js', 'logging'],
    ['file:///srv/dist/src/logging/log-output.js', 'logging'],
    ['file:///srv/dist/src/logging/request-context.js', 'context'],
    ['file:///srv/dist/src/auth/signature.guard.js', 'guards'],
    ['file:///srv/dist/src/auth/json-body.js', 'body and JSON'],
    ['file:///srv/dist/src/movements/ledger/decide.js', 'our modules'],
    ['file:///srv/dist/bench/contenders/by-hand.js', 'the contender itself'],
    ['node:_http_server', 'Node: HTTP'],
    ['node:internal/stream_base_commons', 'Node: sockets and streams'],
    ['node:internal/crypto/hash', 'crypto'],
    ['node:internal/process/task_queues', 'Node: event loop'],
    ['node:url', 'Node: other'],
  ])('has %s under %s', (url, name) => {
    expect([...timesOf(profileOf([{ name: 'f', url, self: 5 }]))]).toEqual([[name, 5]]);
  });

  it('has what native functions take under who called them, but JSON and the collector under names of their own', () => {
    const times = timesOf(
      profileOf([
        { name: '(root)', self: 0 },
        { name: 'write', url: 'node:net', parent: 1, self: 3 },
        { name: 'writev', parent: 2, self: 40 },
        { name: 'parse', parent: 2, self: 7 },
        { name: '(garbage collector)', parent: 1, self: 9 },
        { name: '(program)', parent: 1, self: 2 },
      ]),
    );
    expect([...times]).toEqual([
      ['Node: sockets and streams', 43],
      ['garbage collection', 9],
      ['body and JSON', 7],
      ['native code', 2],
    ]);
  });

  it('tells what the driver writes from what is answered', () => {
    const times = timesOf(
      profileOf([
        { name: '(root)', self: 0 },
        { name: 'write', url: '/srv/node_modules/mysql2/lib/base/connection.js', parent: 1, self: 1 },
        { name: 'write', url: 'node:internal/streams/writable', parent: 2, self: 2 },
        { name: 'writeBuffer', parent: 3, self: 30 },
        { name: 'end', url: 'node:_http_outgoing', parent: 2, self: 4 },
        { name: 'write', url: 'node:net', parent: 5, self: 5 },
        { name: 'writev', parent: 6, self: 50 },
      ]),
    );
    expect([...times]).toEqual([
      ['Node: sockets and streams', 55],
      ['driver: its sockets', 32],
      ['Node: HTTP', 4],
      ['driver (mysql2)', 1],
      ['native code', 0],
    ]);
  });

  it('leaves out the profile itself', () => {
    const hook = [
      { name: 'toggle', url: 'file:///srv/dist/bench/profile/hook.js', self: 9 },
      { name: 'post', url: 'node:inspector', parent: 1, self: 9 },
      { name: 'dispatch', parent: 2, self: 900 },
    ];
    expect([...timesOf(profileOf(hook))]).toEqual([]);
  });

  it('leaves out the time in which there was nothing to do', () => {
    const idle = [
      { name: '(root)', self: 0 },
      { name: '(idle)', parent: 1, self: 1_000 },
    ];
    expect([...timesOf(profileOf(idle)).values()]).toEqual([0]);
    expect([...functionTimesOf(profileOf(idle)).values()]).toEqual([0]);
  });
});

describe('the functions of a profile', () => {
  it('are named by package and line', () => {
    const url = 'file:///srv/node_modules/mysql2/lib/pool.js';
    const times = functionTimesOf(
      profileOf([
        { name: 'get', url, self: 2 },
        { name: 'get', url, self: 3 },
      ]),
    );
    expect([...times]).toEqual([['get mysql2/lib/pool.js:10', 5]]);
  });
});
