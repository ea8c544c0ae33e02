import { Injectable } from '@nestjs/common';
import { And, type FindOptionsOrder, type FindOptionsWhere, In, LessThan, MoreThanOrEqual } from 'typeorm';
import { ParentSystemsService } from '../auth/parent-systems.service.js';
import { cameIn, createdIn, type Stretch, stretchesOf } from '../database/id-range.js';
import { Pace } from '../database/pace.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { DECIMALS } from '../wallets/currencies.js';
import { parseAmount } from '../wallets/money.js';
import type { Wallet } from '../wallets/wallet.entity.js';
import { WalletsService } from '../wallets/wallets.service.js';
import { Movement } from './movement.entity.js';
import { type MovementKind, OPERATOR_PARENT_SYSTEM_ID } from './movement.types.js';

const MAX_PARENT_SYSTEMS = 1_000;
/** How long one page may look for rows that no index finds. */
const LONGEST_SEARCH_MS = 1_500;
const SHORTEST_STRETCH = 100;

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
  readonly movement: Movement;
  readonly wallet: Wallet;
  readonly rolledBackBy: string | null;
}

/** Latest first. It may hold fewer than asked for, even none, and still not be the last. */
export interface FoundMovements {
  readonly movements: readonly FoundMovement[];
  /** For `after` of the next page; null at the end. */
  readonly next: string | null;
}

type Where = FindOptionsWhere<Movement>;

/** What a search goes through. */
interface Course {
  readonly where: Where;
  readonly order: FindOptionsOrder<Movement>;
  readonly stretches: Generator<Stretch<Where>, void, number>;
  readonly keyOf: (movement: Movement) => string;
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
    const { sessionId, externalReference, kind, value } = filter;
    const where = whereOf(filter);
    // The index of references begins with the parent system: there are few.
    if (externalReference !== undefined) where.parentSystemId = In(await this.parentSystemIds());
    const period = { from, until, before: after };
    // A session and a reference have few rows: what else is asked costs nothing. The other indexes end with the id.
    const isServed = (sessionId ?? externalReference) !== undefined || (kind ?? value) === undefined;
    const course: Course = {
      where,
      order: { id: 'DESC' },
      stretches: isServed ? allOf(cameIn(period)) : stretchesOf(period),
      keyOf: ({ id }) => id,
    };
    return this.search(course, { limit, value });
  }

  /**
   * Of one wallet, in its exact order.
   * @throws GpasError NOT_FOUND
   */
  async findOfWallet(walletId: string, { limit, after, ...filter }: MovementQuery): Promise<FoundMovements> {
    const { seq } = await this.wallets.get(walletId);
    const before = after === undefined ? seq + 1 : Number(after);
    const { from, until, ...others } = filter;
    const isServed = Object.keys(filter).length === 0;
    const course: Course = {
      where: { ...whereOf(others), ...createdIn({ from, until }), walletId },
      order: { seq: 'DESC' },
      stretches: isServed ? allOf({ seq: LessThan(before) }) : stretchesOfWallet(before),
      keyOf: (movement) => String(movement.seq),
    };
    return this.search(course, { limit, value: filter.value });
  }

  private async parentSystemIds(): Promise<string[]> {
    const parentSystems = await this.parentSystems.list({ limit: MAX_PARENT_SYSTEMS });
    return [OPERATOR_PARENT_SYSTEM_ID, ...parentSystems.map(({ id }) => id)];
  }

  private async search(
    { where, order, stretches, keyOf }: Course,
    { limit, value }: { readonly limit: number; readonly value: string | undefined },
  ): Promise<FoundMovements> {
    const startedAt = performance.now();
    const found: FoundMovement[] = [];
    for (let stretch = stretches.next(); !stretch.done;) {
      const { where: within, start } = stretch.value;
      const take = limit - found.length;
      const { result, load } = await this.unitOfWork.readGently(async (reader) => {
        const movements = await reader.find(Movement, { where: { ...where, ...within }, order, take });
        return { last: movements[take - 1], movements: await this.complete(reader, movements) };
      });
      found.push(...result.movements.filter((each) => value === undefined || isOf(value, each)));
      if (result.last) return { movements: found, next: keyOf(result.last) };
      stretch = stretches.next(load);
      if (!stretch.done && performance.now() - startedAt > LONGEST_SEARCH_MS) {
        return { movements: found, next: start };
      }
    }
    return { movements: found, next: null };
  }

  private async complete(reader: Reader, movements: readonly Movement[]): Promise<FoundMovement[]> {
    if (movements.length === 0) return [];
    const wallets = await this.wallets.findAll(
      reader,
      movements.map(({ walletId }) => walletId),
    );
    const rollbacks = await reader.find(Movement, {
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

function whereOf({ value, ...filter }: Omit<MovementFilter, 'from' | 'until'>): Where {
  return value === undefined ? filter : { ...filter, amountMinor: In(amountsOf(value)) };
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

function* allOf(where: Where): Generator<Stretch<Where>, void, number> {
  yield { where, start: '' };
}

/** A wallet's numbers have no gap, so that a stretch of them is as many rows. */
function* stretchesOfWallet(before: number): Generator<Stretch<Where>, void, number> {
  const pace = new Pace(SHORTEST_STRETCH);
  for (let end = before; end > 0;) {
    const start = Math.max(0, end - pace.length);
    const seq = And(MoreThanOrEqual(start), LessThan(end));
    pace.learn(yield { where: { seq }, start: String(start) });
    end = start;
  }
}
