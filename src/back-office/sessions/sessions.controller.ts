import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { SessionPath, SessionRow, SessionsPage, SessionsQuery } from './dto/session.dto.js';
import { SessionChanges } from './session-changes.service.js';

/** Wallet sessions, as the operator sees them. */
@ApiTags('Back office: search')
@Controller('operator/sessions')
export class BackOfficeSessionsController {
  constructor(
    private readonly changes: SessionChanges,
    private readonly sessions: SessionsService,
  ) {}

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({ summary: 'Find sessions', description: 'By wallet, status and time; latest first.' })
  @ApiOkResponse({ type: SessionsPage, description: 'A page, latest first' })
  async find(@Query() query: SessionsQuery): Promise<SessionsPage> {
    return SessionsPage.of(await this.sessions.find(query), query.limit);
  }

  @Post(':sessionId/close')
  @HttpCode(HttpStatus.OK)
  @BackOfficeRoute('write', 'NOT_FOUND', 'INVALID_WALLET_SESSION')
  @ApiOperation({
    summary: 'Close a session',
    description: 'No bet is taken under it any more; wins and rollbacks go by LATE_SETTLEMENT_POLICY.',
  })
  @ApiOkResponse({ type: SessionRow, description: 'The session is closed' })
  close(@CallingActor() actor: Actor, @Param() { sessionId }: SessionPath): Promise<SessionRow> {
    return this.changes.close(actor, sessionId);
  }
}
