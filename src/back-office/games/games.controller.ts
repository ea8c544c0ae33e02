import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { GamesService } from '../../games/games.service.js';
import { GameAnswer, GamePath, GamesPage, GamesQuery, PutGameBody } from './dto/game.dto.js';
import { GameChanges } from './game-changes.service.js';

/** The operator's catalogue of games. */
@ApiTags('Back office: games')
@Controller('operator/games')
export class BackOfficeGamesController {
  constructor(
    private readonly changes: GameChanges,
    private readonly games: GamesService,
  ) {}

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({
    summary: 'List the games',
    description: 'Of one provider, or enabled or not, if asked so.',
  })
  @ApiOkResponse({ type: GamesPage, description: 'A page in the order of the ids' })
  async list(@Query() query: GamesQuery): Promise<GamesPage> {
    return GamesPage.of(await this.games.list(query), query.limit);
  }

  @Put(':gameId')
  @BackOfficeRoute('write')
  @ApiOperation({
    summary: 'Add or change a game',
    description: 'A disabled game takes no bets; what was staked on it is still settled.',
  })
  @ApiBody({ type: PutGameBody })
  @ApiOkResponse({ type: GameAnswer, description: 'The game as it is now' })
  put(
    @CallingActor() actor: Actor,
    @Param() { gameId: id }: GamePath,
    @Body() { name, providerCode, enabled }: PutGameBody,
  ): Promise<GameAnswer> {
    return this.changes.put(actor, { id, name, providerCode, enabled });
  }
}
