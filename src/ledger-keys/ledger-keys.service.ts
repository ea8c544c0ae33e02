import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { classifyDatabaseError } from '../database/database-errors.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { SecretBox } from '../secrets/secret-box.js';
import type { LedgerKey } from './ledger-key.js';
import { makeLedgerKey, readLedgerKey, refuseWhereSealed } from './stored-ledger-keys.js';

/**
 * Owns the key that the ledger is sealed with. The first start with a SECRETS_KEY makes one; without it there is none, and
 * nothing is sealed.
 */
@Injectable()
export class LedgerKeysService implements OnModuleInit {
  private readonly logger = new Logger('LedgerKeys');
  /** Null where there is no SECRETS_KEY. */
  current: LedgerKey | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly secretBox: SecretBox,
  ) {}

  /** @throws UnsafeDatabaseError where there is one that SECRETS_KEY does not open, or one was taken away */
  async onModuleInit(): Promise<void> {
    const read = (): Promise<LedgerKey | null> =>
      this.unitOfWork.read((reader) => readLedgerKey(reader, this.secretBox));
    this.current = await read();
    if (this.current !== null || this.secretBox.currentKeyId === null) return;
    await this.unitOfWork.read(refuseWhereSealed);
    try {
      await this.unitOfWork.write((transaction) => makeLedgerKey(transaction, this.secretBox));
      this.logger.log('made the key of the ledger: what is booked from now on is sealed');
    } catch (error) {
      if (classifyDatabaseError(error) !== 'duplicate') throw error; // another process was first
    }
    this.current = await read();
  }
}
