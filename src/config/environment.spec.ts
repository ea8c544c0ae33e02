import { describe, expect, it } from '@jest/globals';
import { environmentSchema, parseEnvironment } from './environment.js';

describe('a variable that nobody reads', () => {
  it.each([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['OPERATOR_APIKEY', 'OPERATOR_API_KEY'],
    ['AUTH_TOKEN_SECRETS', 'AUTH_TOKEN_SECRET'],
    ['DUPLICATES_POLICY', 'DUPLICATE_POLICY'],
    ['Port', 'PORT'],
    ['GPAS_SECRET', 'GPAS_SECRET_KEY'],
    ['GPAS_DATABASE_URL', 'DATABASE_URL'],
    ['GPAS_OPERATOR_API_KEY', 'OPERATOR_API_KEY'],
    ['GPAS_PARENTSYSTEM_ID', 'GPAS_PARENT_SYSTEM_ID'],
  ])('is warned of where it looks like one that is read: %s', (name, meant) => {
    expect(parseEnvironment({ [name]: 's3cret' }).warnings).toEqual([
      `${name} is not read by this server: is ${meant} meant?`,
    ]);
  });

  it.each([
    ...[
      'HOME',
      'PATH',
      'POST',
      'HOSTNAME',
      'NODE_OPTIONS',
      'TZ',
      'npm_config_loglevel',
      'MYSQL_DATABASE',
      'SECRET',
    ],
    ...['GPAS_SERVICE_HOST', 'GPAS_OAS_SERVICE_PORT_HTTP', 'GPAS_PORT', 'GPAS_OAS_PORT_3000_TCP_ADDR'],
    ...['', 'GPAS_\nforged', 'GPAS_<b>', `GPAS_${'X'.repeat(60)}`],
  ])("is nobody's business where it does not: %j", (name) => {
    expect(parseEnvironment({ [name]: 'value' }).warnings).toEqual([]);
  });

  it('leaves those that are read alone', () => {
    const known = Object.keys(environmentSchema.shape);
    expect(parseEnvironment(Object.fromEntries(known.map((name) => [name, 'x']))).warnings).toEqual([]);
  });
});
