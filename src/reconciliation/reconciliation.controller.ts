import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShownParentSystemId } from '../auth/caller.decorators.js';
import { BackOfficeRoute } from '../auth/route-access.js';
import { ReconciliationAnswer, ReconciliationQuery } from './dto/reconciliation.dto.js';
import { ReconciliationService } from './reconciliation.service.js';

/** Reconciliation of the GPAS protocol (§1.7): not signed, with a key of the `audit` role. */
@ApiTags('GPAS protocol')
@Controller('reconciliation')
export class ReconciliationController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @Get()
  @BackOfficeRoute('audit')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'Totals for the daily audit',
    description:
      'One row per UTC day, game and currency. Not signed: needs a key of the role audit. One that is bound to a parent system is ' +
      'told of its movements alone.',
  })
  @ApiOkResponse({ type: ReconciliationAnswer, description: 'The totals; no rows where nothing was played' })
  async report(
    @ShownParentSystemId() parentSystemId: string | null,
    @Query() query: ReconciliationQuery,
  ): Promise<string> {
    const { date_from: dateFrom, date_to: dateTo, provider_code: providerCode } = query;
    return ReconciliationAnswer.textOf(
      await this.reconciliation.report({
        dateFrom,
        dateTo,
        ...(parentSystemId === null ? {} : { parentSystemId }),
        ...(providerCode === undefined ? {} : { providerCode }),
      }),
    );
  }
}
