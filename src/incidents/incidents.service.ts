import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, LessThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { FailedSignatures, type SignatureBurst } from '../auth/failed-signatures.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { incidentsSeen } from '../metrics/metrics.js';
import { parseAmount } from '../wallets/money.js';
import type { Wallet } from '../wallets/wallet.entity.js';
import { Incident, type IncidentKind, type IncidentStatus } from './incident.entity.js';
import type { Incident as RefusalKind, MovementCommand, Refused } from '../movements/ledger/ledger.types.js';

/** A refusal that is an incident, with what the batch knows of it. */
export interface Sighting {
  readonly command: MovementCommand;
  readonly outcome: Refused & { readonly incident: RefusalKind };
  readonly wallet: Wallet | undefined;
  readonly at: Date;
}

export interface IncidentsQuery {
  readonly status?: IncidentStatus;
  readonly kind?: IncidentKind;
  /** Id of the last incident of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Owns what the operator should look at (protocol §5): one incident for each kind and reference, however often it came. */
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
    if (sightings.length > 0) await keep(transaction, sightings.map(incidentOf));
  }

  /** Latest first. */
  list({ after, limit, ...filter }: IncidentsQuery): Promise<Incident[]> {
    const where: FindOptionsWhere<Incident> = {
      ...filter,
      ...(after === undefined ? {} : { id: LessThan(after) }),
    };
    return this.unitOfWork.read((reader) =>
      reader.find(Incident, { where, order: { id: 'DESC' }, take: limit }),
    );
  }

  /** @throws GpasError NOT_FOUND */
  async get(id: string): Promise<Incident> {
    const incident = await this.unitOfWork.read((reader) => reader.findOneBy(Incident, { id }));
    if (!incident) throw incidentNotFound();
    return incident;
  }

  /** @throws GpasError NOT_FOUND; INVALID_REQUEST where it is resolved already */
  async resolve(
    { manager, rowLock }: Transaction,
    id: string,
    resolution: { readonly resolvedBy: string; readonly note: string; readonly movementId: string | null },
  ): Promise<{ before: Incident; after: Incident }> {
    const before = await manager.findOne(Incident, { where: { id }, ...rowLock });
    if (!before) throw incidentNotFound();
    if (before.status === 'RESOLVED')
      throw new GpasError('INVALID_REQUEST', 'The incident is resolved already');
    const change = { ...resolution, status: 'RESOLVED', resolvedAt: new Date() } as const;
    await manager.update(Incident, { id }, change);
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
      this.unitOfWork.write((transaction) => keep(transaction, [incidentOfBurst(burst)]));
    // Another instance may have written the hour's first line between our look and our insert.
    await write()
      .catch(write)
      .catch((error: unknown) => {
        this.logger.error(`SIGNATURE_FAILURES of ${parentSystemId} could not be kept: ${String(error)}`);
      });
  }
}

async function keep({ manager }: Transaction, incidents: readonly Incident[]): Promise<void> {
  const seen = byKey(incidents);
  const known = await manager.find(Incident, {
    select: { id: true, parentSystemId: true, externalReference: true, kind: true },
    where: [...seen.values()].flatMap(([first]) =>
      first
        ? [
            {
              parentSystemId: first.parentSystemId,
              externalReference: first.externalReference,
              kind: first.kind,
            },
          ]
        : [],
    ),
  });
  const idOf = new Map(known.map((incident) => [keyOf(incident), incident.id]));
  for (const [key, again] of seen) {
    const [first] = again;
    const id = idOf.get(key);
    const times = again.reduce((sum, incident) => sum + incident.times, 0);
    if (!first) continue;
    if (id === undefined) await manager.insert(Incident, { ...first, times });
    else {
      await manager.increment(Incident, { id }, 'times', times);
      const { lastAt, callerAddress } = first;
      await manager.update(Incident, { id }, { lastAt, callerAddress });
    }
  }
}

/** What an incident is while nothing is known of it. */
const UNRESOLVED = {
  movementKind: null,
  callerAddress: null,
  walletId: null,
  sessionId: null,
  amountMinor: null,
  gameId: null,
  targetReference: null,
  times: 1,
  status: 'OPEN',
  resolvedAt: null,
  resolvedBy: null,
  note: null,
  movementId: null,
} as const;

function incidentOf({ command, outcome, wallet, at }: Sighting): Incident {
  const amount = 'value' in command && wallet ? parseAmount(command.value, wallet.decimals) : null;
  return {
    ...UNRESOLVED,
    id: uuidv7(),
    kind: outcome.incident,
    parentSystemId: command.parentSystemId,
    externalReference: command.externalReference,
    movementKind: command.kind,
    walletId: wallet?.id ?? null,
    sessionId: 'sessionId' in command ? command.sessionId : null,
    amountMinor: typeof amount === 'bigint' ? amount : null,
    gameId: 'gameId' in command ? command.gameId : null,
    targetReference: command.kind === 'ROLLBACK' ? command.targetReference : null,
    answer: outcome.error,
    firstAt: at,
    lastAt: at,
  };
}

/** One for each hour, so that a flood that lasts is a few rows. */
function incidentOfBurst({ parentSystemId, address, times, at }: SignatureBurst): Incident {
  return {
    ...UNRESOLVED,
    id: uuidv7(),
    kind: 'SIGNATURE_FAILURES',
    parentSystemId,
    externalReference: at.toISOString().slice(0, 13),
    callerAddress: address,
    answer: 'SIGNATURE_FAILED',
    firstAt: at,
    lastAt: at,
    times,
  };
}

/** One batch may hold the same several times. */
function byKey(incidents: readonly Incident[]): Map<string, Incident[]> {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const key = keyOf(incident);
    groups.set(key, [...(groups.get(key) ?? []), incident]);
  }
  return groups;
}

/** A line break cannot be in an id. */
function keyOf(incident: Pick<Incident, 'parentSystemId' | 'externalReference' | 'kind'>): string {
  return [incident.parentSystemId, incident.externalReference, incident.kind].join('\n');
}

function incidentNotFound(): GpasError {
  return new GpasError('NOT_FOUND', 'There is no incident with this id');
}
