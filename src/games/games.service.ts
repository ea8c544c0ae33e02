import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { placesFor, type Row, type Statement } from '../database/statements/statement.js';
import { type Reader, type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GameEntity } from './game.entity.js';
import type { Game, GameChange } from './game.types.js';

/** A page of the catalogue, in the order of the ids. */
export interface GamesQuery {
  /** The last id of the page before. */
  readonly after?: string;
  /** 1 to {@link MAX_GAMES_PER_PAGE}. */
  readonly limit: number;
  readonly providerCode?: string;
  readonly enabled?: boolean;
}

/** What an import did, in games. */
export interface ImportSummary {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
}

export const MAX_GAMES_PER_PAGE = 100;

/** Rows of one statement: few enough for every engine's bounds, enough that the way to the database does not count. */
const GAMES_PER_STATEMENT = 200;

/**
 * Owns the operator's catalogue of games. The form of the fields is the caller's to check, with `game-form.ts`.
 * Holds: whoever writes a game has locked its row first, also the row of a game that was not there, in the order of the
 * ids; so of two writers one sees what the other did.
 */
@Injectable()
export class GamesService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Adds the game, or replaces the one with its id. `before` is null where there was none. */
  async put(transaction: Transaction, game: Game): Promise<GameChange> {
    const before = await claim(transaction, [game.id]);
    await replace(transaction, [game]);
    return { before: before.get(game.id) ?? null, after: game };
  }

  /**
   * Adds or replaces each of the games, in one transaction; the rest of the catalogue stays.
   * @param games each id once
   * @param tell is told of what each statement changed, in the order of the ids, before the next one
   */
  async importAll(
    transaction: Transaction,
    games: readonly Game[],
    tell: (changes: readonly GameChange[]) => Promise<void>,
  ): Promise<ImportSummary> {
    if (new Set(games.map(({ id }) => id)).size < games.length) throw new Error('A game is given twice');
    const sorted = [...games].sort((a, b) => (a.id < b.id ? -1 : 1));
    let created = 0;
    let changed = 0;
    for (let start = 0; start < sorted.length; start += GAMES_PER_STATEMENT) {
      const chunk = sorted.slice(start, start + GAMES_PER_STATEMENT);
      const before = await claim(
        transaction,
        chunk.map(({ id }) => id),
      );
      const differing = chunk.filter((game) => !isSame(game, before.get(game.id)));
      await replace(transaction, differing);
      await tell(differing.map((after) => ({ before: before.get(after.id) ?? null, after })));
      const missing = chunk.length - before.size;
      created += missing;
      changed += differing.length - missing;
    }
    return { created, changed, unchanged: games.length - created - changed };
  }

  /** @throws RangeError for a limit out of its range */
  list({ after, limit, providerCode, enabled }: GamesQuery): Promise<Game[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_GAMES_PER_PAGE) {
      throw new RangeError(`A page has 1 to ${MAX_GAMES_PER_PAGE} games`);
    }
    const where = {
      ...(after === undefined ? {} : { id: MoreThan(after) }),
      ...(providerCode === undefined ? {} : { providerCode }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    return this.unitOfWork.read((reader) =>
      reader.find(GameEntity, { where, order: { id: 'ASC' }, take: limit }),
    );
  }

  /** Those of the games that the catalogue has, in no order: one statement, none for no ids. */
  async findAll(reader: Reader, gameIds: readonly string[]): Promise<Game[]> {
    return gameIds.length === 0 ? [] : reader.find(GameEntity, { where: { id: In([...new Set(gameIds)]) } });
  }
}

/** Whether bets on these are taken, for whoever reads it together with other things; a game that is not there has no row. */
export function selectGames(gameIds: readonly string[]): Statement {
  return {
    sql: `SELECT id, enabled FROM games WHERE id IN (${placesFor(gameIds)})`,
    values: gameIds,
  };
}

/** A row of {@link selectGames}. */
export function gameFrom({ id, enabled }: Row): Pick<Game, 'id' | 'enabled'> {
  return { id: String(id), enabled: Boolean(enabled) };
}

/**
 * Locks the rows of the ids, adding an empty row where there is none: nothing else makes another writer of the same new
 * game wait. No committed game has an empty name, so the rows added here are told apart.
 * @param gameIds in order
 * @returns the games that were there
 */
async function claim(
  { manager, rowLock }: Transaction,
  gameIds: readonly string[],
): Promise<ReadonlyMap<string, Game>> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(GameEntity)
    .values(gameIds.map((id) => ({ id, name: '', providerCode: '', enabled: false })))
    .orUpdate(['id'], ['id']) // unlike ignoring a duplicate, it locks the row to write and hides no other error
    .updateEntity(false)
    .execute();
  const games = await manager.find(GameEntity, {
    where: { id: In([...gameIds]) },
    order: { id: 'ASC' },
    ...rowLock,
  });
  return new Map(games.filter(({ name }) => name !== '').map((game) => [game.id, game]));
}

/** Writes games whose rows are claimed, in one statement. */
async function replace({ manager }: Transaction, games: readonly Game[]): Promise<void> {
  if (games.length === 0) return;
  await manager
    .createQueryBuilder()
    .insert()
    .into(GameEntity)
    .values([...games])
    .orUpdate(['name', 'provider_code', 'enabled'], ['id'])
    .updateEntity(false)
    .execute();
}

function isSame(game: Game, other: Game | undefined): boolean {
  return (
    game.name === other?.name && game.providerCode === other.providerCode && game.enabled === other.enabled
  );
}
