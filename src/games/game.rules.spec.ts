import { describe, expect, it } from '@jest/globals';
import { isPlayable } from './game.rules.js';

const ENABLED = { enabled: true };
const DISABLED = { enabled: false };

describe('whether bets on a game are taken', () => {
  it.each([
    ['an enabled game', ENABLED, 'any', true],
    ['an enabled game', ENABLED, 'catalogue', true],
    ['a disabled game', DISABLED, 'any', false],
    ['a disabled game', DISABLED, 'catalogue', false],
    ['an unknown game', undefined, 'any', true],
    ['an unknown game', undefined, 'catalogue', false],
  ] as const)('%s %j with GAME_POLICY=%s: %p', (_, game, policy, playable) => {
    expect(isPlayable(game, policy)).toBe(playable);
  });
});
