import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { environmentSchema } from '../../src/config/environment.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Variable {
  readonly default?: string;
  readonly description: string;
}

const variables = z.toJSONSchema(environmentSchema, { io: 'input', unrepresentable: 'any' })
  .properties as Record<string, Variable>;
const names = Object.keys(variables);

/** The cells of the rows of tables that start with a name in backticks. */
function rowsOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

describe('docs/configuration.md', () => {
  const rows = new Map(
    rowsOf(read('docs/configuration.md')).map(([name, ...cells]) => [name?.replaceAll('`', ''), cells]),
  );

  it.each(names)('has %s with its default and its meaning', (name) => {
    const variable = variables[name];
    const shown = variable?.default === undefined ? 'none' : `\`${variable.default}\``;
    expect(rows.get(name)).toEqual([shown, variable?.description]);
  });
});

describe('README.md', () => {
  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const file of [
      'README.md',
      'CONTRIBUTING.md',
      'docs/architecture.md',
      'docs/operations.md',
      'docs/configuration.md',
      'docs/performance.md',
      'bench/README.md',
      'CHANGELOG.md',
      '.github/pull_request_template.md',
    ]) {
      const named = [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
      expect(named.filter((name) => !(name in scripts))).toEqual([]);
    }
    expect(Object.keys(scripts).filter((name) => !read('README.md').includes(name))).toEqual([]);
  });

  it('has at most 150 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('.env.example', () => {
  it('has every variable, in order, with its default', () => {
    const lines = read('.env.example').match(/^(# )?[A-Z][A-Z_]+=.*$/gm) ?? [];
    const expected = names.map((name) => {
      const preset = variables[name]?.default;
      return preset === undefined ? `# ${name}=` : `${name}=${preset}`;
    });
    expect(lines).toEqual(expected);
  });
});

describe('links', () => {
  const files = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'docs/architecture.md',
    'docs/policies.md',
    'docs/protocol.md',
    'docs/operations.md',
    'docs/configuration.md',
    'docs/mysql.md',
    'docs/performance.md',
    'docs/proxies.md',
    'bench/README.md',
  ];
  const adrs = readdirSync(join(ROOT, 'docs/adr')).map((name) => `docs/adr/${name}`);

  /** The anchors of a document's headings, as GitHub makes them. */
  const anchorsOf = (path: string): string[] =>
    [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );

  it.each([...files, ...adrs])('of %s lead to files and headings that exist', (file) => {
    const targets = [...read(file).matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '');
    const broken = targets.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [name = '', anchor] = target.split('#');
      const path = name === '' ? file : join(dirname(file), name);
      return !existsSync(join(ROOT, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});

describe('docs, README.md and CONTRIBUTING.md', () => {
  const files = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  /** What CONTRIBUTING.md shows as an example of a room that somebody may add. */
  const EXAMPLES = ['cashback/cashback.module.js'];
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`src/${name}`))
    .join('\n');

  it.each(files)('%s names files of the repository or below src/', (file) => {
    const named = [...read(file).matchAll(/(?<![\w./:@-])[a-z][\w-]*(?:\/[\w.-]+)*\/[\w.-]+\.(?:ts|js)\b/g)];
    const missing = named
      .map(([path]) => path)
      .filter((path) => !EXAMPLES.includes(path))
      .filter((path) => {
        const source = path.replace(/^dist\//, '').replace(/\.js$/, '.ts');
        return ![path, source, `src/${source}`].some((place) => existsSync(join(ROOT, place)));
      });
    expect(missing).toEqual([]);
  });

  it.each(files)('%s names decorators that src/ has', (file) => {
    const named = [...read(file).matchAll(/(?<=^|[\s`(])@([A-Z]\w+)/gm)].map(([, name = '']) => name);
    expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
  });
});

describe('the forms of the repository', () => {
  const issues = readdirSync(join(ROOT, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml');

  it.each(['pull_request_template.md', ...issues.map((name) => `ISSUE_TEMPLATE/${name}`)])(
    "%s asks for no secret, no token and no player's data",
    (form) => {
      expect(read(`.github/${form}`)).toContain("Never paste a secret, a token or a player's data");
    },
  );

  it('ask a fault for what it takes to see it again', () => {
    const ids = [...read('.github/ISSUE_TEMPLATE/bug.yml').matchAll(/^ {4}id: (.+)$/gm)].map(([, id]) => id);
    expect(ids).toEqual(expect.arrayContaining(['reproduce', 'version', 'database', 'request-id', 'log']));
  });
});

describe('Dockerfile and compose.yaml', () => {
  it('copy and start only what the repository or its build has', () => {
    const sources = [...read('Dockerfile').matchAll(/^COPY (?!--from)(?:--\S+ )*(.+) \S+$/gm)].flatMap(
      ([, list]) => (list ?? '').split(' '),
    );
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const started = /^CMD \[.*"dist\/(.+)\.js"\]$/m.exec(read('Dockerfile'))?.[1];
    expect(started && existsSync(join(ROOT, `${started}.ts`))).toBe(true);
  });

  it('name every variable that the server reads, and no other', () => {
    const set = [...read('compose.yaml').matchAll(/^ {6}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
    const ours = set.filter((name) => !name.startsWith('MYSQL_'));
    expect(ours.sort()).toEqual([...names].sort());
  });

  it('pass each on under its own name', () => {
    const passed = [...read('compose.yaml').matchAll(/^ {6}([A-Z][A-Z_]+): '\$\{([A-Z_]+):/gm)];
    expect(passed.length).toBeGreaterThan(10);
    expect(passed.filter(([, name, variable]) => name !== variable)).toEqual([]);
  });
});
