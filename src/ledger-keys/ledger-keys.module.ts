import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SecretsModule } from '../secrets/secrets.module.js';
import { LedgerKeyEntity } from './ledger-key.entity.js';
import { LedgerKeysService } from './ledger-keys.service.js';

/** The key that the ledger is sealed with. */
@Module({
  imports: [TypeOrmModule.forFeature([LedgerKeyEntity]), SecretsModule],
  providers: [LedgerKeysService],
  exports: [LedgerKeysService],
})
export class LedgerKeysModule {}
