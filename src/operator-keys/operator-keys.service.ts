import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { newId } from '../database/id.js';
import { Config } from '../config/config.js';
import { SharedReading } from '../database/shared-reading.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { OperatorKeyEntity } from './operator-key.entity.js';
import { type KeyHolder, OPERATOR_ROLES, type OperatorKey } from './operator-key.types.js';

export type NewOperatorKey = Pick<OperatorKey, 'name' | 'roles' | 'parentSystemId'>;

/** OPERATOR_API_KEY: not stored, so that a change of the environment is a change of the key. */
const FIRST_KEY: KeyHolder = {
  operatorKeyId: 'OPERATOR_API_KEY',
  operatorKeyName: 'OPERATOR_API_KEY',
  roles: OPERATOR_ROLES,
  parentSystemId: null,
};

/** The form of the keys made here; what has another is not looked up. */
const KEY = /^oas_[\w-]{43}$/;

/**
 * Owns the back office's keys. They are stored hashed and shown once; a revoked one is good for nothing at once. The hashes
 * of all good keys are in memory, so that only who has had a key can have the database asked: what another instance has
 * just made is told from what was never made by reading them anew, for all who wait together.
 */
@Injectable()
export class OperatorKeysService {
  private readonly firstKeyHash: Buffer;
  private readonly goodHashes = new SharedReading(() => this.readGoodHashes());

  constructor(
    private readonly unitOfWork: UnitOfWork,
    { operatorApiKey }: Config,
  ) {
    this.firstKeyHash = hashOf(operatorApiKey);
  }

  /** Who holds the key; of the keys made by other instances, those that are at least a second old. */
  async find(key: string): Promise<KeyHolder | undefined> {
    const hash = hashOf(key);
    if (timingSafeEqual(hash, this.firstKeyHash)) return FIRST_KEY;
    return KEY.test(key) ? this.findAmong(await this.goodHashes.recent(), hash) : undefined;
  }

  /** The same, of all the keys made before this call: for what {@link find} does not. */
  async findAnew(key: string): Promise<KeyHolder | undefined> {
    return KEY.test(key) ? this.findAmong(await this.goodHashes.anew(), hashOf(key)) : undefined;
  }

  /** What this instance has just changed counts at once. */
  forget(): void {
    this.goodHashes.forget();
  }

  /**
   * Makes a key; `key` is told this once.
   * @throws GpasError INVALID_REQUEST where a key with another role than `audit` would be one parent system's: what it may
   * reach beside reconciliation is of all of them
   */
  async create(
    { manager }: Transaction,
    { name, roles, parentSystemId }: NewOperatorKey,
  ): Promise<{ operatorKey: OperatorKey; key: string }> {
    if (parentSystemId !== null && roles.some((role) => role !== 'audit')) {
      throw new GpasError('INVALID_REQUEST', 'parentSystemId is for a key whose only role is audit');
    }
    const key = `oas_${randomBytes(32).toString('base64url')}`;
    const createdAt = new Date();
    const operatorKey: OperatorKeyEntity = {
      id: newId(createdAt),
      name,
      roles: OPERATOR_ROLES.filter((role) => roles.includes(role)),
      parentSystemId,
      keyHash: hashOf(key).toString('hex'),
      createdAt,
      revokedAt: null,
    };
    await manager.insert(OperatorKeyEntity, operatorKey);
    return { operatorKey, key };
  }

  /** @throws GpasError NOT_FOUND, also for one that is revoked already */
  async revoke({ manager, rowLock }: Transaction, id: string): Promise<OperatorKey> {
    const key = await manager.findOne(OperatorKeyEntity, { where: { id, revokedAt: IsNull() }, ...rowLock });
    if (!key) throw new GpasError('NOT_FOUND', 'There is no such key, or it is revoked');
    const revokedAt = new Date();
    await manager.update(OperatorKeyEntity, { id }, { revokedAt });
    return { ...key, revokedAt };
  }

  /** A page in the order they were made. */
  list({ after, limit }: { readonly after?: string; readonly limit: number }): Promise<OperatorKey[]> {
    const where = after === undefined ? {} : { id: MoreThan(after) };
    return this.unitOfWork.read((reader) =>
      reader.find(OperatorKeyEntity, { where, order: { id: 'ASC' }, take: limit }),
    );
  }

  private async findAmong(goodHashes: ReadonlySet<string>, hash: Buffer): Promise<KeyHolder | undefined> {
    const keyHash = hash.toString('hex');
    if (!goodHashes.has(keyHash)) return undefined;
    const stored = await this.unitOfWork.read((reader) =>
      reader.findOneBy(OperatorKeyEntity, { keyHash, revokedAt: IsNull() }),
    );
    if (!stored) return undefined;
    const { id, name, roles, parentSystemId } = stored;
    return { operatorKeyId: id, operatorKeyName: name, roles, parentSystemId };
  }

  private async readGoodHashes(): Promise<ReadonlySet<string>> {
    const good = await this.unitOfWork.readAhead((reader) =>
      reader.find(OperatorKeyEntity, { select: { keyHash: true }, where: { revokedAt: IsNull() } }),
    );
    return new Set(good.map(({ keyHash }) => keyHash));
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
