import { Controller, HttpCode, HttpStatus, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuthTokenWalletId, ParentSystemId } from '../auth/caller.decorators.js';
import { GpasRoute } from '../auth/route-access.js';
import { CloseSessionQuery } from './dto/close-session.dto.js';
import { OpenSessionQuery, SessionAnswer } from './dto/open-session.dto.js';
import { SessionsService } from './sessions.service.js';

/** Sessions and Close of the GPAS protocol (§1.1, §1.2). */
@ApiTags('GPAS protocol')
@Controller('sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post()
  @GpasRoute({ signed: 'query', authToken: true, errors: ['INVALID_WALLET_ID', 'USER_BLOCKED'] })
  @ApiOperation({ summary: 'Open a wallet session', description: 'The first call; signed over the query.' })
  @ApiCreatedResponse({ type: SessionAnswer, description: 'The session is open' })
  async open(
    @ParentSystemId() parentSystemId: string,
    @AuthTokenWalletId() authTokenWalletId: string,
    @Query() { walletId }: OpenSessionQuery,
  ): Promise<SessionAnswer> {
    return SessionAnswer.of(await this.sessions.open(parentSystemId, walletId, authTokenWalletId));
  }

  @Patch('close')
  @HttpCode(HttpStatus.OK)
  @GpasRoute({ signed: 'query', errors: ['INVALID_WALLET_SESSION'] })
  @ApiOperation({ summary: 'Close a wallet session', description: 'Signed over the query; answers no body.' })
  @ApiOkResponse({ description: 'The session is closed' })
  close(@ParentSystemId() parentSystemId: string, @Query() { id }: CloseSessionQuery): Promise<void> {
    return this.sessions.close(parentSystemId, id);
  }
}
