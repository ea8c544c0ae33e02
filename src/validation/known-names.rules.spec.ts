import { describe, expect, it } from '@jest/globals';
import { FIELD, PARAMETER, unknownNameOf } from './known-names.rules.js';

const KNOWN = ['limit', 'after', 'walletId', 'sessionId', 'externalReference', 'from', 'until'];

describe('the names of a query', () => {
  it.each([[[]], [['limit']], [KNOWN]])('%j are known', (given) => {
    expect(unknownNameOf(given, KNOWN, PARAMETER)).toBeUndefined();
  });

  it.each([
    ['walletid', 'walletId'],
    ['WalletID', 'walletId'],
    ['wallet_id', 'walletId'],
    ['waletId', 'walletId'],
    ['wallet', 'walletId'],
    ['sessionld', 'sessionId'],
    ['reference', 'externalReference'],
    ['external_reference', 'externalReference'],
    ['limits', 'limit'],
    ['form', 'from'],
    ['limit ', 'limit'],
  ])('%j is no parameter, and is taken for %s', (given, meant) => {
    expect(unknownNameOf(['limit', given], KNOWN, PARAMETER)).toMatch(
      ` is no parameter here; did you mean ${meant}?`,
    );
  });

  it.each(['playerId', 'x', '__proto__', 'toString'])('%j is like none, so all are named', (given) => {
    expect(unknownNameOf([given], KNOWN, PARAMETER)).toBe(
      `${given} is no parameter here; there are ${KNOWN.join(', ')}`,
    );
  });

  it('of a body are fields', () => {
    expect(unknownNameOf(['stauts'], ['status'], FIELD)).toBe(
      'stauts is no field here; did you mean status?',
    );
    expect(unknownNameOf(['a b'], ['status'], FIELD)).toBe(
      'A name of the body is no field here; there are status',
    );
  });

  it('are whatever they are where any is taken', () => {
    expect(unknownNameOf(['x'], undefined, FIELD)).toBeUndefined();
  });

  it('are none where there are none', () => {
    expect(unknownNameOf(['walletId'], [], PARAMETER)).toBe('walletId is no parameter here; there is none');
  });

  it.each(['', '<b>', 'a b', 'x'.repeat(65), 'x'.repeat(16_000), '\u0000'])('%j is not repeated', (given) => {
    expect(unknownNameOf([given], ['limit'], PARAMETER)).toBe(
      'A name of the query is no parameter here; there are limit',
    );
  });
});
