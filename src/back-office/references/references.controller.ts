import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { ReferenceStories } from '../../movements/reference-stories.service.js';
import { WalletPath } from '../shared/wallet-path.dto.js';
import { ReferencePath, ReferenceQuery, ReferenceStoriesAnswer } from './dto/reference-story.dto.js';
import { RefusalsPage, RefusalsQuery } from './dto/refusal.dto.js';

/** What became of a reference, and what was refused a player. */
@ApiTags('Back office: search')
@Controller('operator')
export class BackOfficeReferencesController {
  constructor(private readonly stories: ReferenceStories) {}

  @Get('movements/references/:externalReference')
  @BackOfficeRoute('read', 'NOT_FOUND')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'Read the whole story of a reference',
    description:
      'How it came first, whether it was booked, taken back or buried, and its incidents with all that was sent. A reference is ' +
      'unique within a parent system only: there is a story for each that knows it.',
  })
  @ApiOkResponse({ type: ReferenceStoriesAnswer, description: 'The stories; there is at least one' })
  async story(
    @Param() { externalReference }: ReferencePath,
    @Query() { parentSystemId }: ReferenceQuery,
  ): Promise<string> {
    return ReferenceStoriesAnswer.textOf(
      externalReference,
      await this.stories.find(externalReference, parentSystemId),
    );
  }

  @Get('wallets/:walletId/refusals')
  @BackOfficeRoute('read', 'NOT_FOUND')
  @ApiOperation({
    summary: 'List what a wallet was refused',
    description:
      'Bets, wins and rollbacks that were refused when they came first, and why; latest first. What comes again with the ' +
      'same content and is refused again is not listed again.',
  })
  @ApiOkResponse({ type: RefusalsPage, description: 'A page, latest first' })
  async refusals(@Param() { walletId }: WalletPath, @Query() query: RefusalsQuery): Promise<RefusalsPage> {
    return RefusalsPage.of(await this.stories.refusalsOf(walletId, query), query.limit);
  }
}
