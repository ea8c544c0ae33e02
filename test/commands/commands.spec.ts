import { describe, expect, it } from '@jest/globals';
import { command, COMMAND_NAMES } from '../support/command.js';

/* What every command does alike: the same on every engine, so it is shown once. */

describe.each(COMMAND_NAMES)('%s', (name) => {
  it('explains itself, and asks for no configuration for that', async () => {
    const env = { DATABASE_URL: 'nonsense' };
    for (const help of ['--help', '-h']) {
      expect(await command(name, { parameters: [help], env })).toEqual({
        code: 0,
        output: expect.stringMatching(/^Usage: .+\n\n[^]+\n\nExit codes: 0 .*2 .*\.\n$/),
      });
    }
  });

  it.each([['--al'], ['--help=yes'], ['extra'], ['--help', '--al']])(
    'does nothing where it does not know what is asked: %j',
    async (...parameters) => {
      const { code, output } = await command(name, { parameters, env: { DATABASE_URL: 'nonsense' } });
      expect(code).toBe(2);
      expect(output).toMatch(/^(Unknown option|Unexpected argument|Option '-h, --help').*\n\nUsage: /);
    },
  );
});

describe('a command that fails', () => {
  const asked: Readonly<Record<string, readonly string[]>> = {
    reconcile: ['--file', import.meta.filename.replace(/ts$/, 'csv'), '--date', '2026-02-05'],
    'games-import': ['--file', 'nowhere.csv'],
    'write-openapi': ['--file', '/nowhere/openapi.json'],
  };

  it.each(COMMAND_NAMES)('ends with 2 and with words that are no stack: %s', async (name) => {
    const env = { DATABASE_URL: `sqlite:${import.meta.filename}/oas.sqlite` };
    const { code, output } = await command(name, { parameters: asked[name] ?? [], env });
    expect(code).toBe(2);
    expect(output).toMatch(/^\S.+\n$/);
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.each(COMMAND_NAMES.filter((name) => !(name in asked)))(
    'names every mistake of its configuration: %s',
    async (name) => {
      const env = { DATABASE_URL: 'nonsense', PORT: 'http' };
      const { code, output } = await command(name, { env });
      expect(code).toBe(2);
      expect(output).toMatch(
        /could not be \w+: The configuration cannot be used:\n {2}- PORT .*\n {2}- DATABASE_URL /,
      );
    },
  );
});

describe('a command that reads a database', () => {
  it.each(['migrate', 'verify-ledger', 'encrypt-secrets'])('tells of a misspelt name: %s', async (name) => {
    const { output } = await command(name, { env: { DATABASE_URL: 'sqlite::memory:', SECRETS_KEYS: 'x' } });
    expect(output).toMatch(/^SECRETS_KEYS is not read by this server: is SECRETS_KEY meant\?$/m);
  });
});

describe('the name of a command', () => {
  it('is listed with all others where there is none, or one that nobody knows', async () => {
    const { code, output } = await command('--help');
    expect(code).toBe(0);
    for (const name of COMMAND_NAMES) expect(output).toContain(`\n  ${name} `);
    expect(await command('toString')).toEqual({
      code: 2,
      output: `There is no command 'toString'.\n\n${output}`,
    });
  });
});
