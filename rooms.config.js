/**
 * The rooms of `src/`, from the ground up, and the one place that tells what each may know and what it shows. ESLint
 * (`eslint.rooms.js`) refuses everything else: a file in no room, an import of a room that is not in `knows`, and one of
 * another room's inside, whether static or dynamic. docs/architecture.md has the same list; a test compares them.
 *
 * - `room`: a folder of `src/`, or with `isFile` a single file; the longest that fits counts, so a room may have rooms
 *   inside.
 * - `folders`: those it has inside that are no rooms; `dto` where it does not say.
 * - `knows`: rooms further up in this list; each room knows itself.
 * - `shows`: its doors, beside those that every room has ({@link isDoor}).
 * - `reads`: tables that are not its own but its SQL names, which no import tells; a test looks for them.
 * - `without`: packages that it must not know.
 */

/** Node's modules without `node:`: both names are meant. */
const HTTP = [
  '@nestjs',
  'express',
  'class-validator',
  'class-transformer',
  'http',
  'https',
  'http2',
  'net',
  'tls',
  'undici',
];

export const ROOMS = [
  { room: 'demo/values', isFile: true, knows: [], shows: ['values'] },
  {
    room: 'config',
    knows: ['demo/values'],
    shows: ['config', 'database-config', 'environment', 'environment-file', 'network'],
  },
  { room: 'logging', knows: ['config'], shows: ['logger', 'request-context'] },
  {
    room: 'files',
    knows: [],
    shows: ['csv.rules', 'exact-json', 'input-file', 'shown.rules'],
    without: HTTP,
  },
  { room: 'metrics', knows: [], shows: ['metrics'] },
  {
    room: 'errors',
    knows: ['logging'],
    shows: ['api-errors.decorator', 'catalogue', 'error.filter', 'gpas-error'],
  },
  {
    room: 'validation',
    knows: ['errors'],
    shows: ['identifier.decorator', 'known-names.rules', 'validation.pipe'],
  },
  {
    room: 'http',
    folders: ['connections'],
    knows: ['config', 'errors', 'logging', 'metrics'],
    shows: [
      'base-path',
      'connections/bounded-express-adapter',
      'draining',
      'forwarded-addresses',
      'graceful-stop',
      'head.interceptor',
      'query.rules',
      'request.middleware',
    ],
  },
  {
    room: 'database',
    folders: ['connection', 'migrations', 'sqlite', 'statements'],
    knows: ['config', 'errors', 'logging', 'metrics'],
    shows: [
      'batch-queue',
      'columns',
      'connection/command-database',
      'connection/data-source-options',
      'connection/migrate',
      'connection/startup-checks',
      'database-errors',
      'id',
      'id-range',
      'pace',
      'shared-reading',
      'sqlite/sqlite-failures',
      'sqlite/sqlite-file-lock',
      'statements/statement',
      'turns',
      'unit-of-work',
    ],
  },
  { room: 'audit', knows: ['database'], shows: [] },
  { room: 'secrets', knows: ['config', 'database'], shows: ['secret-box'] },
  {
    room: 'ledger-keys',
    knows: ['database', 'secrets'],
    shows: ['ledger-key', 'stored-ledger-keys'],
    reads: ['wallets'],
  },
  {
    room: 'parent-systems',
    knows: ['config', 'database', 'demo/values', 'errors', 'secrets'],
    shows: ['parent-systems.registry', 'stored-secrets'],
  },
  { room: 'operator-keys', knows: ['config', 'database', 'errors'], shows: [] },
  { room: 'launches', knows: ['config', 'database', 'errors'], shows: [] },
  {
    room: 'auth',
    folders: ['failures', 'names'],
    knows: [
      'audit',
      'config',
      'errors',
      'launches',
      'logging',
      'operator-keys',
      'parent-systems',
      'validation',
    ],
    shows: ['caller.decorators', 'failures/failed-signatures', 'route-access', 'signature'],
  },
  {
    room: 'wallets',
    knows: ['database', 'errors', 'ledger-keys', 'validation'],
    shows: [
      'amount.decorator',
      'balance.dto',
      'currencies',
      'money',
      'wallet-id.decorator',
      'wallet-rows',
      'wallet-seal',
    ],
  },
  {
    room: 'games',
    knows: ['audit', 'config', 'database', 'files', 'validation'],
    shows: ['game-change.rules', 'game-form', 'game-list', 'game.rules'],
  },
  {
    room: 'sessions',
    knows: ['auth', 'database', 'errors', 'logging', 'validation', 'wallets'],
    shows: ['dto/session-id.decorator', 'session-rows', 'session.rules'],
  },
  { room: 'incidents', knows: ['auth', 'database', 'errors', 'metrics'], shows: [] },
  {
    room: 'movements/ledger',
    folders: ['rules'],
    knows: [
      'audit',
      'config',
      'database',
      'errors',
      'games',
      'incidents',
      'ledger-keys',
      'sessions',
      'wallets',
    ],
    shows: [
      'decide',
      'ledger-store',
      'movement-seal',
      'movement.entity',
      'reference-binding.entity',
      'rules/change.rules',
    ],
    reads: ['sessions', 'wallets'],
    without: HTTP,
  },
  {
    room: 'movements/verification',
    folders: ['checks'],
    knows: [
      'database',
      'incidents',
      'ledger-keys',
      'movements/ledger',
      'parent-systems',
      'sessions',
      'wallets',
    ],
    shows: ['checkpoint', 'forms', 'ledger-reading', 'ledger-verification', 'seal-chain'],
    reads: [
      'audit_entries',
      'incident_sightings',
      'incidents',
      'movement_hours',
      'movement_totals',
      'movements',
      'parent_systems',
      'reference_bindings',
      'sessions',
      'wallets',
    ],
    without: HTTP,
  },
  {
    room: 'movements/sealing',
    knows: ['database', 'ledger-keys', 'movements/verification', 'wallets'],
    shows: ['ledger-sealing'],
    without: HTTP,
  },
  {
    room: 'movements',
    knows: [
      'audit',
      'auth',
      'config',
      'database',
      'errors',
      'games',
      'incidents',
      'ledger-keys',
      'logging',
      'metrics',
      'movements/ledger',
      'parent-systems',
      'sessions',
      'validation',
      'wallets',
    ],
    shows: ['dto/movement-answer.dto', 'dto/movement-query.dto', 'dto/movement.dto'],
    reads: ['sessions', 'wallets'],
  },
  {
    room: 'reconciliation',
    folders: ['dto', 'totals'],
    knows: ['auth', 'database', 'errors', 'files', 'games', 'wallets'],
    shows: ['comparison', 'days', 'gpas-file', 'gpas-rows', 'report.rules', 'totals/totals-maker'],
    reads: ['movements', 'wallets'],
  },
  {
    room: 'back-office/shared',
    knows: ['audit', 'database', 'validation'],
    shows: ['page.dto', 'range.decorator', 'wallet-path.dto'],
  },
  { room: 'back-office/audit', knows: ['audit', 'auth', 'back-office/shared'], shows: ['audit.controller'] },
  {
    room: 'back-office/games',
    knows: ['audit', 'auth', 'back-office/shared', 'games', 'validation'],
    shows: ['games.controller'],
  },
  {
    room: 'back-office/incidents',
    knows: [
      'audit',
      'auth',
      'back-office/shared',
      'database',
      'errors',
      'incidents',
      'movements',
      'validation',
      'wallets',
    ],
    shows: ['dto/incident.dto', 'incidents.controller'],
  },
  {
    room: 'back-office/launches',
    knows: [
      'audit',
      'auth',
      'back-office/shared',
      'config',
      'errors',
      'games',
      'launches',
      'validation',
      'wallets',
    ],
    shows: ['launches.controller'],
  },
  {
    room: 'back-office/movements',
    knows: ['auth', 'back-office/shared', 'files', 'http', 'movements', 'wallets'],
    shows: ['dto/found-movement.dto', 'movements.controller'],
  },
  {
    room: 'back-office/operator-keys',
    knows: ['audit', 'auth', 'back-office/shared', 'errors', 'operator-keys', 'parent-systems', 'validation'],
    shows: ['operator-keys.controller'],
  },
  {
    room: 'back-office/parent-systems',
    knows: ['audit', 'auth', 'back-office/shared', 'config', 'parent-systems', 'validation'],
    shows: ['parent-systems.controller'],
  },
  {
    room: 'back-office/reconciliation',
    knows: ['auth', 'back-office/shared', 'files', 'games', 'reconciliation'],
    shows: ['day-totals.controller'],
  },
  {
    room: 'back-office/references',
    knows: [
      'auth',
      'back-office/incidents',
      'back-office/movements',
      'back-office/shared',
      'errors',
      'files',
      'movements',
      'validation',
      'wallets',
    ],
    shows: ['references.controller'],
  },
  {
    room: 'back-office/sessions',
    knows: ['audit', 'auth', 'back-office/shared', 'sessions', 'validation'],
    shows: ['sessions.controller'],
  },
  {
    room: 'back-office/wallets',
    knows: ['audit', 'auth', 'back-office/shared', 'movements', 'validation', 'wallets'],
    shows: ['wallets.controller'],
  },
  {
    room: 'back-office',
    knows: [
      'audit',
      'back-office/audit',
      'back-office/games',
      'back-office/incidents',
      'back-office/launches',
      'back-office/movements',
      'back-office/operator-keys',
      'back-office/parent-systems',
      'back-office/reconciliation',
      'back-office/references',
      'back-office/sessions',
      'back-office/shared',
      'back-office/wallets',
      'games',
      'incidents',
      'launches',
      'movements',
      'operator-keys',
      'parent-systems',
      'reconciliation',
      'sessions',
      'wallets',
    ],
    shows: [],
  },
  {
    room: 'health',
    knows: ['auth', 'database', 'http', 'metrics'],
    shows: [],
    reads: ['migrations'],
  },
  { room: 'openapi', knows: ['auth'], shows: ['document', 'swagger-ui'] },
  {
    room: 'demo',
    knows: ['audit', 'auth', 'config', 'database', 'demo/values', 'errors', 'movements', 'wallets'],
    shows: ['demo-hosts', 'demo-requests', 'describe-demo'],
  },
];

/** Every room shows its module, its services and its types. */
export function isDoor({ shows }, inside) {
  return /^[^/]+\.(module|service|types)$/.test(inside) || shows.includes(inside);
}

/** The one way past a door's own room: `movements` says what others may know of the ledger inside of it. */
export const PASSED_ON = [{ file: 'movements/movement.types', room: 'movements/ledger' }];

/** The entry points: they compose, so they know every room's doors, and nobody knows them. */
export const ENTRIES = [
  'src/main',
  'src/serve',
  'src/cli',
  'src/app.module',
  'src/app.setup',
  'src/commands/*',
  'examples/**',
];
