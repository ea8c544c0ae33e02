import { Injectable } from '@nestjs/common';
import { And, type FindOptionsOrder, type FindOptionsWhere, In, LessThan, MoreThanOrEqual } from 'typeorm';
import { ParentSystemsService } from '../parent-systems/parent-systems.service.js';
import { cameIn, createdIn } from '../database/id-range.js';
import { Pace } from '../database/pace.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { DECIMALS } from '../wallets/currencies.js';
import { parseAmount } from '../wallets/money.js';
import type { Wallet } from '../wallets/wallet.types.js';
import { WalletsService } from '../wallets/wallets.service.js';
import { MovementEntity } from './ledger/movement.entity.js';
import type { MovementKind, RecordedMovement } from './ledger/ledger.types.js';
import { parentSystemIdsOf } from './parent-system-ids.js';

/** How long one page may look for rows that no index finds. */
const LONGEST_SEARCH_MS = 1_500;
/** In rows. */
const SHORTEST_STRETCH = 500;
/** More than any number of a movement in its wallet. */
const MAX_SEQ = 2 ** 31;

/** What to look for; whatever is given must hold. */
export interface MovementFilter {
  readonly sessionId?: string;
  readonly externalReference?: string;
  readonly gameId?: string;
  readonly kind?: MovementKind;
  /** Decimal text, in the currency of whichever wallet. */
  readonly value?: string;
  /** Included. */
  readonly from?: Date;
  /** Not included. */
  readonly until?: Date;
}

export interface MovementQuery extends MovementFilter {
  /** Where the page before ended. */
  readonly after?: string;
  readonly limit: number;
}

/** A movement with the wallet whose currency its amounts are in, and the rollback that took it back, if one did. */
export interface FoundMovement {
  readonly movement: RecordedMovement;
  readonly wallet: Wallet;
  readonly rolledBackBy: string | null;
}

/** Latest first. It may hold fewer than asked for, even none, and still not be the last. */
export interface FoundMovements {
  readonly movements: readonly FoundMovement[];
  /** For `after` of the next page; null at the end. */
  readonly next: string | null;
}

type Where = FindOptionsWhere<MovementEntity>;

/** The way that a search goes, latest first. */
interface Course {
  /** What an index leads to, between two keys. */
  readonly served: (since: string | undefined, before: string | undefined) => Where;
  readonly order: FindOptionsOrder<MovementEntity>;
  readonly keyOf: (movement: RecordedMovement) => string;
  /** What else must hold. */
  readonly rest: Where;
  /** Whether the rest leaves so little out that nothing need be looked for. */
  readonly isServed: boolean;
}

/**
 * Finds movements for people: latest first, as committed, by an index where there is one for what is asked, and else by
 * looking through a stretch at a time, for a bounded time. Ids sort by the time they were made, so a page of them is
 * stable while movements are added.
 */
@Injectable()
export class MovementSearch {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wallets: WalletsService,
    private readonly parentSystems: ParentSystemsService,
  ) {}

  /** Of all wallets. */
  async find({ limit, after, from, until, ...filter }: MovementQuery): Promise<FoundMovements> {
    const conditions = conditionsOf(filter);
    const { kind, amountMinor, ...named } = conditions;
    if (named.externalReference !== undefined) {
      named.parentSystemId = In(await parentSystemIdsOf(this.parentSystems));
    }
    const isOfFew = (named.externalReference ?? named.sessionId) !== undefined;
    return this.search(
      { limit, after, value: filter.value },
      {
        served: (since, before) => ({ ...named, id: cameIn({ from, until, since, before }).id }),
        order: { id: 'DESC' },
        keyOf: ({ id }) => id,
        rest: { ...conditions, ...createdIn({ from, until }) },
        isServed: isOfFew || (kind ?? amountMinor) === undefined,
      },
    );
  }

  /**
   * Of one wallet, in its exact order.
   * @throws GpasError NOT_FOUND
   */
  async findOfWallet(
    walletId: string,
    { limit, after, from, until, ...filter }: MovementQuery,
  ): Promise<FoundMovements> {
    await this.wallets.get(walletId);
    const rest = { ...conditionsOf(filter), ...createdIn({ from, until }) };
    const course: Course = {
      served: (since = '0', before = String(MAX_SEQ)) => ({
        walletId,
        seq: And(MoreThanOrEqual(Number(since)), LessThan(Number(before))),
      }),
      order: { seq: 'DESC' },
      keyOf: ({ seq }) => String(seq),
      rest,
      isServed: Object.keys(rest).length === 0,
    };
    return this.search({ limit, after, value: filter.value }, course);
  }

  private async search(
    page: {
      readonly limit: number;
      readonly after: string | undefined;
      readonly value: string | undefined;
    },
    course: Course,
  ): Promise<FoundMovements> {
    const { limit, after, value } = page;
    const { served, order, keyOf, rest, isServed } = course;
    const startedAt = performance.now();
    const pace = new Pace(SHORTEST_STRETCH);
    const movements: FoundMovement[] = [];
    for (let before = after; ;) {
      const take = limit - movements.length;
      const { result, load } = await this.unitOfWork.readGently(async (reader) => {
        const since = isServed ? undefined : await keyBack(reader, course, before, pace.length);
        const rows = await reader.find(MovementEntity, {
          where: { ...rest, ...served(since, before) },
          order,
          take,
        });
        return { since, last: rows[take - 1], found: await this.complete(reader, rows) };
      });
      const { since, last, found } = result;
      movements.push(...found.filter((each) => value === undefined || isOf(value, each)));
      if (last) return { movements, next: keyOf(last) };
      const isOver = since === undefined || performance.now() - startedAt > LONGEST_SEARCH_MS;
      if (isOver) return { movements, next: since ?? null };
      before = since;
      pace.learn(load);
    }
  }

  private async complete(reader: Reader, movements: readonly RecordedMovement[]): Promise<FoundMovement[]> {
    if (movements.length === 0) return [];
    const wallets = await this.wallets.findAll(
      reader,
      movements.map(({ walletId }) => walletId),
    );
    const rollbacks = await reader.find(MovementEntity, {
      select: { id: true, targetMovementId: true },
      where: { targetMovementId: In(movements.map(({ id }) => id)) },
    });
    const rollbackOf = new Map(rollbacks.map(({ id, targetMovementId }) => [targetMovementId, id]));
    return movements.flatMap((movement) => {
      const wallet = wallets.get(movement.walletId);
      return wallet ? [{ movement, wallet, rolledBackBy: rollbackOf.get(movement.id) ?? null }] : [];
    });
  }
}

/** The key of the row that is `rows` rows back from `before`; undefined where there are not as many. */
async function keyBack(
  reader: Reader,
  { served, order, keyOf }: Course,
  before: string | undefined,
  rows: number,
): Promise<string | undefined> {
  const [movement] = await reader.find(MovementEntity, {
    select: { id: true, seq: true },
    where: served(undefined, before),
    order,
    skip: rows - 1,
    take: 1,
  });
  return movement && keyOf(movement);
}

function conditionsOf({ value, ...conditions }: Omit<MovementFilter, 'from' | 'until'>): Where {
  return value === undefined ? conditions : { ...conditions, amountMinor: In(amountsOf(value)) };
}

/** The minor units that an amount may be, by the decimals of its currency. */
function amountsOf(value: string): bigint[] {
  return DECIMALS.flatMap((decimals) => {
    const amount = parseAmount(value, decimals);
    return typeof amount === 'bigint' ? [amount] : [];
  });
}

/** 100 of a yen wallet is not 1.00 of another's. */
function isOf(value: string, { movement, wallet }: FoundMovement): boolean {
  return movement.amountMinor === parseAmount(value, wallet.decimals);
}
