import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandProcess, type ProcessEnded } from '../support/command.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

const ROOT = join(import.meta.dirname, '../..');

/* Each command once as a process: all else about them is shown without one, which takes a hundredth of the time. */

let folder: TemporaryFolder;
beforeAll(() => {
  folder = new TemporaryFolder('oas-processes-');
  writeFileSync(join(folder.path, '.env'), '\uFEFFDATABASE_URL="sqlite:./own.sqlite"\r\n');
  writeFileSync(join(folder.path, 'games.csv'), 'game_id,name,provider_code,enabled\nagt-54,Book,AGT,1\n');
  writeFileSync(join(folder.path, 'wrong.csv'), 'game_id,name,provider_code,enabled\nagt-54\n');
  writeFileSync(join(folder.path, 'none.csv'), 'date,game_id,currency,total_bet\n');
});
afterAll(() => folder.remove());

/** Started in the folder, whose `.env` says which database is meant. */
const run = (...parameters: string[]): Promise<ProcessEnded> =>
  commandProcess(parameters, { folder: folder.path }).ended;

const done = (code: number, out: string): object => ({ code, signal: null, out, err: '' });
const refused = (err: string): object => ({
  code: 2,
  signal: null,
  out: '',
  err: expect.stringContaining(err),
});

describe('a process', () => {
  it('of each command does it, on the database that the .env of its folder names', async () => {
    expect(await run('migrate')).toEqual(done(0, expect.stringMatching(/^migrated: .+\n$/) as never));
    const wrong = {
      code: 1,
      signal: null,
      out: '',
      err: expect.stringMatching(/^line 2: .*\n\nNothing was/),
    };
    expect(await run('games-import', '--file', 'wrong.csv')).toEqual(wrong);
    const ended = await Promise.all([
      run('games-import', '--file', 'games.csv'),
      run('verify-ledger'),
      run('reconcile', '--file', 'none.csv', '--date', '2019-05-05'),
    ]);
    expect(ended).toEqual([
      done(0, '1 games created, 0 changed, 0 unchanged\n'),
      done(0, expect.stringMatching(/^0 wallets, .*, all agree\n$/) as never),
      done(0, 'no rows of 2019-05-05, neither at GPAS nor here\n'),
    ]);
    expect(await run('encrypt-secrets')).toEqual(
      done(0, '0 secrets changed; all are plain: SECRETS_KEY is not set\n'),
    );
    expect(await run('seal-ledger')).toEqual(refused('The ledger has no key yet'));
    expect(await run('write-openapi', '--file', 'openapi.json')).toEqual(done(0, ''));
    expect(JSON.parse(readFileSync(join(folder.path, 'openapi.json'), 'utf8'))).toHaveProperty('openapi');
    expect(await run()).toEqual(refused('No command is named'));
  });

  it('does nothing with a .env that only some would read as it is meant', async () => {
    const wrong = new TemporaryFolder('oas-environment-');
    writeFileSync(join(wrong.path, '.env'), 'PORT=0\nDATABASE_URL=mysql://root:s3c#ret@127.0.0.1/oas\n');
    const { code, out, err } = await commandProcess(['migrate'], { folder: wrong.path }).ended;
    await wrong.remove();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/cannot be used:\n {2}- line 2 of \.env cannot be read: write NAME=value.*\n$/);
  });

  it('ends by a signal at once, whatever it waits for', async () => {
    const silent = net.createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as net.AddressInfo;
    const env = { DATABASE_URL: `mysql://root@127.0.0.1:${port}/oas` };
    const waiting = commandProcess(['migrate'], { env });
    const [socket] = (await once(silent, 'connection')) as [net.Socket];
    waiting.kill('SIGTERM');
    expect(await waiting.ended).toMatchObject({ code: null, signal: 'SIGTERM', err: '' });
    socket.destroy();
    silent.close();
  });

  it('that npm started ends with it, and lets go of its file for the next', async () => {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, PORT: '0', DATABASE_URL: `sqlite:${join(folder.path, 'served.sqlite')}` };
    for (let times = 0; times < 2; times += 1) {
      const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'ignore'] });
      let out = '';
      const listens = new Promise<void>((resolve, reject) => {
        npm.stdout.on('data', (chunk) => {
          if ((out += String(chunk)).includes('"listening"')) resolve();
        });
        npm.once('exit', () => reject(new Error(`it ended by itself: ${out}`)));
      });
      await listens;
      const ended = once(npm, 'exit');
      npm.kill('SIGTERM');
      await ended;
      npm.stdout.destroy(); // a server that was left behind would hold it
    }
  });

  it('whose reader leaves before the end says nothing of it', async () => {
    const unread = commandProcess(['--help']);
    unread.leave();
    expect(await unread.ended).toEqual({ code: 2, signal: null, out: '', err: '' });
  });
});
