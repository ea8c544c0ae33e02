import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { TemporaryFolder } from '../support/temporary-folder.js';

const ROOT = join(import.meta.dirname, '../..');

/** What a package may hold: each kind of file that it takes to run the server, and nothing else. */
const EXPECTED = [
  /^package\.json$/,
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^\.env\.example$/,
  /^docs\/(adr\/)?[\w-]+\.(md|png|svg)$/,
  /^dist\/(src\/[\w./-]+|ormconfig)\.js(\.map)?$/,
];
const isExpected = (path: string): boolean =>
  EXPECTED.some((pattern) => pattern.test(path)) && !path.includes('.spec.');

/** The files that `npm pack` would take from a folder, as it stands: nothing is built. */
function packedFrom(folder: string): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_UPDATE_NOTIFIER: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = Object.values(JSON.parse(output) as Record<string, { files: { path: string }[] }>);
  return (packed?.files ?? []).map(({ path }) => path).sort();
}

describe('npm pack', () => {
  const folder = new TemporaryFolder('gpas-oas-pack-');
  afterAll(() => folder.remove());

  it('takes only what it takes to run the server', () => {
    const packed = packedFrom(ROOT);
    expect(packed.filter((path) => !isExpected(path))).toEqual([]);
    expect(packed).toEqual(
      expect.arrayContaining([
        '.env.example',
        'CHANGELOG.md',
        'README.md',
        'SECURITY.md',
        'docs/configuration.md',
        'docs/operations.md',
        'docs/protocol.md',
        'docs/swagger-ui.png',
        'package.json',
      ]),
    );
  });

  it('takes of a build the server and its commands, of a working folder nothing', () => {
    const runs = [
      'dist/ormconfig.js',
      'dist/ormconfig.js.map',
      'dist/src/cli.js',
      'dist/src/commands/verify-ledger.js',
      'dist/src/main.js',
      'dist/src/main.js.map',
    ];
    const strays = [
      '.ci/run',
      '.env',
      '.env.production',
      '.github/pull_request_template.md',
      '.vscode/settings.json',
      'Dockerfile',
      'bench/run.ts',
      'coverage/lcov.info',
      'data/oas.sqlite',
      'dist/.tsbuildinfo',
      'dist/bench/run.js',
      'dist/openapi.json',
      'node_modules/express/index.js',
      'npm-debug.log',
      'src/main.ts',
      'test/contract/package.spec.ts',
    ];
    cpSync(join(ROOT, 'package.json'), join(folder.path, 'package.json'));
    for (const path of [...runs, ...strays]) {
      mkdirSync(dirname(join(folder.path, path)), { recursive: true });
      writeFileSync(join(folder.path, path), '');
    }
    expect(packedFrom(folder.path)).toEqual([...runs, 'package.json']);
  });

  it('is preceded by a build into an empty folder', () => {
    const { scripts, private: isPrivate } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
      private: boolean;
    };
    expect(scripts['prepack']).toMatch(/rmSync\('dist'.+ && npm run --silent build$/);
    expect(isPrivate).toBe(true);
  });
});
