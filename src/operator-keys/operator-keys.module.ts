import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OperatorKeyEntity } from './operator-key.entity.js';
import { OperatorKeysService } from './operator-keys.service.js';

/** Who may use the back office. */
@Module({
  imports: [TypeOrmModule.forFeature([OperatorKeyEntity])],
  providers: [OperatorKeysService],
  exports: [OperatorKeysService],
})
export class OperatorKeysModule {}
