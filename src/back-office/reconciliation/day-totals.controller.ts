import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { ReconciliationService } from '../../reconciliation/reconciliation.service.js';
import { DayAnswer, DayQuery, RowSessionsQuery, SessionTotalsPage } from './dto/day-totals.dto.js';

const JSON_TEXT = 'application/json; charset=utf-8';

/** From a total of the day to the movements it is the sum of. */
@ApiTags('Back office: search')
@Controller('operator/reconciliation')
export class BackOfficeReconciliationController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @Get()
  @BackOfficeRoute('read')
  @Header('content-type', JSON_TEXT)
  @ApiOperation({
    summary: 'Totals of a day',
    description: 'What GPAS is told by GET /reconciliation, row by row, each with the way to its sessions.',
  })
  @ApiOkResponse({ type: DayAnswer, description: 'The totals; no rows where nothing was played' })
  async ofDay(@Query() { date, providerCode }: DayQuery): Promise<string> {
    const range = { dateFrom: date, dateTo: date, ...(providerCode === undefined ? {} : { providerCode }) };
    return DayAnswer.textOf(await this.reconciliation.report(range));
  }

  @Get('sessions')
  @BackOfficeRoute('read')
  @Header('content-type', JSON_TEXT)
  @ApiOperation({
    summary: 'The sessions of a total',
    description: 'What each session adds to one row of a day, latest first, with the way to its movements.',
  })
  @ApiOkResponse({ type: SessionTotalsPage, description: 'A page, latest session first' })
  async sessions(@Query() query: RowSessionsQuery): Promise<string> {
    return SessionTotalsPage.textOf(await this.reconciliation.sessions(query), query);
  }
}
