import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { DEMO } from '../demo/values.js';
import { SHARED_LIFE_MS, SharedReading } from '../database/shared-reading.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { AddressList } from './address-list.js';
import { ParentSystemEntity, ParentSystemSecretEntity } from './parent-system.entity.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sharedSecrets } from './shared-secrets.rules.js';
import { isUsable, openSecrets, type OpenSecret } from './stored-secrets.js';

/** The shortest grace of a secret that is replaced: the change has to be committed, and then seen everywhere. */
export const SHORTEST_GRACE_MS = 2 * SHARED_LIFE_MS;

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
 * again on rows read after it came.
 */
@Injectable()
export class ParentSystemsRegistry {
  private readonly logger = new Logger('ParentSystems');
  private readonly snapshot: SharedReading<Snapshot>;

  constructor(
    unitOfWork: UnitOfWork,
    private readonly secretBox: SecretBox,
    private readonly config: Config,
  ) {
    this.snapshot = new SharedReading(() => unitOfWork.readAhead((reader) => this.read(reader)));
  }

  /** The active parent system with this id, as it was at most {@link SHARED_LIFE_MS} ago. */
  async find(id: string): Promise<KnownParentSystem | undefined> {
    return (await this.snapshot.recent()).get(id);
  }

  /** The same, read after this call. */
  async findAnew(id: string): Promise<KnownParentSystem | undefined> {
    return (await this.snapshot.anew()).get(id);
  }

  /** What this instance has just changed counts at once. */
  forget(): void {
    this.snapshot.forget();
  }

  private async read(reader: Reader): Promise<Snapshot> {
    const parentSystems = await reader.find(ParentSystemEntity, { where: { status: 'ACTIVE' } });
    const open = (await reader.find(ParentSystemSecretEntity)).flatMap((row) => this.opened(row));
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
