import { type Answer, AUTH_TOKEN_SECRET, callOperator, openSession, tokenOf, WALLET_ID } from './gpas.js';

export interface Launched {
  readonly launchId: string;
  readonly authToken: string;
  readonly url: string;
  readonly expiresAt: string;
}

export const LAUNCH_BODY = { walletId: WALLET_ID, gameId: 'agt-54', device: 'Desktop', language: 'en' };

/** Asks for a launch of {@link LAUNCH_BODY}, changed by `body`. */
export function askLaunch(url: string, body: object = {}): Promise<Answer> {
  return callOperator(url, 'POST', '/operator/launches', { ...LAUNCH_BODY, ...body });
}

/** Makes a launch; fails the test where it was not. */
export async function launch(url: string, body: object = {}): Promise<Launched> {
  const answer = await askLaunch(url, body);
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  return answer.body as Launched;
}

export function revokeLaunch(url: string, launchId: string): Promise<Answer> {
  return callOperator(url, 'DELETE', `/operator/launches/${launchId}`);
}

/** Opens a session with this token. */
export function openWith(url: string, token: string, walletId = WALLET_ID): Promise<Answer> {
  return openSession(url, walletId, { headers: { authorization: `Bearer ${token}` } });
}

/** A token in the form that the server mints, with any payload. */
export function referenceToken(payload: object, secret = AUTH_TOKEN_SECRET): string {
  return tokenOf(payload, { header: { typ: undefined }, secret });
}
