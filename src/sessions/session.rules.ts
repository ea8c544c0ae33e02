import type { ErrorName } from '../errors/catalogue.js';
import type { WalletStatus } from '../wallets/wallet.types.js';
import type { SessionStatus } from './session.types.js';

/** A command has its id before the first try, so that a second try is the same command. */
export interface OpenSession {
  readonly kind: 'open';
  /** Becomes the session's id. */
  readonly id: string;
  readonly at: Date;
  readonly parentSystemId: string;
  readonly walletId: string;
}

export interface CloseSession {
  readonly kind: 'close';
  readonly id: string;
  readonly parentSystemId: string;
  readonly sessionId: string;
}

export type SessionCommand = OpenSession | CloseSession;

/** What the rules look at. */
export interface SessionState {
  readonly parentSystemId: string;
  readonly status: SessionStatus;
}

/** Sessions (protocol §1.1): the wallet exists (1005) and its player is not blocked (1008). */
export function refusalToOpen(wallet: { readonly status: WalletStatus } | undefined): ErrorName | undefined {
  if (!wallet) return 'INVALID_WALLET_ID';
  return wallet.status === 'BLOCKED' ? 'USER_BLOCKED' : undefined;
}

/** Close and Balance (protocol §1.2, §1.3): unknown, opened under another parent system, or already closed is 1004. */
export function refusalToUse(
  session: SessionState | undefined,
  { parentSystemId }: Pick<CloseSession, 'parentSystemId'>,
): ErrorName | undefined {
  const open = session?.parentSystemId === parentSystemId && session.status === 'OPEN';
  return open ? undefined : 'INVALID_WALLET_SESSION';
}
