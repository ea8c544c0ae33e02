import { createHmac, type KeyObject } from 'node:crypto';

/** What may stand in a sealed text. */
export type Sealable = string | number | bigint | Date | null;

/** A key of the ledger, with which what it books is sealed: who has it not can neither make a seal nor change what has one. */
export class LedgerKey {
  constructor(
    readonly id: number,
    /** What there was before it has no seal yet. */
    readonly createdAt: Date,
    private readonly secret: KeyObject,
  ) {}

  /** The number of the key, a point and the HMAC-SHA-256 of the values in base64url: no other values have the same text. */
  seal(values: readonly Sealable[]): string {
    const text = JSON.stringify(values.map(plainOf));
    return `${this.id}.${createHmac('sha256', this.secret).update(text).digest('base64url')}`;
  }
}

function plainOf(value: Sealable): string | number | null {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Date ? value.getTime() : value;
}
