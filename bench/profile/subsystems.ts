import type { Profiler } from 'node:inspector';

/** What is not time spent: waiting, and the profile itself. */
const IDLE = '(idle)';
const SOCKETS = 'Node: sockets and streams';

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
    'body and JSON',
    packages('body-parser', 'raw-body', 'iconv-lite', 'content-type', 'type-is', 'media-typer', 'bytes'),
  ],
  ['body and JSON', /\/dist\/src\/auth\/(json-body|request-body)/],
  [IDLE, /\/dist\/bench\/profile\/|^node:(internal\/)?inspector/],
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
  [SOCKETS, /^node:(net|stream|events|buffer|internal\/(streams|stream_base|net|buffer|js_stream))/],
  ['Node: event loop', /^node:(timers|internal\/(timers|process|worker))/],
  ['Node: other', /^(node:|evalmachine)/],
];

function packages(...names: readonly string[]): RegExp {
  return new RegExp(`/node_modules/(${names.join('|')})/`);
}

const NAMED: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'native code',
  '(root)': 'native code',
};
const JSON_FUNCTIONS: readonly string[] = ['parse', 'stringify'];

/** Microseconds of each subsystem itself, the most first. What native functions take counts for who called them. */
export function timesOf(profile: Profiler.Profile): Map<string, number> {
  const names = subsystemsOf(profile);
  return sum(profile, (id) => names.get(id));
}

/** Microseconds of each function itself, the most first. */
export function functionTimesOf(profile: Profiler.Profile): Map<string, number> {
  const names = subsystemsOf(profile);
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  return sum(profile, (id) => {
    const { functionName, url, lineNumber } = frames.get(id) ?? { functionName: '', url: '', lineNumber: 0 };
    const place = url && ` ${url.replace(/^.*\/(node_modules|dist)\//, '')}:${lineNumber + 1}`;
    return names.get(id) === IDLE ? IDLE : `${functionName || '(anonymous)'}${place}`;
  });
}

function sum(
  { samples = [], timeDeltas = [] }: Profiler.Profile,
  nameOf: (id: number) => string | undefined,
): Map<string, number> {
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = nameOf(id) ?? 'others';
    if (name !== IDLE) times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return new Map([...times].sort(([, a], [, b]) => b - a));
}

/** The subsystem of each node of a profile, by its id. */
function subsystemsOf({ nodes }: Profiler.Profile): ReadonlyMap<number, string> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const names = new Map<number, string>();
  const nameOf = (id: number | undefined): string => {
    const frame = id === undefined ? undefined : frames.get(id);
    if (id === undefined || !frame) return 'native code';
    const known = names.get(id);
    if (known !== undefined) return known;
    const own = subsystemOf(frame) ?? nameOf(parents.get(id));
    const name = own === SOCKETS && isOfDriver(id) ? 'driver: its sockets' : own;
    names.set(id, name);
    return name;
  };
  /** Whether it was the driver that wrote, and not the answer to a call. */
  const isOfDriver = (id: number): boolean => {
    const url = frames.get(id)?.url ?? '';
    const parent = parents.get(id);
    if (url.includes('/node_modules/mysql2/')) return true;
    return !url.startsWith('node:_http') && parent !== undefined && isOfDriver(parent);
  };
  for (const id of frames.keys()) nameOf(id);
  return names;
}

type Frame = Pick<Profiler.ProfileNode['callFrame'], 'functionName' | 'url'>;

/** Undefined for a native function, which is whose it was called by. */
function subsystemOf({ functionName, url }: Frame): string | undefined {
  if (url !== '') return SUBSYSTEMS.find(([, script]) => script.test(url))?.[0] ?? 'others';
  if (functionName === IDLE) return IDLE;
  return NAMED[functionName] ?? (JSON_FUNCTIONS.includes(functionName) ? 'body and JSON' : undefined);
}
