import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ParentSystemEntity, ParentSystemSecretEntity } from './parent-system.entity.js';
import { ParentSystemsRegistry } from './parent-systems.registry.js';
import { ParentSystemsService } from './parent-systems.service.js';
import { SecretsModule } from '../secrets/secrets.module.js';

/** Which GPAS integrations there are. */
@Module({
  imports: [TypeOrmModule.forFeature([ParentSystemEntity, ParentSystemSecretEntity]), SecretsModule],
  providers: [ParentSystemsRegistry, ParentSystemsService],
  exports: [ParentSystemsRegistry, ParentSystemsService],
})
export class ParentSystemsModule {}
