import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { IncidentSightingEntity } from './incident-sighting.entity.js';
import { IncidentEntity } from './incident.entity.js';
import { IncidentsService } from './incidents.service.js';

/** What the operator should look at. */
@Module({
  imports: [TypeOrmModule.forFeature([IncidentEntity, IncidentSightingEntity]), AuthModule],
  providers: [IncidentsService],
  exports: [IncidentsService],
})
export class IncidentsModule {}
