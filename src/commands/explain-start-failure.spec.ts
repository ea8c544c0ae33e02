import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { explainStartFailure } from './explain-start-failure.js';

/** What Node throws there, as an Error of the realm that tests run in. */
async function failureOf(host: string, port: number): Promise<Error> {
  const [error] = (await once(net.createServer().listen(port, host), 'error')) as [Error];
  return Object.assign(new Error(error.message), error);
}

/** As Node makes the errors of a system call that a test cannot rely on failing. */
const systemError = (code: string, syscall: string, details: object = {}): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall, ...details });

const LISTEN = /^The server cannot listen on HOST and PORT \(.+\)\. HOST must be .+ PORT one/;

describe('a place that cannot be listened on', () => {
  it('is named by HOST and PORT: an address of another machine', async () => {
    const text = explainStartFailure(await failureOf('192.0.2.1', 3000));
    expect(text).toMatch(LISTEN);
    expect(text).toContain('EADDRNOTAVAIL');
    expect(text).toContain('192.0.2.1:3000');
  });

  it.each([
    ['a port of the system', systemError('EACCES', 'listen')],
    ['a kind of address that this machine lacks', systemError('EAFNOSUPPORT', 'listen')],
    ['a name that nobody knows', systemError('ENOTFOUND', 'getaddrinfo', { hostname: 'casino.invalid' })],
    [
      'a name that nobody can look up',
      systemError('EAI_AGAIN', 'getaddrinfo', { hostname: 'casino.invalid' }),
    ],
  ])('is named by HOST and PORT: %s', (_, error) => {
    expect(explainStartFailure(error, 'casino.invalid')).toMatch(LISTEN);
  });

  it('that is taken asks for another PORT', async () => {
    const first = net.createServer();
    await once(first.listen(0, '127.0.0.1'), 'listening');
    const error = await failureOf('127.0.0.1', (first.address() as net.AddressInfo).port);
    first.close();
    expect(explainStartFailure(error)).toMatch(
      /^Another process listens there already .+ Set another PORT\.$/,
    );
  });
});

describe("a name that is the database's", () => {
  it.each([undefined, '127.0.0.1'])('is looked for in DATABASE_URL (HOST: %s)', (host) => {
    const error = systemError('ENOTFOUND', 'getaddrinfo', { hostname: 'db.invalid' });
    expect(explainStartFailure(error, host)).toContain('The database of DATABASE_URL cannot be reached');
  });
});

describe('a SQLite file that cannot be used', () => {
  const sqliteError = (code: string): Error => Object.assign(new Error('as SQLite says it'), { code });

  it.each([
    ['SQLITE_READONLY_DIRECTORY', 'must be allowed to write to the file and to its folder'],
    ['SQLITE_FULL', 'There is no room on its disk'],
    ['SQLITE_NOTADB', 'must name a SQLite database'],
    ['SQLITE_CORRUPT', 'It is damaged'],
    ['SQLITE_CANTOPEN', 'must name a file'],
    ['SQLITE_BUSY', 'Another program works on it'],
    ['SQLITE_IOERR_SHMMAP', 'lacks what SQLite needs: locks and shared memory'],
  ])('is told with its mend: %s', (code, mend) => {
    const text = explainStartFailure(sqliteError(code));
    expect(text).toContain('The SQLite file of DATABASE_URL cannot be used: as SQLite says it. ');
    expect(text).toContain(mend);
  });

  it('is not what a fault of ours is called', () => {
    expect(explainStartFailure(sqliteError('SQLITE_CONSTRAINT_CHECK'))).not.toContain('cannot be used');
    expect(explainStartFailure(systemError('EACCES', 'open'))).not.toContain('SQLite');
  });
});
