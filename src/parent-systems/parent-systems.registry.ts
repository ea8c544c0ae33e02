import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { DEMO } from '../demo/values.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AddressList } from './address-list.js';
import { ParentSystemEntity, ParentSystemSecretEntity } from './parent-system.entity.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sharedSecrets } from './shared-secrets.rules.js';
import { isUsable, openSecrets, type OpenSecret } from './stored-secrets.js';

/** How long a change made by another instance may go unseen. */
const SNAPSHOT_LIFE_MS = 1_000;
/** The shortest grace of a secret that is replaced: the change has to be committed, and then seen everywhere. */
export const SHORTEST_GRACE_MS = 2 * SNAPSHOT_LIFE_MS;
/** However many calls fail, the database is asked no oftener. */
const RELOAD_INTERVAL_MS = 20;

/** An active parent system, as the guards need it. */
export interface KnownParentSystem {
  readonly id: string;
  /** Null where every address may call. */
  readonly allowedAddresses: AddressList | null;
  readonly secrets: readonly { readonly text: string; readonly validUntil: Date | null }[];
}

type Snapshot = ReadonlyMap<string, KnownParentSystem>;

/**
 * The active parent systems in memory (protocol §4.1): there are few, so all are read together, and a flood of unknown
 * ids costs no memory. A call that fails may be right by what another instance has just changed, so it is judged
 * again on rows read after it came; all that wait share one read.
 */
@Injectable()
export class ParentSystemsRegistry {
  private readonly logger = new Logger('ParentSystems');
  private loadedAt = -Infinity;
  private snapshot: Promise<Snapshot> | undefined;
  private reloading: Promise<Snapshot> | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly secretBox: SecretBox,
    private readonly config: Config,
  ) {}

  /** The active parent system with this id, at most {@link SNAPSHOT_LIFE_MS} old. */
  async find(id: string): Promise<KnownParentSystem | undefined> {
    const isFresh = performance.now() - this.loadedAt < SNAPSHOT_LIFE_MS;
    return (await (isFresh && this.snapshot ? this.snapshot : this.load())).get(id);
  }

  /** The same, read after this call. */
  async findAnew(id: string): Promise<KnownParentSystem | undefined> {
    this.reloading ??= this.reload();
    return (await this.reloading).get(id);
  }

  /** What this instance has just changed counts at once. */
  forget(): void {
    this.snapshot = undefined;
  }

  private async reload(): Promise<Snapshot> {
    await sleep(Math.max(0, this.loadedAt + RELOAD_INTERVAL_MS - performance.now()));
    this.reloading = undefined; // who comes now needs a later read than the one that starts
    return this.load();
  }

  private load(): Promise<Snapshot> {
    this.loadedAt = performance.now();
    const snapshot = this.read();
    this.snapshot = snapshot;
    snapshot.catch(() => {
      if (this.snapshot === snapshot) this.snapshot = undefined; // the next call tries again
    });
    return snapshot;
  }

  private async read(): Promise<Snapshot> {
    const [parentSystems, secrets] = await this.unitOfWork.read(async (reader) => [
      await reader.find(ParentSystemEntity, { where: { status: 'ACTIVE' } }),
      await reader.find(ParentSystemSecretEntity),
    ]);
    const open = secrets.flatMap((row) => this.opened(row));
    const shared = sharedSecrets(open);
    return new Map(
      parentSystems.map(({ id, allowedAddresses }) => [
        id,
        {
          id,
          allowedAddresses: allowedAddresses && new AddressList(allowedAddresses),
          secrets: open.filter(
            ({ parentSystemId, ...secret }) =>
              parentSystemId === id && this.isTrusted(secret, shared.get(secret.text), id),
          ),
        },
      ]),
    );
  }

  private opened(row: ParentSystemSecretEntity): OpenSecret[] {
    try {
      return openSecrets([row], this.secretBox);
    } catch (error) {
      this.logger.error(`Parent system ${row.parentSystemId}: ${(error as Error).message}`);
      return [];
    }
  }

  private isTrusted(
    { text, validUntil }: Pick<OpenSecret, 'text' | 'validUntil'>,
    sharing: readonly string[] | undefined,
    id: string,
  ): boolean {
    // A public secret must not outlive the demo that stored it.
    if (!this.config.demo && text === DEMO.secretKey) return false;
    if (!sharing) return true;
    // Registering refuses it; an instance of a version before does not, and a database can be written to by hand.
    if (isUsable({ validUntil }, new Date())) {
      this.logger.error(
        `Parent system ${id}: no call is taken under its secret, which ${sharing.join(' and ')} share`,
      );
    }
    return false;
  }
}
