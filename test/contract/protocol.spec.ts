import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../src/auth/signature.js';
import { ERROR_CATALOGUE } from '../../src/errors/catalogue.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const PROTOCOL = read('docs/protocol.md');
const POLICIES = read('docs/policies.md');

/** Files whose comments and sentences may name a section; `§` stands for nothing else in them. */
const FILES = [
  ...['src', 'test', 'bench', 'examples', 'docs'].flatMap(filesBelow),
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'ormconfig.ts', '.env.example'],
];

function filesBelow(folder: string): string[] {
  const names = readdirSync(ROOT, { withFileTypes: true }).map(({ name }) => name);
  if (!names.includes(folder)) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs|md)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** A file's text without the line breaks of its comments, so that what is wrapped is found. */
const unwrapped = (path: string): string => read(path).replace(/\n\s*(\*|\/\/)?\s*/g, ' ');

/** What each file says behind a `§`. */
function mentions(pattern: RegExp): { file: string; named: string }[] {
  return FILES.flatMap((file) =>
    [...unwrapped(file).matchAll(pattern)].map(([, named = '']) => ({ file, named })),
  );
}

/** The text under one heading, up to the next of its rank or above. */
function sectionOf(markdown: string, heading: string): string {
  const rank = /^#+/.exec(heading)?.[0].length ?? 0;
  const [, rest = ''] = markdown.split(`\n${heading}\n`);
  return rest.split(new RegExp(`^#{1,${rank}} `, 'm'))[0] ?? '';
}

/** The rows of a text's tables as their cells, head rows among them. */
function rowsOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| -'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

describe('what comments say of the protocol', () => {
  const numbers = [...PROTOCOL.matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map(([, number]) => number ?? '');

  it('names sections of docs/protocol.md', () => {
    const named = mentions(/§(\d+(?:\.\d+)*)/g);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ named: number }) => !numbers.includes(number))).toEqual([]);
  });

  it('never names a section without its number', () => {
    expect(mentions(/(protocol \(?§(?!\d).{0,20})/g)).toEqual([]);
  });

  it('names policies that docs/policies.md has', () => {
    const questions = rowsOf(POLICIES).flatMap(([question = '']) => [question, ...question.split('; ')]);
    const headings = [...POLICIES.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');
    const known = [...questions, ...headings];
    const named = mentions(/§5, "([^"(]+)"/g);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(({ named: name }) => !known.includes(name))).toEqual([]);
  });

  it('names settings that docs/policies.md has', () => {
    const named = mentions(/§5, `?([A-Z]+_[A-Z_]+)/g);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ named: setting }) => !POLICIES.includes(`\`${setting}=`))).toEqual([]);
  });
});

describe('docs/protocol.md', () => {
  it('numbers its sections without a gap', () => {
    const headings = [...PROTOCOL.matchAll(/^(#{2,}) (.+)$/gm)].map(([, marks = '', text = '']) => ({
      isTop: marks.length === 2,
      text,
    }));
    let top = 0;
    let sub = 0;
    for (const { isTop, text } of headings) {
      top += isTop ? 1 : 0;
      sub = isTop ? 0 : sub + 1;
      expect(text).toMatch(isTop ? new RegExp(`^${top}\\. `) : new RegExp(`^${top}\\.${sub} `));
    }
  });

  it('prints signatures that src/auth/signature.ts makes of their texts', () => {
    const section = sectionOf(PROTOCOL, '### 2.2 Test vectors');
    const secret = /secret `([^`]+)`/.exec(section)?.[1] ?? '';
    const vectors = [...section.matchAll(/^```text\n(.+)\n(.+)\n```$/gm)].map(([, text, signature]) => ({
      text,
      signature,
    }));
    expect(vectors.map(({ text = '' }) => text.slice(0, 12))).toEqual([
      'walletId=2sd',
      'id=3fa85f64-',
      'walletSessio',
      '{"externalRe',
      '{"externalRe',
    ]);
    expect(
      vectors.map(({ text = '' }) => ({ text, signature: signatureOf(Buffer.from(text), secret) })),
    ).toEqual(vectors);
  });

  it('signs the query of each call that it prints', () => {
    const secret = /secret `([^`]+)`/.exec(PROTOCOL)?.[1] ?? '';
    const signed = [...PROTOCOL.matchAll(/^\w+ \/\S+\?(\S+)\n(?:.+\n)*x-signature: ([0-9A-F]+)$/gm)];
    expect(signed.length).toBeGreaterThan(0);
    for (const [, query = '', signature] of signed) expect(signatureOf(query, secret)).toBe(signature);
  });

  it('has every error of the catalogue, and no other', () => {
    const errorsOf = (heading: string): string[] =>
      rowsOf(sectionOf(PROTOCOL, heading))
        .slice(1)
        .map(([status, code, type, message]) => [status, code, type, message].join(' ').replaceAll('`', ''));
    const catalogued = Object.values(ERROR_CATALOGUE).map(({ status, code, type, message }) => ({
      isOwn: code === 1010,
      row: [status, code, type, message].join(' '),
    }));
    const rows = (own: boolean): string[] =>
      catalogued.filter(({ isOwn }) => isOwn === own).map(({ row }) => row);
    expect(errorsOf("### 3.1 GPAS's codes").sort()).toEqual(rows(false).sort());
    expect(errorsOf("### 3.2 The operator's codes").sort()).toEqual(rows(true).sort());
  });

  it('prints JSON that is JSON', () => {
    const samples = [...PROTOCOL.matchAll(/^```json\n([^]*?)\n```$/gm)].map(([, sample]) => sample ?? '');
    expect(samples.length).toBeGreaterThan(5);
    for (const sample of samples) expect(() => JSON.parse(sample) as unknown).not.toThrow();
  });
});
