import type { PolicyConfig } from '../config/config.js';

/**
 * Whether bets on a game are taken (protocol §5, GAME_POLICY).
 * @param game as the catalogue has it, undefined where it has none; a disabled one is never played
 */
export function isPlayable(
  game: { readonly enabled: boolean } | undefined,
  policy: PolicyConfig['gamePolicy'],
): boolean {
  return game?.enabled ?? policy === 'any';
}
