import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ParentSystemId } from '../auth/caller.decorators.js';
import { GpasRoute } from '../auth/route-access.js';
import { BalanceAnswer } from '../wallets/balance.dto.js';
import { BalanceQuery } from './dto/balance-query.dto.js';
import { BalancesService } from './balances.service.js';

/** Balance of the GPAS protocol (§1.3). It needs a session, so it lives here and not with the wallets. */
@ApiTags('GPAS protocol')
@Controller('wallets')
export class BalanceController {
  constructor(private readonly balances: BalancesService) {}

  /** One old example of GPAS's says `/wallets/my/balance`. */
  @Get(['balance', 'my/balance'])
  @GpasRoute({ signed: 'query', errors: ['INVALID_WALLET_SESSION'] })
  @ApiOperation({ summary: 'Read the balance', description: 'Committed money only. Signed over the query.' })
  @ApiOkResponse({ type: BalanceAnswer, description: 'The balance' })
  async read(
    @ParentSystemId() parentSystemId: string,
    @Query() { walletSessionId }: BalanceQuery,
  ): Promise<BalanceAnswer> {
    return BalanceAnswer.of(await this.balances.get(parentSystemId, walletSessionId));
  }
}
