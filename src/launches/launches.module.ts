import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LaunchEntity } from './launch.entity.js';
import { LaunchesService } from './launches.service.js';

/** Which players were sent to which games, and the tokens they were sent with. */
@Module({
  imports: [TypeOrmModule.forFeature([LaunchEntity])],
  providers: [LaunchesService],
  exports: [LaunchesService],
})
export class LaunchesModule {}
