import { DISTANT } from '../figures/ratios.js';
import { type CallKind, type Expected, PROTOCOL_ANSWERS } from '../load/calls.js';

/** Who is measured: each is a server process of its own. */
export interface Contender {
  readonly name: string;
  /** Of the build. */
  readonly script: string;
  readonly says: string;
  readonly calls: readonly CallKind[];
  /** What it keeps its ledger in; `scratch` is one that it starts on but does not play on. */
  readonly database: 'none' | 'scratch' | 'mysql' | 'sqlite';
  /** Whose tables are in that database. */
  readonly schema?: 'ours' | 'by hand';
  /** Whether it looks at what it is called with, so that wrong calls must be refused. */
  readonly checks: boolean;
  /** Its database can be put away. */
  readonly isDistant?: boolean;
  readonly answers: Readonly<Record<CallKind, Expected>>;
}

const all = (answer: Expected): Readonly<Record<CallKind, Expected>> => ({
  debit: answer,
  hot: answer,
  session: answer,
  balance: answer,
});

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'floor',
    script: 'bench/contenders/floor.js',
    says: '`node:http` alone, which reads the call and answers',
    calls: ['debit'],
    database: 'none',
    checks: false,
    answers: all({ status: 201, body: /^\{"status":"OK"\}$/ }),
  },
  {
    name: 'bare',
    script: 'bench/contenders/bare.js',
    says: 'Nest on Express, handlers that only answer, the same each time',
    calls: ['debit', 'session'],
    database: 'none',
    checks: false,
    answers: PROTOCOL_ANSWERS,
  },
  {
    name: 'checked',
    script: 'bench/contenders/checked.js',
    says: 'Nest with both guards, validation and the answer, as a textbook has them; no database, no log',
    calls: ['debit', 'session'],
    database: 'none',
    checks: true,
    answers: PROTOCOL_ANSWERS,
  },
  {
    name: 'own checks',
    script: 'bench/contenders/own-checks.js',
    says: 'this server without what it asks of the database',
    calls: ['debit', 'session'],
    database: 'scratch',
    checks: true,
    answers: PROTOCOL_ANSWERS,
  },
  {
    name: 'by hand',
    script: 'bench/contenders/by-hand.js',
    says: 'the same routes with repositories, a transaction and a pessimistic lock for each bet',
    calls: ['session', 'debit', 'hot', 'balance'],
    database: 'mysql',
    schema: 'by hand',
    checks: true,
    answers: PROTOCOL_ANSWERS,
  },
  {
    name: 'ours',
    script: 'src/main.js',
    says: 'this server on MariaDB',
    calls: ['session', 'debit', 'hot', 'balance'],
    database: 'mysql',
    schema: 'ours',
    checks: true,
    answers: PROTOCOL_ANSWERS,
  },
  {
    name: 'ours on SQLite',
    script: 'src/main.js',
    says: 'this server on a file of SQLite',
    calls: ['session', 'debit', 'hot', 'balance'],
    database: 'sqlite',
    schema: 'ours',
    checks: true,
    answers: PROTOCOL_ANSWERS,
  },
  {
    name: DISTANT,
    script: 'src/main.js',
    says: 'this server, its MariaDB behind a proxy that delays',
    calls: ['debit'],
    database: 'mysql',
    schema: 'ours',
    checks: true,
    isDistant: true,
    answers: PROTOCOL_ANSWERS,
  },
];
