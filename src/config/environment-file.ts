import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError } from './environment.js';

const FILE = '.env';

/**
 * Reads `.env` of the current folder, if there is one, for whatever the environment does not set itself.
 * @throws ConfigurationError naming every line that cannot be read
 */
export function readEnvironmentFile(): void {
  const bytes = contentOf(FILE);
  if (bytes === undefined) return;
  for (const [name, value] of parseEnvironmentFile(bytes)) process.env[name] ??= value;
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigurationError([
      code === 'EISDIR' ? `${FILE} is a folder, not a file` : `${FILE} cannot be read (${code})`,
    ]);
  }
}

/** A line without an entry: an empty one, or a comment. */
const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;

/**
 * `NAME=value`, as shells and Docker write it too. A `#` begins a comment behind white space only: without it one reader
 * takes it for a part of the value, the other cuts it off, so that it is not taken at all.
 */
const ENTRY =
  /[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?<value>"[^"]*"|'[^']*'|`[^`]*`|[^\s"'`#](?:[^\n#]*[^\s#])??)?(?:[ \t]+#[^\n]*|[ \t]*)(?:\n|$)/y;

/**
 * @param bytes of a file in UTF-8, with or without a byte order mark, with any line ends
 * @returns the value of each name
 * @throws ConfigurationError naming every line that is no entry, or the second of its name; no value is shown
 */
export function parseEnvironmentFile(bytes: Buffer): ReadonlyMap<string, string> {
  const text = textOf(bytes);
  const values = new Map<string, string>();
  const lines = new Map<string, number>();
  const problems: string[] = [];
  for (let at = 0, line = 1; at < text.length;) {
    const [nothing] = matchAt(NOTHING, text, at) ?? [];
    const entry = nothing === undefined ? matchAt(ENTRY, text, at) : null;
    const part = nothing ?? entry?.[0] ?? restOfLine(text, at);
    if (entry) {
      const { name = '', value = '' } = entry.groups ?? {};
      const first = lines.get(name);
      if (first === undefined) lines.set(name, line);
      else problems.push(`${name} stands twice in ${FILE}, in lines ${first} and ${line}: remove one`);
      values.set(name, parseEnv(`VALUE=${value}`)['VALUE'] ?? '');
    } else if (nothing === undefined) {
      problems.push(
        `line ${line} of ${FILE} cannot be read: write NAME=value, and in quotes what has a # or quotes in it`,
      );
    }
    line += part.split('\n').length - 1;
    at += part.length;
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values;
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes) || bytes.includes(0))
    throw new ConfigurationError([`${FILE} is not UTF-8: save it as that`]);
  return new TextDecoder().decode(bytes).replaceAll(/\r\n?/g, '\n');
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function restOfLine(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end === -1 ? undefined : end + 1);
}
