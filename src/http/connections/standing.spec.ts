import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { shownBy, standingOf } from './standing.js';

const request = (url: string, ...names: readonly string[]): IncomingMessage =>
  ({ url, headers: Object.fromEntries(names.map((name) => [name, 'x'])) }) as unknown as IncomingMessage;
const CLAIM = ['x-parent-system-id', 'x-signature'] as const;
const BET = request('/movements/debit?walletSessionId=s', ...CLAIM);
const NOTHING = request('/wp-login.php');

describe('the standing of a request', () => {
  it.each([
    ['claiming', BET],
    ['likely', request('/health/ready')],
    ['likely', request('/casino/oas/health/ready')],
    ['anonymous', NOTHING],
    ['anonymous', request('/movements/debit', 'x-parent-system-id')],
    ['anonymous', request('/operator/wallets', 'authorization')],
  ] as const)('is %s on a new connection: $url', (standing, first) => {
    expect(standingOf(first, undefined)).toBe(standing);
  });

  it.each([
    ['a good signature', BET, { isAuthentic: true }, 'gpas', 'gpas'],
    ['a good key', NOTHING, { isAuthentic: true, operatorKeyId: 'k' }, 'likely', 'likely'],
    ['a claim that was none', BET, {}, 'anonymous', 'anonymous'],
    ['what claims nothing', NOTHING, {}, 'claiming', 'anonymous'],
  ] as const)('is what the one before has shown: %s', (_what, before, context, ofBet, ofNothing) => {
    const shown = shownBy(before, { requestId: 'r', ...context });
    expect([standingOf(BET, shown), standingOf(NOTHING, shown)]).toEqual([ofBet, ofNothing]);
  });
});
