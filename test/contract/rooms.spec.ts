import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import tseslint from 'typescript-eslint';
import { Linter } from 'eslint';
import { isEntry, roomOf, rooms } from '../../eslint.rooms.js';
import { ROOMS } from '../../rooms.config.js';

const ROOT = join(import.meta.dirname, '../..');
const linter = new Linter({ cwd: ROOT });

/** What the lint says of a file with this text. */
function refusalsOf(file: string, text: string): string[] {
  const messages = linter.verify(
    text,
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { rooms },
      rules: { 'rooms/doors': 'error' },
    },
    join(ROOT, file),
  );
  return messages.map(({ message }) => message);
}

const refused = (file: string, text: string) => {
  const refusals = refusalsOf(file, text);
  expect(refusals).toHaveLength(1);
  return refusals[0];
};

/** The files below a folder, from there. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(join(ROOT, folder), join(parentPath, name)));
}

/** The files below `src/`, each with its room; entry points have none. */
const sources = filesBelow('src').map((file) => ({
  file,
  text: readFileSync(join(ROOT, 'src', file), 'utf8'),
  room: isEntry(pathOf(file)) ? undefined : roomOf(pathOf(file))?.room,
}));

function pathOf(file: string): string {
  return `src/${file.replace(/\.[jt]s$/, '')}`;
}

describe('the lint of the rooms lets pass', () => {
  it.each([
    ['an import of a neighbour in the same room', "import { a } from './wallet.entity.js';"],
    ['a module, a service, a type of a room that it knows', "import '../database/database.module.js';"],
    ['what a room shows beside those', "import { GpasError } from '../errors/gpas-error.js';"],
    ['a package', "import { Injectable } from '@nestjs/common';"],
  ])('%s', (_what, text) => {
    expect(refusalsOf('src/wallets/some.ts', text)).toEqual([]);
  });

  it('an entry point that composes rooms, and a test beside a source that knows test/', () => {
    expect(refusalsOf('src/main.ts', "import './movements/movements.module.js';")).toEqual([]);
    expect(refusalsOf('src/wallets/some.spec.ts', "import '../../test/support/gpas.js';")).toEqual([]);
    expect(refusalsOf('src/wallets/some.spec.ts', "import { it } from '@jest/globals';")).toEqual([]);
  });

  it('a file in a folder that its room lists, and one below examples/', () => {
    for (const file of ['wallets/dto/some', 'database/connection/some', 'movements/ledger/rules/some']) {
      expect(refusalsOf(`src/${file}.ts`, '')).toEqual([]);
    }
    expect(refusalsOf('examples/bonus/dto/some.ts', "import './other.js';")).toEqual([]);
  });

  it('what movements says that others may know of its ledger', () => {
    const text = "export { MOVEMENT_KINDS } from './ledger/ledger.types.js';";
    expect(refusalsOf('src/movements/movement.types.ts', text)).toEqual([]);
    expect(refused('src/movements/movements.service.ts', text)).toMatch(/must not pass on/);
  });
});

describe('the lint of the rooms refuses', () => {
  it('a file in a folder that the list does not have', () => {
    expect(refused('src/bonuses/bonus.ts', 'export const a = 1;')).toMatch(
      /in no room: add its folder to ROOMS/,
    );
  });

  it.each([
    'src/back-office/bonuses/bonus.ts',
    'src/movements/bonuses/bonus.ts',
    'src/movements/rules/bonus.ts',
    'src/wallets/dto/deep/bonus.ts',
    'src/demo/values/bonus.ts',
    'src/main/bonus.ts',
    'src/commands/bonuses/bonus.ts',
    'src/examples/bonus.ts',
  ])('a file in a folder that its room does not list: %s', (file) => {
    expect(refused(file, 'export const a = 1;')).toMatch(/in no room: add its folder to ROOMS/);
  });

  it('an import from a folder that the list does not have', () => {
    expect(refused('src/wallets/some.ts', "import '../bonuses/bonus.service.js';")).toMatch(
      /bonuses.* in no room/,
    );
  });

  it('an import of a room that it must not know', () => {
    expect(refused('src/wallets/some.ts', "import '../movements/movements.module.js';")).toMatch(
      /wallets must not know movements/,
    );
  });

  it.each([
    ['a dynamic import', "const a = await import('../movements/movements.module.js');"],
    ['an export from', "export { a } from '../movements/movements.module.js';"],
    ['an export of everything', "export * from '../movements/movements.module.js';"],
    ['an import of a type', "import type { A } from '../movements/movement.types.js';"],
    ['an inline import of a type', "type A = import('../movements/movement.types.js').A;"],
    ['an import for its effects', "import '../movements/movements.module.js';"],
    ['an import by require', "import a = require('../movements/movements.module.js');"],
    ['a call of require', "const a = require('../movements/movements.module.js');"],
  ])('%s of one, as well', (_what, text) => {
    expect(refused('src/wallets/some.ts', text)).toMatch(/wallets must not know movements/);
  });

  it.each([
    ['an entity', "import { WalletEntity } from '../wallets/wallet.entity.js';", 'wallet.entity'],
    ['a controller', "import { A } from '../auth/signature.guard.js';", 'signature.guard'],
    ['an entity, dynamically', "await import('../wallets/wallet.entity.js');", 'wallet.entity'],
    ['a migration', "import { migrations } from '../database/migrations/index.js';", 'migrations/index'],
  ])("another room's inside: %s", (_what, text, inside) => {
    expect(refused('src/sessions/some.ts', text)).toContain(`${inside} is inside of `);
  });

  it('the ledger from anywhere but movements', () => {
    const text = (path: string) => `import { decide } from '${path}movements/ledger/decide.js';`;
    expect(refused('src/back-office/movements/some.ts', text('../../'))).toMatch(
      /must not know movements\/ledger/,
    );
    expect(refusalsOf('src/movements/some.ts', "import { decide } from './ledger/decide.js';")).toEqual([]);
  });

  it.each([
    '@nestjs/common',
    'express',
    'class-validator',
    'node:http',
    'http',
    'https',
    'node:http2',
    'net',
    'node:tls',
    'undici',
  ])('%s in the ledger', (name) => {
    expect(refused('src/movements/ledger/some.ts', `import { a } from '${name}';`)).toMatch(/must not know/);
  });

  it('an import of an entry point, or of what is not below src/', () => {
    expect(refused('src/demo/some.ts', "import '../app.module.js';")).toMatch(/Only entry points/);
    expect(refused('src/demo/some.ts', "import '../commands/run-command.js';")).toMatch(/Only entry points/);
    expect(refused('src/demo/some.ts', "import '../../test/support/gpas.js';")).toMatch(/outside of src/);
    expect(refused('src/main.ts', "import '../examples/jackpot/jackpot.module.js';")).toMatch(/An example/);
  });

  it.each([
    'dist/src/wallets/wallet.entity.js',
    'bench/run.js',
    'ormconfig.js',
    'eslint.rooms.js',
    'testing/some.js',
  ])('a test that knows %s', (file) => {
    expect(refused('src/sessions/some.spec.ts', `import '../../${file}';`)).toMatch(/outside of src/);
  });

  it.each([
    'src/wallets/some.ts',
    'src/wallets/some.spec.ts',
    'src/main.ts',
    'test/some.ts',
    'bench/some.ts',
  ])('an import of a test by %s', (file) => {
    const text = (kind: string) =>
      `import '${relative(dirname(file), `src/wallets/money.${kind}.js`).replace(/^(?!\.)/, './')}';`;
    expect(refused(file, text('spec'))).toMatch(/nobody imports one/);
    expect(refused(file, text('e2e'))).toMatch(/nobody imports one/);
  });

  it.each([
    ['an export from', "export { GpasError } from '../errors/gpas-error.js';"],
    ['an export of a type', "export type { GpasError } from '../errors/gpas-error.js';"],
    ['an export of everything', "export * from '../errors/gpas-error.js';"],
    [
      'an export of an import',
      "import { GpasError } from '../errors/gpas-error.js'; export { GpasError as A };",
    ],
    [
      'a default export of one',
      "import { GpasError } from '../errors/gpas-error.js'; export default GpasError;",
    ],
  ])("a file that passes on what is another room's: %s", (_what, text) => {
    expect(refused('src/wallets/some.ts', text)).toMatch(/wallets must not pass on what is errors's/);
  });

  it.each(['wallet.types', 'wallets.service', 'wallets.module', 'money'])(
    "a door that passes on its room's inside: %s",
    (door) => {
      const text = "export { WalletEntity } from './wallet.entity.js';";
      expect(refused(`src/wallets/${door}.ts`, text)).toMatch(/must not show wallet\.entity/);
      expect(refusalsOf('src/wallets/some.ts', text)).toEqual([]);
    },
  );

  it.each([
    'left-pad',
    'jest',
    '#wallets',
    '/srv/gpas/wallet.entity.js',
    'file:///srv/gpas/wallet.entity.js',
    'data:text/javascript,1',
    'gpas-oas/dist/src/wallets/wallet.entity.js',
  ])("a package that is neither Node's nor a dependency: %s", (name) => {
    expect(refused('src/wallets/some.ts', `await import('${name}');`)).toMatch(/is neither/);
  });

  it.each(['./money.js?a', './money.js#a', './%2e%2e/errors/x.js', '..\\\\errors\\\\x.js'])(
    'a path that is not plain: %s',
    (path) => {
      expect(refused('src/wallets/some.ts', `await import('${path}');`)).toMatch(/a plain path/);
    },
  );

  it.each([
    ['createRequire', "import { createRequire } from 'node:module';"],
    ['createRequire without node:', "import { createRequire } from 'module';"],
    ['module.require', "module.require('../movements/movements.module.js');"],
    ['process.getBuiltinModule', "process.getBuiltinModule('module');"],
  ])('another way to load a file: %s', (_what, text) => {
    expect(refused('src/wallets/some.ts', text)).toMatch(/An import says where it leads/);
  });

  it('an import whose file cannot be read from the text', () => {
    expect(refused('src/wallets/some.ts', 'await import(name);')).toMatch(/in a literal/);
  });
});

describe('the lint of the rooms', () => {
  it.each(['src', 'examples'])('sees every file below %s/: each ends in .ts', (folder) => {
    expect(filesBelow(folder).filter((file) => !/(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('is switched off nowhere', () => {
    const silent = /eslint-disable(-next-line|-line)?\s*(--|\*\/|$)|eslint[^\n]*\brooms\//m;
    const files = ['src', 'examples', 'test', 'bench'].flatMap((folder) =>
      filesBelow(folder).map((file) => join(folder, file)),
    );
    const others = files.filter((file) => file.endsWith('.ts') && file !== 'test/contract/rooms.spec.ts');
    expect(others.filter((file) => silent.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });
});

type Pair = readonly [from: string, to: string];

const pairsOf = (froms: readonly string[], tos: readonly string[]): Pair[] =>
  froms.flatMap((from) => tos.map((to) => [from, to] as const));

/** Whatever is known along arrows, in the order of the alphabet. */
function reachedFrom(room: string, pairs: readonly Pair[]): string[] {
  const reached = new Set([room]);
  for (const known of reached) {
    for (const [from, to] of pairs) if (from === known) reached.add(to);
  }
  return [...reached].filter((name) => name !== room).sort();
}

describe('the list of the rooms', () => {
  const names = ROOMS.map(({ room }) => room);

  it('is told from the ground up: a room knows only rooms before it', () => {
    for (const { room, knows } of ROOMS) {
      const before = names.slice(0, names.indexOf(room));
      expect({ room, unknown: knows.filter((name) => !before.includes(name)) }).toEqual({
        room,
        unknown: [],
      });
    }
  });

  it('names folders and files that are there', () => {
    const missing = ROOMS.flatMap(({ room, isFile, folders = [] }) =>
      [isFile ? `${room}.ts` : room, ...folders.map((folder) => `${room}/${folder}`)].filter(
        (place) => !existsSync(join(ROOT, 'src', place)),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('lets no room know another that it does not use', () => {
    const used = new Map(names.map((name) => [name, new Set<string>()]));
    for (const { file, text, room } of sources) {
      for (const [, path = ''] of text.matchAll(/(?:from |import |import\()'(\.[^']+)'/g)) {
        const target = roomOf(pathOf(join(dirname(file), path)));
        if (room && target) used.get(room)?.add(target.room);
      }
    }
    for (const { room, knows } of ROOMS) {
      expect({ room, unused: knows.filter((name) => !used.get(room)?.has(name)) }).toEqual({
        room,
        unused: [],
      });
    }
  });

  it("says of which other rooms' tables a room's SQL reads", () => {
    const owners = new Map(
      sources.flatMap(({ text, room }) =>
        [...text.matchAll(/@Entity\('(\w+)'\)/g)].map(([, table = '']) => [table, room] as const),
      ),
    );
    expect(owners.size).toBeGreaterThan(5);
    const read = new Map(names.map((name) => [name, new Set<string>()]));
    for (const { file, text, room } of sources) {
      // Migrations are the history of every table.
      if (!room || file.startsWith('database/migrations/')) continue;
      for (const [, table = ''] of text.matchAll(/\b(?:FROM|JOIN|UPDATE|INTO)\s+[`"]?([a-z]\w*)/g)) {
        if (owners.get(table) !== room) read.get(room)?.add(table);
      }
    }
    const found = [...read].map(([room, tables]) => ({ room, reads: [...tables].sort() }));
    expect(found).toEqual(ROOMS.map(({ room, reads = [] }) => ({ room, reads })));
  });

  it('shows only files that are there', () => {
    for (const { room, isFile, shows } of ROOMS) {
      const folder = isFile ? dirname(room) : room;
      const missing = shows.filter((door) => !existsSync(join(ROOT, 'src', folder, `${door}.ts`)));
      expect({ room, missing }).toEqual({ room, missing: [] });
    }
  });

  it('is the one of docs/architecture.md', () => {
    const rows = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .filter(([, name = '']) => names.includes(name));
    const list = (items: readonly string[]) => items.join(', ');
    expect(
      rows.filter(({ length }) => length === 6).map(([, room, , knows, shows]) => ({ room, knows, shows })),
    ).toEqual(ROOMS.map(({ room, knows, shows }) => ({ room, knows: list(knows), shows: list(shows) })));
    expect(rows.filter(({ length }) => length === 4).map(([, room, reads]) => ({ room, reads }))).toEqual(
      ROOMS.flatMap(({ room, reads }) => (reads ? [{ room, reads: list(reads) }] : [])),
    );
  });

  it('follows from the picture of docs/architecture.md, and the picture from it', () => {
    const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const picture = /```mermaid\nflowchart TD\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
    const arrows = picture.split('\n').flatMap((line) => {
      const ends = line.split('-->').map((part) => part.split('&').map((name) => name.trim()));
      return ends.slice(1).flatMap((to, index) => pairsOf(ends[index] ?? [], to));
    });
    // The back office is drawn as one.
    const drawn = (room: string) => (room.startsWith('back-office/') ? 'back-office' : room);
    const known = ROOMS.flatMap(({ room, knows }) => pairsOf([drawn(room)], knows.map(drawn)));
    const drawnRooms = [...new Set(names.map(drawn))];
    const closure = (pairs: readonly Pair[]) =>
      Object.fromEntries(drawnRooms.map((room) => [room, reachedFrom(room, pairs)]));
    expect(closure(arrows)).toEqual(closure(known));
  });

  it('has at most twelve files beside each other in a folder, tests and migrations aside', () => {
    // A migration is never edited, moved or merged with another: theirs is the one folder that only grows.
    const counted = sources.filter(({ file }) => !/\.(spec|e2e)\.ts$|^database\/migrations\//.test(file));
    const perFolder = new Map<string, number>();
    for (const { file } of counted) {
      perFolder.set(dirname(file), (perFolder.get(dirname(file)) ?? 0) + 1);
    }
    expect([...perFolder].filter(([, files]) => files > 12)).toEqual([]);
  });
});
