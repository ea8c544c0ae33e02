import { describe, expect, it } from '@jest/globals';
import { ERROR_CATALOGUE } from './catalogue.js';
import { GpasError } from './gpas-error.js';

/** The table of protocol §3.1, row by row: what GPAS's side has in its own code. */
const PROTOCOL_ROWS = [
  [500, 1001, 'SYSTEM_ERROR', 'System error'],
  [400, 1001, 'SYSTEM_ERROR', 'Invalid system identifier'],
  [400, 1002, 'INVALID_TX_ID', 'Invalid transaction id'],
  [400, 1003, 'DUPLICATE_TX_ID', 'Already transaction'],
  [400, 1004, 'INVALID_WALLET_SESSION', 'Invalid wallet session'],
  [400, 1005, 'INVALID_WALLET_ID', 'Invalid wallet id'],
  [400, 1006, 'SIGNATURE_FAILED', 'Signature failed'],
  [400, 1007, 'INSUFFICIENT_FUNDS', 'Insufficient funds'],
  [400, 1008, 'USER_BLOCKED', 'User Blocked'],
  [400, 1009, 'INVALID_GAME_ID', 'Invalid game id'],
];

describe('the error catalogue', () => {
  it.each(PROTOCOL_ROWS)('holds %i %i %s %s as GPAS prints it', (status, code, type, message) => {
    expect(Object.values(ERROR_CATALOGUE)).toContainEqual({ status, code, type, message });
  });

  it('uses 1010 for everything that GPAS has no code for', () => {
    const own = Object.values(ERROR_CATALOGUE).filter(({ code }) => code === 1010);
    expect(own).toHaveLength(Object.keys(ERROR_CATALOGUE).length - PROTOCOL_ROWS.length);
  });

  it('answers with code, type and message and nothing else', () => {
    expect(new GpasError('INVALID_REQUEST', 'walletId is missing').toBody()).toEqual({
      code: 1010,
      type: 'INVALID_REQUEST',
      message: 'walletId is missing',
    });
  });
});
