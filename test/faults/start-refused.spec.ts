import { describe, expect, it } from '@jest/globals';
import { OWN } from '../support/own-values.js';
import { failedStart } from '../support/server.js';

/* What a start says of its environment before it asks for a database: the same on every engine, so it is shown once. */

const NOWHERE = 'sqlite:/nowhere/oas.sqlite';

describe('a start', () => {
  it('names every problem of the environment at once', async () => {
    const text = await failedStart(NOWHERE, {
      PORT: 'http',
      OPERATOR_API_KEY: 'short',
      HOST: '0.0.0.0',
    });
    expect(text).toContain('PORT must be');
    expect(text).toContain('OPERATOR_API_KEY must be');
    expect(text).not.toContain('short\n');
  });

  it('refuses demo values off loopback and in production', async () => {
    expect(await failedStart(NOWHERE, { HOST: '0.0.0.0' })).toContain('AUTH_TOKEN_SECRET');
    expect(await failedStart(NOWHERE, { NODE_ENV: 'production' })).toContain('GPAS_SECRET_KEY');
  });

  it('with some own values names the others, and does not fill them up', async () => {
    const { OPERATOR_API_KEY: _, ...others } = OWN;
    const text = await failedStart(NOWHERE, others);
    expect(text).toContain('OPERATOR_API_KEY must be set where others are');
  });
});
