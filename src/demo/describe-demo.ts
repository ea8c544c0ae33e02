import { JwtService } from '@nestjs/jwt';
import { signatureOf } from '../auth/signature.js';
import type { Config } from '../config/config.js';
import { DEMO } from './values.js';

/** What the first start prints: where to look, and one call that works when pasted. */
export function describeDemo(config: Config, url: string): string {
  const { firstParentSystem, operatorApiKey } = config;
  const { walletId, currency, deposits } = DEMO;
  const money = deposits.map(({ value, subWallet }) => `${value} ${subWallet.toLowerCase()}`).join(', ');
  const query = `walletId=${walletId}`;
  const token = mintDemoToken(config, walletId);
  return `
  gpas-oas runs with demo values, on loopback only. They are public: never use them elsewhere.

    Swagger UI     ${url}/docs
    parent system  ${firstParentSystem.id}, secret ${firstParentSystem.secretKey}
    wallet         ${walletId} (${currency}, ${money})
    operator key   ${operatorApiKey}

  Open a wallet session as GPAS does (the token is good for 12 hours):

    curl -X POST '${url}/sessions?${query}' \\
      -H 'x-parent-system-id: ${firstParentSystem.id}' \\
      -H 'x-signature: ${signatureOf(query, firstParentSystem.secretKey)}' \\
      -H 'Authorization: Bearer ${token}'

`;
}

/** An AuthToken good for 12 hours; a hint where only the operator's own token system can make one. */
export function mintDemoToken({ authTokens }: Config, walletId: string): string {
  const hs256 = authTokens.keys.find(({ algorithm }) => algorithm === 'HS256');
  if (!hs256) return '<an AuthToken of your token system>';
  return new JwtService({ secret: hs256.key }).sign({ walletId }, { algorithm: 'HS256', expiresIn: '12h' });
}
