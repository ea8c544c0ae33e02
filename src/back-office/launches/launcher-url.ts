import type { Wallet } from '../../wallets/wallet.types.js';
import type { LaunchBody } from './dto/launch.dto.js';

/** The address of GPAS's launcher for one launch (protocol §4.3), with everything in it escaped. */
export function launcherUrl(
  base: string,
  authToken: string,
  { id: walletId, playerId, currency }: Wallet,
  { gameId, device, language, username, isDemo }: LaunchBody,
): string {
  const query = new URLSearchParams({
    authToken,
    walletId,
    gameid: gameId,
    device,
    username: username ?? playerId,
    playerid: playerId,
    language,
    currency,
    isDemo: String(isDemo ?? false),
  });
  return `${base}/launcher/game/?${query.toString()}`;
}
