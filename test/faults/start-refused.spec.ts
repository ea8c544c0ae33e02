import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { OWN } from '../support/own-values.js';
import { failedProcess } from '../support/server.js';

/* What a process says of its environment where it does not start: the same on every engine, so it is shown once. */

const NOWHERE = 'sqlite:/nowhere/oas.sqlite';

describe('a start', () => {
  it('names every problem of the environment at once', async () => {
    const text = await failedProcess(NOWHERE, {
      PORT: 'http',
      OPERATOR_API_KEY: 'short',
      HOST: '0.0.0.0',
    });
    expect(text).toContain('PORT must be');
    expect(text).toContain('OPERATOR_API_KEY must be');
    expect(text).not.toContain('short\n');
  });

  it('refuses demo values off loopback and in production', async () => {
    expect(await failedProcess(NOWHERE, { HOST: '0.0.0.0' })).toContain('AUTH_TOKEN_SECRET');
    expect(await failedProcess(NOWHERE, { NODE_ENV: 'production' })).toContain('GPAS_SECRET_KEY');
  });

  it('with some own values names the others, and does not fill them up', async () => {
    const { OPERATOR_API_KEY: _, ...others } = OWN;
    const text = await failedProcess(NOWHERE, others);
    expect(text).toContain('OPERATOR_API_KEY must be set where others are');
  });

  it('hears of it at once: the application is not even loaded', async () => {
    const telling = pathToFileURL(join(import.meta.dirname, '../support/loaded-packages.js')).href;
    const text = await failedProcess(NOWHERE, { PORT: 'http', NODE_OPTIONS: `--import ${telling}` });
    expect(text).toContain('PORT must be');
    expect(text).toMatch(/^loaded packages: /m);
    expect(text).not.toMatch(/typeorm|express|mysql2/);
  });

  it('says of a HOST that nobody knows that it cannot listen there', async () => {
    const text = await failedProcess('sqlite::memory:', { ...OWN, HOST: 'no-such-host.invalid' });
    expect(text).toContain('cannot listen on HOST and PORT');
  });
});
