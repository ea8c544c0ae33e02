import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { GameEntity } from './game.entity.js';
import { GamesService } from './games.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([GameEntity])],
  providers: [GamesService],
  exports: [GamesService],
})
export class GamesModule {}
