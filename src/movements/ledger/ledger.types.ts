import type { PolicyConfig } from '../../config/config.js';
import type { ErrorName } from '../../errors/catalogue.js';
import type { RefusalKind } from '../../incidents/incident.types.js';

/** What a movement does. The last two are the operator's own (back office), the first three are GPAS's calls. */
export const MOVEMENT_KINDS = ['DEBIT', 'CREDIT', 'ROLLBACK', 'DEPOSIT', 'WITHDRAWAL'] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** The two pots of a wallet: the player's own money and money given with conditions. */
export const SUB_WALLETS = ['REAL', 'BONUS'] as const;
export type SubWallet = (typeof SUB_WALLETS)[number];

/**
 * The parent system id under which the operator's own references are registered: NULL would let duplicates through
 * the unique index. It has a space, which no id of GPAS's may have (protocol §5, "ids"), so none can ever equal it.
 */
export const OPERATOR_PARENT_SYSTEM_ID = 'operator (reserved)';

/** Stands for a session or a target that the query does not name, or not as an id: no id is ever empty. */
export const UNNAMED = '';

/** The settings that a movement depends on. One command may be decided under other ones than the rest. */
export type MovementPolicies = PolicyConfig;

// --- what is known before the decision -----------------------------------------------------------------------------

/** A wallet under its row lock. Amounts in minor units of its own currency. */
export interface WalletState {
  readonly id: string;
  readonly status: 'ACTIVE' | 'BLOCKED';
  /** Decimals of the wallet's currency, kept with the wallet. */
  readonly decimals: number;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  /** Sequence number of its last movement; 0 before the first. */
  readonly seq: number;
  /** When its last movement was booked; null before the first. */
  readonly movedAt: Date | null;
}

export interface SessionState {
  readonly id: string;
  readonly parentSystemId: string;
  readonly walletId: string;
  readonly status: 'OPEN' | 'CLOSE';
}

/** A game of the catalogue; a game that is not in it is absent from the state. */
export interface GameState {
  readonly id: string;
  readonly enabled: boolean;
}

// --- what is stored ------------------------------------------------------------------------------------------------

/**
 * A row of `reference_bindings`, never changed: what an external reference stands for from its first authentic sight
 * on, booked or refused. `UNIQUE (parent_system_id, external_reference, ordinal)` decides every race over a reference.
 */
export interface ReferenceBinding {
  readonly parentSystemId: string;
  readonly externalReference: string;
  /** 0 is the first sight; 1 is a tombstone laid over a bet or a win that was refused before. */
  readonly ordinal: 0 | 1;
  readonly kind: MovementKind | 'TOMBSTONE';
  /** Null where no wallet could be known (unknown session): then nothing ever matches, and it stays refused. */
  readonly walletId: string | null;
  /** The session named; it may be one that does not exist. Null where none is, as in the operator's own movements. */
  readonly sessionId: string | null;
  /** Null for a rollback, a tombstone and an amount that the wallet's currency cannot express. */
  readonly amountMinor: bigint | null;
  /** The operator's movements name their sub-wallet; null for the others. */
  readonly subWallet: SubWallet | null;
  /** A rollback's `externalMovementId`; null for the others. */
  readonly targetReference: string | null;
  /** What the first sight was answered; null if it was booked. */
  readonly refusal: ErrorName | null;
  /** The command that wrote it; the id of the movement where one was booked. */
  readonly commandId: string;
}

/** A row of `reference_bindings` with what is kept beside the content. */
export interface RecordedBinding extends ReferenceBinding {
  /** When the command that wrote it arrived. */
  readonly createdAt: Date;
}

/** A row of `movements`, never changed: money that moved (or a bet of 0), in the wallet's exact order. */
export interface BookedMovement {
  readonly id: string;
  readonly parentSystemId: string;
  readonly externalReference: string;
  readonly kind: MovementKind;
  readonly walletId: string;
  /** Null for the operator's own movements. */
  readonly sessionId: string | null;
  /** 1, 2, 3 … per wallet, without a gap. */
  readonly seq: number;
  /** The amount of the call, never negative; the sum of both deltas without its sign. */
  readonly amountMinor: bigint;
  /** Signed change of each sub-wallet. */
  readonly realDeltaMinor: bigint;
  readonly bonusDeltaMinor: bigint;
  /** Both balances after it. */
  readonly realAfterMinor: bigint;
  readonly bonusAfterMinor: bigint;
  /** The movement that a rollback reverses; null for the others. */
  readonly targetMovementId: string | null;
  /** A rollback has its target's game. */
  readonly gameId: string | null;
}

/** A movement with its instant. */
export interface TimedMovement extends BookedMovement {
  /** When the command arrived, or just after the wallet's last movement (protocol §5, "Time"). */
  readonly createdAt: Date;
}

/** A row of `movements` with what is kept beside the money. */
export interface RecordedMovement extends TimedMovement {
  /** As GPAS sent it. */
  readonly description: string | null;
  /** As GPAS sent them, as JSON. */
  readonly tags: string | null;
}

/** All that is known of one external reference. */
export interface ReferenceRecord {
  /** Its first sight. */
  readonly binding: ReferenceBinding;
  /** A tombstone was laid over the refused bet or win that it is. */
  readonly voided: boolean;
  readonly movement: BookedMovement | null;
  /** The movement was reversed by a rollback. */
  readonly rolledBack: boolean;
}

// --- what is asked -------------------------------------------------------------------------------------------------

interface CommandBase {
  /** Made before the first try and kept through retries; the movement, if one is booked, has it with its own instant. */
  readonly commandId: string;
  /** When the command arrived. */
  readonly at: Date;
  readonly parentSystemId: string;
  readonly externalReference: string;
}

/** The signature of a movement does not cover its query, so the rules judge that too, and bind what they refuse. */
interface SessionCommandBase extends CommandBase {
  readonly sessionId: string;
  /** What is wrong with the query, for 1010; null where nothing is. */
  readonly problem: string | null;
}

export interface PlayCommand extends SessionCommandBase {
  readonly kind: 'DEBIT' | 'CREDIT';
  /** As sent, text or JSON number: only the wallet knows the decimals that it may have. */
  readonly value: unknown;
  /** `tags.gameid`, if it is text. */
  readonly gameId: string | null;
}

export interface RollbackCommand extends SessionCommandBase {
  readonly kind: 'ROLLBACK';
  /** `externalMovementId`: the reference of the movement to reverse. */
  readonly targetReference: string;
}

export interface PaymentCommand extends CommandBase {
  readonly kind: 'DEPOSIT' | 'WITHDRAWAL';
  readonly parentSystemId: typeof OPERATOR_PARENT_SYSTEM_ID;
  readonly walletId: string;
  readonly subWallet: SubWallet;
  readonly value: unknown;
}

export type MovementCommand = PlayCommand | RollbackCommand | PaymentCommand;

// --- what comes out ------------------------------------------------------------------------------------------------

/** A new movement: insert the rows, set the wallet to the movement's balances and `seq`. */
export interface Booked {
  readonly type: 'BOOKED';
  readonly movement: TimedMovement;
  /** One row, or none if the reference was bound by a refusal before. */
  readonly bindings: readonly ReferenceBinding[];
}

/** Nothing to write: the answer of a movement that was booked before, told again. */
export interface Replayed {
  readonly type: 'REPLAYED';
  readonly movement: BookedMovement;
  readonly bindings: readonly [];
}

/** A refusal; what it binds must be durable before the answer leaves. */
export interface Refused {
  readonly type: 'REFUSED';
  readonly error: ErrorName;
  /** Instead of the catalogue's message. */
  readonly message: string | null;
  readonly bindings: readonly ReferenceBinding[];
  /** For `x-movement-id`: the first movement, when this is its exact repeat. */
  readonly firstMovementId: string | null;
  readonly incident: RefusalKind | null;
  /** The reference of a refused play that GPAS rolled back: whatever incident is of it, it is never paid. */
  readonly callsBack: string | null;
}

export type Outcome = Booked | Replayed | Refused;
