import { describe, expect, it } from '@jest/globals';
import { refusalToOpen, refusalToUse } from './session.rules.js';

const GPAS = { parentSystemId: 'BL13GT' };

describe('opening a session', () => {
  it('on a wallet whose player may play is allowed', () => {
    expect(refusalToOpen({ status: 'ACTIVE' })).toBeUndefined();
  });

  it('on a wallet nobody knows is 1005', () => {
    expect(refusalToOpen(undefined)).toBe('INVALID_WALLET_ID');
  });

  it('for a blocked player is 1008', () => {
    expect(refusalToOpen({ status: 'BLOCKED' })).toBe('USER_BLOCKED');
  });
});

describe('using or closing a session', () => {
  it('that is open, by the parent system that opened it, is allowed', () => {
    expect(refusalToUse({ parentSystemId: 'BL13GT', status: 'OPEN' }, GPAS)).toBeUndefined();
  });

  it('that nobody opened is 1004', () => {
    expect(refusalToUse(undefined, GPAS)).toBe('INVALID_WALLET_SESSION');
  });

  it('that is closed is 1004, so a second close is too', () => {
    expect(refusalToUse({ parentSystemId: 'BL13GT', status: 'CLOSE' }, GPAS)).toBe('INVALID_WALLET_SESSION');
  });

  it.each(['BL13UY', 'bl13gt', 'BL13GT ', 'BL13G', ''])(
    'that another parent system opened (%p) is 1004, as if it were unknown',
    (parentSystemId) => {
      expect(refusalToUse({ parentSystemId, status: 'OPEN' }, GPAS)).toBe('INVALID_WALLET_SESSION');
      expect(refusalToUse({ parentSystemId, status: 'CLOSE' }, GPAS)).toBe('INVALID_WALLET_SESSION');
    },
  );
});
