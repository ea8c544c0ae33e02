import type { Profiler } from 'node:inspector';

/** A part of the server that one can look at by itself, and the scripts that it is; the first that fits counts. */
const SUBSYSTEMS: readonly (readonly [name: string, script: RegExp])[] = [
  [
    'driver (mysql2)',
    packages('mysql2', 'sql-escaper', 'sqlstring', 'denque', 'named-placeholders', 'lru.min', 'long'),
  ],
  ['driver (better-sqlite3)', packages('better-sqlite3', 'bindings')],
  ['TypeORM', packages('typeorm')],
  ['validation', packages('class-validator', 'class-transformer', 'validator', 'libphonenumber-js')],
  ['validation', /\/dist\/src\/validation\//],
  [
    'body',
    packages('body-parser', 'raw-body', 'iconv-lite', 'content-type', 'type-is', 'media-typer', 'bytes'),
  ],
  ['body', /\/dist\/src\/auth\/(json-body|request-body)/],
  ['ids', packages('uuid')],
  ['ids', /\/dist\/src\/database\/id\.js$/],
  [
    'crypto',
    packages(
      'jsonwebtoken',
      'jws',
      'jwa',
      'ecdsa-sig-formatter',
      'safe-buffer',
      'buffer-equal-constant-time',
    ),
  ],
  ['crypto', /^node:(crypto|internal\/crypto)/],
  [
    'logging',
    packages('pino', 'sonic-boom', 'thread-stream', 'quick-format-unescaped', 'safe-stable-stringify'),
  ],
  ['logging', /\/dist\/src\/logging\/log/],
  ['metrics', packages('prom-client', '@opentelemetry')],
  ['metrics', /\/dist\/src\/metrics\//],
  ['context', /\/dist\/src\/logging\/request-context|^node:(async_hooks|internal\/async_)/],
  ['guards', /\/dist\/src\/(auth|parent-systems)\//],
  ['Nest', packages('@nestjs', 'rxjs', 'reflect-metadata')],
  ['router and Express', packages('[^@/]+')],
  ['our modules', /\/dist\/src\//],
  ['the contender itself', /\/dist\/bench\//],
  ['Node: HTTP', /^node:(_http|http|internal\/http)/],
  [
    'Node: sockets and streams',
    /^node:(net|stream|events|buffer|internal\/(streams|stream_base|net|buffer|js_stream))/,
  ],
  ['Node: event loop', /^node:(timers|internal\/(timers|process|worker))/],
  ['Node: other', /^(node:|evalmachine)/],
];

function packages(...names: readonly string[]): RegExp {
  return new RegExp(`/node_modules/(${names.join('|')})/`);
}

/** What is not time spent. */
const IDLE = '(idle)';
const NAMED: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'native code',
  '(root)': 'native code',
};
const JSON_FUNCTIONS: readonly string[] = ['parse', 'stringify'];

/** Microseconds of each subsystem itself, the most first. What native functions take counts for who called them. */
export function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const names = new Map<number, string>();
  const nameOf = (id: number): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const frame = byId.get(id)?.callFrame ?? { functionName: '(root)', url: '' };
    const parent = parents.get(id);
    const name = subsystemOf(frame) ?? (parent === undefined ? 'native code' : nameOf(parent));
    names.set(id, name);
    return name;
  };
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = nameOf(id);
    if (name !== IDLE) times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return new Map([...times].sort(([, a], [, b]) => b - a));
}

/** Microseconds of each function itself, the most first. */
export function functionTimesOf({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): Map<string, number> {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.replace(/^.*\/(node_modules|dist)\//, '')}${url ? `:${lineNumber + 1}` : ''}`,
    ]),
  );
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    if (!name.startsWith(IDLE)) times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return new Map([...times].sort(([, a], [, b]) => b - a));
}

type Frame = Pick<Profiler.ProfileNode['callFrame'], 'functionName' | 'url'>;

/** Undefined for a native function, which is whose it was called by. */
function subsystemOf({ functionName, url }: Frame): string | undefined {
  if (url !== '') return SUBSYSTEMS.find(([, script]) => script.test(url))?.[0] ?? 'others';
  if (functionName === IDLE) return IDLE;
  return NAMED[functionName] ?? (JSON_FUNCTIONS.includes(functionName) ? 'JSON' : undefined);
}
