import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import tseslint from 'typescript-eslint';
import { Linter } from 'eslint';
import { rooms } from '../../eslint.rooms.js';
import { ENTRIES, ROOMS } from '../../rooms.config.js';

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

/** The files below `src/`. */
function sourceFiles(): string[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts'));
}

/** The sources of a room, with those of the rooms inside. */
function sourcesOf(room: string): string[] {
  return sourceFiles().filter(
    (file) => file === `${room}.ts` || (file.startsWith(`${room}/`) && file.endsWith('.ts')),
  );
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
  });
});

describe('the lint of the rooms refuses', () => {
  it('a file in a folder that the list does not have', () => {
    expect(refused('src/bonuses/bonus.ts', 'export const a = 1;')).toMatch(
      /in no room: add its folder to ROOMS/,
    );
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

  it.each(['@nestjs/common', 'express', 'class-validator', 'node:http'])('%s in the ledger', (name) => {
    expect(refused('src/movements/ledger/some.ts', `import { a } from '${name}';`)).toMatch(/must not know/);
  });

  it('an import of an entry point, or of what is not below src/', () => {
    expect(refused('src/demo/some.ts', "import '../app.module.js';")).toMatch(/Only entry points/);
    expect(refused('src/demo/some.ts', "import '../commands/run-command.js';")).toMatch(/Only entry points/);
    expect(refused('src/demo/some.ts', "import '../../test/support/gpas.js';")).toMatch(/outside of src/);
  });

  it('an import whose file cannot be read from the text', () => {
    expect(refused('src/wallets/some.ts', 'await import(name);')).toMatch(/in a literal/);
  });
});

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

  it('has every folder of src/, and none that is not there', () => {
    const folders = new Set(sourceFiles().flatMap((file) => /^[^/]+(?=\/)/.exec(file) ?? []));
    expect([...folders].filter((folder) => !names.includes(folder) && !ENTRIES.includes(folder))).toEqual([]);
    const isThere = (place: string) =>
      existsSync(join(ROOT, 'src', place)) || existsSync(join(ROOT, 'src', `${place}.ts`));
    expect(names.filter((name) => !isThere(name))).toEqual([]);
  });

  it('lets no room know another that it does not use', () => {
    const importsOf = (room: string) =>
      sourcesOf(room).flatMap((file) =>
        [...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(
          ([, path = '']) => join(dirname(file), path),
        ),
      );
    for (const { room, knows } of ROOMS) {
      const imports = importsOf(room);
      const unused = knows.filter(
        (name) => !imports.some((path) => path.replace('.js', '').startsWith(name)),
      );
      expect({ room, unused }).toEqual({ room, unused: [] });
    }
  });

  it('shows only files that are there', () => {
    for (const { room, shows } of ROOMS) {
      const folder = existsSync(join(ROOT, 'src', room)) ? room : room.slice(0, room.lastIndexOf('/'));
      const missing = shows.filter((door) => !existsSync(join(ROOT, 'src', folder, `${door}.ts`)));
      expect({ room, missing }).toEqual({ room, missing: [] });
    }
  });

  it('is the one of docs/architecture.md', () => {
    const rows = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .filter(({ length }, index, lines) => length === 6 && names.includes(lines[index]?.[1] ?? ''))
      .map(([, room, , knows, shows]) => ({ room, knows, shows }));
    const list = (items: readonly string[]) => items.join(', ');
    expect(rows).toEqual(
      ROOMS.map(({ room, knows, shows }) => ({ room, knows: list(knows), shows: list(shows) })),
    );
  });

  it('has at most twelve files beside each other in a folder, tests aside', () => {
    const perFolder = new Map<string, number>();
    for (const file of sourceFiles().filter((name) => !/\.(spec|e2e)\.ts$/.test(name))) {
      perFolder.set(dirname(file), (perFolder.get(dirname(file)) ?? 0) + 1);
    }
    expect([...perFolder].filter(([, files]) => files > 12)).toEqual([]);
  });
});
