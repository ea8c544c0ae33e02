import type { DataSource } from 'typeorm';
import type { Row } from './forms.js';
import type { Finding } from './verified.types.js';

/** Some tens of megabytes of ids at most; where there are more tombstones, the rollbacks are read once more. */
const MAX_HELD = 100_000;
const ROWS_PER_PAGE = 5_000;

/**
 * Every tombstone has the rollback that left it: its own reference is bound, and names the tombstone's. No index leads from
 * one to the other, so tombstones are held in memory, as many as {@link MAX_HELD}, and ticked off in one walk over the rollbacks.
 * The rollback was bound with the tombstone or before it, and the walk comes after: a live one is never missed.
 */
export class Tombstones {
  /** By parent system and reference. */
  private readonly held = new Map<string, Row>();

  constructor(private readonly dataSource: DataSource) {}

  /** Holds those among these bindings. @returns findings, where it had to make room */
  async take(bindings: readonly Row[]): Promise<Finding[]> {
    for (const row of bindings)
      if (row['kind'] === 'TOMBSTONE') this.held.set(keyOf(row, 'external_reference'), row);
    return this.held.size >= MAX_HELD ? this.finish() : [];
  }

  /** @returns the tombstones whose rollback is not there, and lets go of all */
  async finish(): Promise<Finding[]> {
    const parents = new Set([...this.held.values()].map((row) => String(row['parent_system_id'])));
    for (const parent of parents) await this.tickOff(parent);
    const findings = [...this.held.values()].map((row) => ({
      subject: `reference ${String(row['external_reference'])} of ${String(row['parent_system_id'])}`,
      problem: 'a TOMBSTONE, and the rollback that left it is not there',
    }));
    this.held.clear();
    return findings;
  }

  private async tickOff(parent: string): Promise<void> {
    for (let after = ''; this.held.size > 0;) {
      const rows = await this.dataSource.query<Row[]>(
        `SELECT parent_system_id, external_reference, target_reference FROM reference_bindings
         WHERE parent_system_id = ? AND external_reference > ? AND kind = 'ROLLBACK'
         ORDER BY external_reference LIMIT ${ROWS_PER_PAGE}`,
        [parent, after],
      );
      for (const row of rows) this.held.delete(keyOf(row, 'target_reference'));
      if (rows.length < ROWS_PER_PAGE) return;
      after = String(rows.at(-1)?.['external_reference']);
    }
  }
}

/** A line break cannot be in an id. */
function keyOf(row: Row, column: string): string {
  return `${String(row['parent_system_id'])}\n${String(row[column])}`;
}
