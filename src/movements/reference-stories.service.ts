import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { cameIn } from '../database/id-range.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { ERROR_NAMES, type ErrorName } from '../errors/catalogue.js';
import { GpasError } from '../errors/gpas-error.js';
import { IncidentsService, type SeenIncident } from '../incidents/incidents.service.js';
import { ParentSystemsService } from '../parent-systems/parent-systems.service.js';
import type { Wallet } from '../wallets/wallet.types.js';
import { WalletsService } from '../wallets/wallets.service.js';
import type { RecordedBinding, RecordedMovement } from './ledger/ledger.types.js';
import { MovementEntity } from './ledger/movement.entity.js';
import { ReferenceBindingEntity } from './ledger/reference-binding.entity.js';
import { parentSystemIdsOf } from './parent-system-ids.js';

/** What one parent system knows of a reference. */
export interface ReferenceStory {
  readonly parentSystemId: string;
  /** What it is bound to, and what it was answered first; null where nothing ever came under it that could be bound. */
  readonly firstSight: RecordedBinding | null;
  /** That of a rollback which came before anything was booked. */
  readonly tombstone: RecordedBinding | null;
  readonly movement: RecordedMovement | null;
  /** The rollback that took the movement back. */
  readonly rollback: RecordedMovement | null;
  /** Of all the above; null where none is known. */
  readonly wallet: Wallet | null;
  readonly incidents: readonly SeenIncident[];
}

/** A bet, a win or a rollback that was refused when it was seen first. */
export interface RefusedSight {
  readonly binding: RecordedBinding;
  readonly wallet: Wallet;
  /** What it was booked as since, if it was. */
  readonly movement: RecordedMovement | null;
}

export interface RefusalsQuery {
  readonly refusal?: ErrorName;
  /** Included. */
  readonly from?: Date;
  /** Not included. */
  readonly until?: Date;
  /** The command of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Tells what became of a reference, and what a wallet was refused, from what the ledger and the incidents keep. */
@Injectable()
export class ReferenceStories {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wallets: WalletsService,
    private readonly parentSystems: ParentSystemsService,
    private readonly incidents: IncidentsService,
  ) {}

  /**
   * One story for each parent system that knows the reference, in the order of their ids.
   * @param parentSystemId only this one's
   * @throws GpasError NOT_FOUND where none knows it
   */
  async find(externalReference: string, parentSystemId?: string): Promise<ReferenceStory[]> {
    const parentSystemIds =
      parentSystemId === undefined ? await parentSystemIdsOf(this.parentSystems) : [parentSystemId];
    const stories = await this.unitOfWork.read((reader) =>
      this.read(reader, parentSystemIds, externalReference),
    );
    if (stories.length > 0) return stories;
    throw new GpasError(
      'NOT_FOUND',
      'Nothing is bound under this reference: it never came, or was refused in a way that binds nothing',
    );
  }

  /**
   * What was refused a wallet when it was seen first, latest first.
   * @throws GpasError NOT_FOUND
   */
  async refusalsOf(
    walletId: string,
    { refusal, after, limit, ...period }: RefusalsQuery,
  ): Promise<RefusedSight[]> {
    const wallet = await this.wallets.get(walletId);
    const { id: commandId, ...exactly } = cameIn({ ...period, before: after });
    return this.unitOfWork.read(async (reader) => {
      const bindings: ReferenceBindingEntity[] = [];
      // The index has those of one reason in the order of their time: however many there are, a page reads a page of each.
      for (const name of refusal === undefined ? ERROR_NAMES : [refusal]) {
        bindings.push(
          ...(await reader.find(ReferenceBindingEntity, {
            where: { walletId, refusal: name, commandId, ...exactly, kind: Not('TOMBSTONE') },
            order: { commandId: 'DESC' },
            take: limit,
          })),
        );
      }
      const latest = bindings
        .sort((one, other) => (one.commandId < other.commandId ? 1 : -1))
        .slice(0, limit);
      const movements = await movementsUnder(reader, latest);
      return latest.map((binding) => ({
        binding,
        wallet,
        movement: movements.find((movement) => isUnderOneReference(movement, binding)) ?? null,
      }));
    });
  }

  private async read(
    reader: Reader,
    parentSystemIds: readonly string[],
    externalReference: string,
  ): Promise<ReferenceStory[]> {
    const reference = { parentSystemId: In(parentSystemIds), externalReference };
    const bindings = await reader.find(ReferenceBindingEntity, { where: reference });
    const movements = await reader.find(MovementEntity, { where: reference });
    const rollbacks = await reader.find(MovementEntity, {
      where: { targetMovementId: In(movements.map(({ id }) => id)) },
    });
    const incidents = await this.incidents.ofReference(reader, parentSystemIds, externalReference);
    const walletIds = [...bindings, ...movements].flatMap(({ walletId }) => walletId ?? []);
    const wallets = await this.wallets.findAll(reader, walletIds);
    const known = [...bindings, ...movements, ...incidents.map(({ incident }) => incident)];
    return [...new Set(known.map(({ parentSystemId }) => parentSystemId))].sort().map((parentSystemId) => {
      const ofThis = bindings.filter((binding) => binding.parentSystemId === parentSystemId);
      const tombstone = ofThis.find(({ kind }) => kind === 'TOMBSTONE') ?? null;
      const firstSight = ofThis.find(({ kind }) => kind !== 'TOMBSTONE') ?? null;
      const movement = movements.find((each) => each.parentSystemId === parentSystemId) ?? null;
      const walletId = (movement ?? firstSight ?? tombstone)?.walletId;
      return {
        parentSystemId,
        firstSight,
        tombstone,
        movement,
        rollback: rollbacks.find(({ targetMovementId }) => targetMovementId === movement?.id) ?? null,
        wallet: wallets.get(walletId ?? '') ?? null,
        incidents: incidents.filter(({ incident }) => incident.parentSystemId === parentSystemId),
      };
    });
  }
}

type Reference = Pick<RecordedBinding, 'parentSystemId' | 'externalReference'>;

async function movementsUnder(reader: Reader, references: readonly Reference[]): Promise<RecordedMovement[]> {
  if (references.length === 0) return [];
  return reader.find(MovementEntity, {
    where: references.map(({ parentSystemId, externalReference }) => ({ parentSystemId, externalReference })),
  });
}

function isUnderOneReference(one: Reference, other: Reference): boolean {
  return one.parentSystemId === other.parentSystemId && one.externalReference === other.externalReference;
}
