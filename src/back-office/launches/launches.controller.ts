import { Body, Controller, Delete, Param, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { LaunchAnswer, LaunchBody, LaunchPath, RevokedLaunchAnswer } from './dto/launch.dto.js';
import { GameLaunches } from './game-launch.service.js';

/** Sending a player into a game. */
@ApiTags('Back office: launches')
@Controller('operator/launches')
export class BackOfficeLaunchesController {
  constructor(private readonly launches: GameLaunches) {}

  @Post()
  @BackOfficeRoute('write', 'NOT_FOUND', 'USER_BLOCKED', 'INVALID_GAME_ID')
  @ApiOperation({
    summary: 'Launch a game',
    description:
      'Answers a token that opens sessions on this wallet, as often as GPAS tries, until it expires or is revoked.',
  })
  @ApiBody({ type: LaunchBody })
  @ApiCreatedResponse({ type: LaunchAnswer, description: 'Where to send the player' })
  create(@CallingActor() actor: Actor, @Body() body: LaunchBody): Promise<LaunchAnswer> {
    return this.launches.create(actor, body);
  }

  @Delete(':launchId')
  @BackOfficeRoute('write', 'NOT_FOUND')
  @ApiOperation({
    summary: 'Revoke a launch',
    description: 'Its token opens no session any more; a session that it opened stays open.',
  })
  @ApiOkResponse({ type: RevokedLaunchAnswer, description: 'The launch is revoked' })
  revoke(@CallingActor() actor: Actor, @Param() { launchId }: LaunchPath): Promise<RevokedLaunchAnswer> {
    return this.launches.revoke(actor, launchId);
  }
}
