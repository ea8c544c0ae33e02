import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ParentSystemEntity, ParentSystemSecretEntity } from './parent-system.entity.js';
import { ParentSystemsRegistry } from './parent-systems.registry.js';
import { ParentSystemsService } from './parent-systems.service.js';
import { SecretBox } from './secret-box.js';

/** Which GPAS integrations there are. */
@Module({
  imports: [TypeOrmModule.forFeature([ParentSystemEntity, ParentSystemSecretEntity])],
  providers: [SecretBox, ParentSystemsRegistry, ParentSystemsService],
  exports: [ParentSystemsRegistry, ParentSystemsService],
})
export class ParentSystemsModule {}
