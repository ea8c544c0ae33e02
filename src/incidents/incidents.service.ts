import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, LessThan } from 'typeorm';
import { FailedSignatures, type SignatureBurst } from '../auth/failures/failed-signatures.js';
import { type Reader, type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { incidentsSeen } from '../metrics/metrics.js';
import { IncidentEntity } from './incident.entity.js';
import { keepSightings } from './incident-keeping.js';
import { IncidentSightingEntity } from './incident-sighting.entity.js';
import { sightingOfBurst } from './incident.rules.js';
import {
  type Incident,
  type IncidentKind,
  type IncidentStatus,
  REFUSAL_KINDS,
  type Sighting,
  type SightingRecord,
} from './incident.types.js';

export interface IncidentsQuery {
  readonly status?: IncidentStatus;
  readonly kind?: IncidentKind;
  /** Id of the last incident of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** An incident with each content that it came with, the first one first. */
export interface SeenIncident {
  readonly incident: Incident;
  readonly sightings: readonly SightingRecord[];
}

/** Owns what the operator should look at (protocol §5, "Incidents"): one incident for each kind and reference, however often it came. */
@Injectable()
export class IncidentsService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Incidents');
  /** Ends when every burst of failed signatures that was told is kept. */
  private keeping = Promise.resolve();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly failedSignatures: FailedSignatures,
  ) {}

  onModuleInit(): void {
    this.failedSignatures.onBurst((burst) => {
      this.keeping = this.keeping.then(() => this.keepBurst(burst));
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.keeping;
  }

  /** Keeps these, in the transaction that refuses them. */
  async record(transaction: Transaction, sightings: readonly Sighting[]): Promise<void> {
    if (sightings.length > 0) await keepSightings(transaction, sightings);
  }

  /** Latest first. */
  list({ after, limit, ...filter }: IncidentsQuery): Promise<Incident[]> {
    const where: FindOptionsWhere<IncidentEntity> = {
      ...filter,
      ...(after === undefined ? {} : { id: LessThan(after) }),
    };
    return this.unitOfWork.read((reader) =>
      reader.find(IncidentEntity, { where, order: { id: 'DESC' }, take: limit }),
    );
  }

  /** @throws GpasError NOT_FOUND */
  async get(id: string): Promise<Incident> {
    const incident = await this.unitOfWork.read((reader) => reader.findOneBy(IncidentEntity, { id }));
    if (!incident) throw incidentNotFound();
    return incident;
  }

  /** Each content that it came with, the first one first. */
  sightingsOf(incidentId: string): Promise<SightingRecord[]> {
    return this.unitOfWork.read((reader) =>
      reader.find(IncidentSightingEntity, { where: { incidentId }, order: { id: 'ASC' } }),
    );
  }

  /** Those of a reference, the first one first. */
  async ofReference(
    reader: Reader,
    parentSystemIds: readonly string[],
    externalReference: string,
  ): Promise<SeenIncident[]> {
    const incidents = await reader.find(IncidentEntity, {
      where: { parentSystemId: In(parentSystemIds), externalReference, kind: In(REFUSAL_KINDS) },
      order: { id: 'ASC' },
    });
    if (incidents.length === 0) return [];
    const sightings = await reader.find(IncidentSightingEntity, {
      where: { incidentId: In(incidents.map(({ id }) => id)) },
      order: { id: 'ASC' },
    });
    return incidents.map((incident) => ({
      incident,
      sightings: sightings.filter(({ incidentId }) => incidentId === incident.id),
    }));
  }

  /** GPAS has rolled the reference back before it was booked: whatever incident is of it and not paid yet, it is never paid. */
  async callBack(
    { manager }: Transaction,
    parentSystemId: string,
    externalReference: string,
    at: Date,
  ): Promise<void> {
    await manager.update(
      IncidentEntity,
      { parentSystemId, externalReference, calledBackAt: IsNull(), movementId: IsNull() },
      { calledBackAt: at },
    );
  }

  /**
   * @param resolution with the movement that was booked for it in the same transaction, if one was
   * @throws GpasError NOT_FOUND; INVALID_REQUEST where it is resolved already; INVALID_TX_ID where a movement was booked
   * for what GPAS has called back
   */
  async resolve(
    { manager, rowLock }: Transaction,
    id: string,
    resolution: { readonly resolvedBy: string; readonly note: string; readonly movementId: string | null },
  ): Promise<{ before: Incident; after: Incident }> {
    const before = await manager.findOne(IncidentEntity, { where: { id }, ...rowLock });
    if (!before) throw incidentNotFound();
    if (before.status === 'RESOLVED')
      throw new GpasError('INVALID_REQUEST', 'The incident is resolved already');
    if (resolution.movementId !== null && before.calledBackAt) throw calledBack(before.calledBackAt);
    const change = { ...resolution, status: 'RESOLVED', resolvedAt: new Date() } as const;
    await manager.update(IncidentEntity, { id }, change);
    return { before, after: { ...before, ...change } };
  }

  /** Nobody waits for it, and the caller's answer does not depend on it. */
  private async keepBurst(burst: SignatureBurst): Promise<void> {
    const { parentSystemId, times, address } = burst;
    this.logger.warn(
      `SIGNATURE_FAILURES: ${times} calls in the name of ${parentSystemId}, the last from ${address}`,
    );
    incidentsSeen.inc({ kind: 'SIGNATURE_FAILURES' });
    const write = (): Promise<void> =>
      this.unitOfWork.write((transaction) => keepSightings(transaction, [sightingOfBurst(burst)]));
    // Another instance may have written the hour's first line between our look and our insert.
    await write()
      .catch(write)
      .catch((error: unknown) => {
        this.logger.error(`SIGNATURE_FAILURES of ${parentSystemId} could not be kept: ${String(error)}`);
      });
  }
}

/** Why there is no money for it. */
export function calledBack(at: Date): GpasError {
  return new GpasError('INVALID_TX_ID', `GPAS called it back at ${at.toISOString()}: it is never paid`);
}

function incidentNotFound(): GpasError {
  return new GpasError('NOT_FOUND', 'There is no incident with this id');
}
