import { Injectable } from '@nestjs/common';
import { type FindOptionsOrder, type FindOptionsWhere, In, LessThan, MoreThanOrEqual } from 'typeorm';
import { ParentSystemsService } from '../auth/parent-systems.service.js';
import { cameIn } from '../database/id-range.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import type { Wallet } from '../wallets/wallet.entity.js';
import { WalletsService } from '../wallets/wallets.service.js';
import { Movement } from './movement.entity.js';
import { type MovementKind, OPERATOR_PARENT_SYSTEM_ID } from './movement.types.js';

const MAX_PARENT_SYSTEMS = 1_000;

/** What to look for; whatever is given must hold. */
export interface MovementQuery {
  readonly sessionId?: string;
  readonly externalReference?: string;
  readonly gameId?: string;
  readonly kind?: MovementKind;
  /** Included. */
  readonly from?: Date;
  /** Not included. */
  readonly until?: Date;
  /** Id of the last movement of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** A movement with the wallet whose currency its amounts are in, and the rollback that took it back, if one did. */
export interface FoundMovement {
  readonly movement: Movement;
  readonly wallet: Wallet;
  readonly rolledBackBy: string | null;
}

/**
 * Finds movements for people: latest first, by the key of an index whatever is asked, and as committed. Ids sort by the
 * time they were made, so a page of them is stable while movements are added.
 */
@Injectable()
export class MovementSearch {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wallets: WalletsService,
    private readonly parentSystems: ParentSystemsService,
  ) {}

  /** Of all wallets. */
  async find(query: MovementQuery): Promise<FoundMovement[]> {
    const { limit, after, from, until, ...filter } = query;
    const where: FindOptionsWhere<Movement> = { ...filter, ...cameIn({ from, until, before: after }) };
    // The index of references begins with the parent system: there are few.
    if (query.externalReference !== undefined) where.parentSystemId = In(await this.parentSystemIds());
    return this.unitOfWork.read((reader) => this.read(reader, where, { id: 'DESC' }, limit));
  }

  /**
   * Of one wallet, in its exact order.
   * @param before sequence number of the last movement of the page before
   * @throws GpasError NOT_FOUND
   */
  async findOfWallet(
    walletId: string,
    { before, limit }: { readonly before?: number; readonly limit: number },
  ): Promise<FoundMovement[]> {
    await this.wallets.get(walletId);
    const where = { walletId, seq: before === undefined ? MoreThanOrEqual(0) : LessThan(before) };
    return this.unitOfWork.read((reader) => this.read(reader, where, { seq: 'DESC' }, limit));
  }

  private async parentSystemIds(): Promise<string[]> {
    const parentSystems = await this.parentSystems.list({ limit: MAX_PARENT_SYSTEMS });
    return [OPERATOR_PARENT_SYSTEM_ID, ...parentSystems.map(({ id }) => id)];
  }

  private async read(
    reader: Reader,
    where: FindOptionsWhere<Movement>,
    order: FindOptionsOrder<Movement>,
    limit: number,
  ): Promise<FoundMovement[]> {
    const movements = await reader.find(Movement, { where, order, take: limit });
    const wallets = await this.wallets.findAll(
      reader,
      movements.map(({ walletId }) => walletId),
    );
    const ids = movements.map(({ id }) => id);
    const rollbacks =
      ids.length === 0
        ? []
        : await reader.find(Movement, {
            select: { id: true, targetMovementId: true },
            where: { targetMovementId: In(ids) },
          });
    const rollbackOf = new Map(rollbacks.map(({ id, targetMovementId }) => [targetMovementId, id]));
    return movements.flatMap((movement) => {
      const wallet = wallets.get(movement.walletId);
      return wallet ? [{ movement, wallet, rolledBackBy: rollbackOf.get(movement.id) ?? null }] : [];
    });
  }
}
