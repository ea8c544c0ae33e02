import { BYTE_ORDER_MARK, lineOf } from '../../files/csv.rules.js';
import type { MovementFilter, MovementSearch } from '../../movements/movement-search.service.js';
import { MovementRow } from './dto/found-movement.dto.js';

const COLUMNS = [
  'created',
  'movementId',
  'walletId',
  'seq',
  'kind',
  'value',
  'currency',
  'realChange',
  'bonusChange',
  'leftBalance',
  'parentSystemId',
  'externalReference',
  'sessionId',
  'gameId',
  'rollsBack',
  'rolledBackBy',
  'description',
  'tags',
] as const satisfies readonly (keyof MovementRow)[];

/** Few enough that reading a page keeps nobody waiting, on SQLite either. */
const ROWS_PER_PAGE = 200;

/**
 * Every movement that `filter` finds, latest first, as lines of CSV (RFC 4180) behind a byte order mark. A page is
 * read when the one before has been taken, so that memory stays flat however many there are.
 */
export async function* movementsCsv(search: MovementSearch, filter: MovementFilter): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + lineOf(COLUMNS);
  for (let after: { after?: string } | null = {}; after !== null;) {
    const { movements, next } = await search.find({ ...filter, ...after, limit: ROWS_PER_PAGE });
    const rows = movements.map((found) => MovementRow.of(found));
    yield rows.map((row) => lineOf(COLUMNS.map((column) => row[column]))).join('');
    after = next === null ? null : { after: next };
  }
}
