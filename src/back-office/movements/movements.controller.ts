import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, Query, StreamableFile, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { HeadInterceptor } from '../../http/head.interceptor.js';
import { MovementSearch } from '../../movements/movement-search.service.js';
import {
  MovementFilter,
  MovementsPage,
  MovementsQuery,
  WalletMovementsQuery,
} from './dto/found-movement.dto.js';
import { WalletPath } from '../shared/wallet-path.dto.js';
import { movementsCsv } from './movements-csv.js';

const JSON_TEXT = 'application/json; charset=utf-8';

const SHORT_PAGES =
  'A page looks for rows for a second and a half at most: it may hold few, even none, and its `next` leads on.';

/** What moved, as the operator sees it. */
@ApiTags('Back office: search')
@Controller('operator')
export class BackOfficeMovementsController {
  constructor(private readonly movements: MovementSearch) {}

  @Get('movements')
  @BackOfficeRoute('read')
  @Header('content-type', JSON_TEXT)
  @ApiOperation({
    summary: 'Find movements',
    description: `By reference, session, game, kind, amount and time; latest first. ${SHORT_PAGES}`,
  })
  @ApiOkResponse({ type: MovementsPage, description: 'A page, latest first' })
  async find(@Query() query: MovementsQuery): Promise<string> {
    return MovementsPage.textOf(await this.movements.find(query));
  }

  @Get('movements/export')
  @BackOfficeRoute('read')
  @UseInterceptors(HeadInterceptor)
  @ApiOperation({
    summary: 'Export movements',
    description:
      'What the search finds, all of it, as CSV, latest first. It is UTF-8 behind a byte order mark, as Excel needs it, and ' +
      'streamed, however long it is.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'One line for each movement', schema: { type: 'string' } })
  export(@Query() query: MovementFilter): StreamableFile {
    return new StreamableFile(Readable.from(movementsCsv(this.movements, query)), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="movements.csv"',
    }).setErrorHandler((_error, response) => {
      // A file that breaks off must not look like one that is whole.
      response.destroy?.();
    });
  }

  @Get('wallets/:walletId/movements')
  @BackOfficeRoute('read', 'NOT_FOUND')
  @Header('content-type', JSON_TEXT)
  @ApiOperation({
    summary: 'Read the movements of a wallet',
    description: `In its exact order, latest first, with both balances after each. ${SHORT_PAGES}`,
  })
  @ApiOkResponse({ type: MovementsPage, description: 'A page, latest first' })
  async ofWallet(@Param() { walletId }: WalletPath, @Query() query: WalletMovementsQuery): Promise<string> {
    return MovementsPage.textOf(await this.movements.findOfWallet(walletId, query));
  }
}
