/**
 * What the server runs on when nothing is configured: public values, refused in production and off loopback.
 * Parent system and secret are those of GPAS's printed examples.
 */
export const DEMO = {
  parentSystemId: 'BL13GT',
  secretKey: 'Ax34deSfgdB',
  authTokenSecret: 'demo-auth-token-secret-for-loopback-only',
  operatorApiKey: 'demo-operator-key-for-loopback-only',
  launcherUrl: 'https://launcher.example',
  walletId: '2sdf1sd',
  playerId: '6df5sd',
  currency: 'BRL',
  deposits: [
    { externalReference: 'demo-real', subWallet: 'REAL', value: '9000' },
    { externalReference: 'demo-bonus', subWallet: 'BONUS', value: '150' },
  ],
} as const;
