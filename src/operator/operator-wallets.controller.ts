import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperatorRoute } from '../auth/route-access.js';
import { MovementsService } from '../movements/movements.service.js';
import { WalletsService } from '../wallets/wallets.service.js';
import { OperatorMovementAnswer, OperatorMovementBody } from './dto/operator-movement.dto.js';
import { ChangeWalletBody, CreateWalletBody, WalletAnswer, WalletPath } from './dto/wallet.dto.js';

/** The back office's wallets and the money it moves. */
@ApiTags('Back office')
@Controller('operator/wallets')
export class OperatorWalletsController {
  constructor(
    private readonly wallets: WalletsService,
    private readonly movements: MovementsService,
  ) {}

  @Post()
  @OperatorRoute('ALREADY_EXISTS')
  @ApiOperation({ summary: 'Create a wallet', description: 'An empty wallet for a player, in one currency.' })
  @ApiBody({ type: CreateWalletBody })
  @ApiCreatedResponse({ type: WalletAnswer, description: 'The wallet exists' })
  async create(@Body() { code = 'CASINO', ...body }: CreateWalletBody): Promise<WalletAnswer> {
    return WalletAnswer.of(await this.wallets.create({ ...body, code }));
  }

  @Get(':walletId')
  @OperatorRoute('NOT_FOUND')
  @ApiOperation({ summary: 'Read a wallet', description: 'With its balances.' })
  @ApiOkResponse({ type: WalletAnswer, description: 'The wallet' })
  async get(@Param() { walletId }: WalletPath): Promise<WalletAnswer> {
    return WalletAnswer.of(await this.wallets.get(walletId));
  }

  @Patch(':walletId')
  @OperatorRoute('NOT_FOUND')
  @ApiOperation({
    summary: 'Block or unblock a player',
    description: 'Blocked: no new sessions and no bets. Wins, rollbacks, balance and close go on.',
  })
  @ApiBody({ type: ChangeWalletBody })
  @ApiOkResponse({ type: WalletAnswer, description: 'The wallet as it is now' })
  async change(
    @Param() { walletId }: WalletPath,
    @Body() { status }: ChangeWalletBody,
  ): Promise<WalletAnswer> {
    return WalletAnswer.of(await this.wallets.setStatus(walletId, status));
  }

  @Post(':walletId/deposits')
  @OperatorRoute('NOT_FOUND', 'DUPLICATE_TX_ID')
  @ApiOperation({ summary: 'Pay money in', description: 'Booked once for one externalReference.' })
  @ApiBody({ type: OperatorMovementBody })
  @ApiCreatedResponse({ type: OperatorMovementAnswer, description: 'The deposit is booked' })
  async deposit(
    @Param() { walletId }: WalletPath,
    @Body() { description = null, ...body }: OperatorMovementBody,
  ): Promise<OperatorMovementAnswer> {
    return OperatorMovementAnswer.of(
      await this.movements.operate({ ...body, kind: 'DEPOSIT', walletId }, { description, tags: null }),
    );
  }

  @Post(':walletId/withdrawals')
  @OperatorRoute('NOT_FOUND', 'DUPLICATE_TX_ID', 'INSUFFICIENT_FUNDS')
  @ApiOperation({ summary: 'Pay money out', description: 'Booked once for one externalReference.' })
  @ApiBody({ type: OperatorMovementBody })
  @ApiCreatedResponse({ type: OperatorMovementAnswer, description: 'The withdrawal is booked' })
  async withdraw(
    @Param() { walletId }: WalletPath,
    @Body() { description = null, ...body }: OperatorMovementBody,
  ): Promise<OperatorMovementAnswer> {
    return OperatorMovementAnswer.of(
      await this.movements.operate({ ...body, kind: 'WITHDRAWAL', walletId }, { description, tags: null }),
    );
  }
}
