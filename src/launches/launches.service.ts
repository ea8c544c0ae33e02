import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Config } from '../config/config.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { LaunchEntity } from './launch.entity.js';
import type { Launch } from './launch.types.js';

/** 12 random bytes are the 16 characters that a token of at most 100 leaves room for (protocol §4.2). */
const ID_BYTES = 12;

/**
 * Owns launches and their reference tokens (protocol §4.2). A token opens sessions on its wallet and does nothing else,
 * as often as GPAS tries, until it expires or is revoked.
 */
@Injectable()
export class LaunchesService {
  private readonly signer: JwtService | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    { authTokens }: Config,
  ) {
    const key = authTokens.keys.find(({ algorithm }) => algorithm === 'HS256')?.key;
    this.signer = key && new JwtService({ secret: key });
  }

  /**
   * Mints a token of exactly 100 characters.
   * @throws GpasError INVALID_REQUEST where this server has no AUTH_TOKEN_SECRET to sign with
   */
  async create(
    { manager }: Transaction,
    { walletId, gameId, ttlSeconds }: { walletId: string; gameId: string; ttlSeconds: number },
  ): Promise<{ launch: Launch; authToken: string }> {
    if (!this.signer) {
      throw new GpasError(
        'INVALID_REQUEST',
        'Launches need AUTH_TOKEN_SECRET, which this server does not have',
      );
    }
    const id = randomBytes(ID_BYTES).toString('base64url');
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + ttlSeconds * 1_000);
    const launch: Launch = { id, walletId, gameId, createdAt, expiresAt, revokedAt: null };
    await manager.insert(LaunchEntity, launch);
    const authToken = this.signer.sign(
      { jti: id },
      // The smallest header: jsonwebtoken would add a typ.
      { algorithm: 'HS256', noTimestamp: true, header: { alg: 'HS256', typ: undefined as never } },
    );
    return { launch, authToken };
  }

  /** @throws GpasError NOT_FOUND, also for one that is revoked already */
  async revoke({ manager, rowLock }: Transaction, id: string): Promise<Launch> {
    const launch = await manager.findOne(LaunchEntity, { where: { id }, ...rowLock });
    if (!launch || launch.revokedAt)
      throw new GpasError('NOT_FOUND', 'There is no such launch, or it is revoked');
    const revokedAt = new Date();
    await manager.update(LaunchEntity, { id }, { revokedAt });
    return { ...launch, revokedAt };
  }

  /**
   * The wallet that a launch is for.
   * @throws GpasError INVALID_AUTH_TOKEN where it is unknown, expired or revoked
   */
  async walletOf(id: string): Promise<string> {
    const launch = await this.unitOfWork.read((reader) => reader.findOneBy(LaunchEntity, { id }));
    if (!launch)
      throw new GpasError('INVALID_AUTH_TOKEN', 'Invalid auth token: its launch is not known here');
    if (launch.revokedAt)
      throw new GpasError('INVALID_AUTH_TOKEN', 'Invalid auth token: it has been revoked');
    if (launch.expiresAt <= new Date()) {
      throw new GpasError('INVALID_AUTH_TOKEN', 'Invalid auth token: it has expired');
    }
    return launch.walletId;
  }
}
