/** What other rooms may know of the ledger. */
export {
  type BookedMovement,
  MOVEMENT_KINDS,
  type MovementKind,
  OPERATOR_PARENT_SYSTEM_ID,
  type RecordedBinding,
  type RecordedMovement,
  SUB_WALLETS,
  type SubWallet,
} from './ledger/ledger.types.js';
export type { SentCall } from './ledger/ledger-store.js';
