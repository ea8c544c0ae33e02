import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { MovementsService } from '../../movements/movements.service.js';
import { WalletsService } from '../../wallets/wallets.service.js';
import { WalletPath } from '../shared/wallet-path.dto.js';
import { PaymentAnswer, PaymentBody } from './dto/payment.dto.js';
import {
  ChangeWalletBody,
  CreateWalletBody,
  WalletAnswer,
  WalletsPage,
  WalletsQuery,
} from './dto/wallet.dto.js';
import { WalletChanges } from './wallet-changes.service.js';

/** The back office's wallets and the money it moves. */
@ApiTags('Back office: wallets')
@Controller('operator/wallets')
export class BackOfficeWalletsController {
  constructor(
    private readonly changes: WalletChanges,
    private readonly wallets: WalletsService,
    private readonly movements: MovementsService,
  ) {}

  @Post()
  @BackOfficeRoute('write', 'ALREADY_EXISTS')
  @ApiOperation({ summary: 'Create a wallet', description: 'An empty wallet for a player, in one currency.' })
  @ApiBody({ type: CreateWalletBody })
  @ApiCreatedResponse({ type: WalletAnswer, description: 'The wallet exists' })
  create(
    @CallingActor() actor: Actor,
    @Body() { code = 'CASINO', ...body }: CreateWalletBody,
  ): Promise<WalletAnswer> {
    return this.changes.create(actor, { ...body, code });
  }

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({ summary: 'List the wallets', description: 'Of one player, or of one status, if asked so.' })
  @ApiOkResponse({ type: WalletsPage, description: 'A page in the order of the ids' })
  async list(@Query() query: WalletsQuery): Promise<WalletsPage> {
    return WalletsPage.of(await this.wallets.list(query), query.limit);
  }

  @Get(':walletId')
  @BackOfficeRoute('read', 'NOT_FOUND')
  @ApiOperation({ summary: 'Read a wallet', description: 'With its balances.' })
  @ApiOkResponse({ type: WalletAnswer, description: 'The wallet' })
  async get(@Param() { walletId }: WalletPath): Promise<WalletAnswer> {
    return WalletAnswer.of(await this.wallets.get(walletId));
  }

  @Patch(':walletId')
  @BackOfficeRoute('write', 'NOT_FOUND')
  @ApiOperation({
    summary: 'Block or unblock a player',
    description: 'Blocked: no new sessions and no bets. Wins, rollbacks, balance and close go on.',
  })
  @ApiBody({ type: ChangeWalletBody })
  @ApiOkResponse({ type: WalletAnswer, description: 'The wallet as it is now' })
  change(
    @CallingActor() actor: Actor,
    @Param() { walletId }: WalletPath,
    @Body() { status }: ChangeWalletBody,
  ): Promise<WalletAnswer> {
    return this.changes.setStatus(actor, walletId, status);
  }

  @Post(':walletId/deposits')
  @BackOfficeRoute('write', 'NOT_FOUND', 'DUPLICATE_TX_ID')
  @ApiOperation({ summary: 'Pay money in', description: 'Booked once for one externalReference.' })
  @ApiBody({ type: PaymentBody })
  @ApiCreatedResponse({ type: PaymentAnswer, description: 'The deposit is booked' })
  async deposit(
    @CallingActor() actor: Actor,
    @Param() { walletId }: WalletPath,
    @Body() { description = null, ...body }: PaymentBody,
  ): Promise<PaymentAnswer> {
    return PaymentAnswer.of(
      await this.movements.pay(actor, { ...body, kind: 'DEPOSIT', walletId }, { description, tags: null }),
    );
  }

  @Post(':walletId/withdrawals')
  @BackOfficeRoute('write', 'NOT_FOUND', 'DUPLICATE_TX_ID', 'INSUFFICIENT_FUNDS')
  @ApiOperation({ summary: 'Pay money out', description: 'Booked once for one externalReference.' })
  @ApiBody({ type: PaymentBody })
  @ApiCreatedResponse({ type: PaymentAnswer, description: 'The withdrawal is booked' })
  async withdraw(
    @CallingActor() actor: Actor,
    @Param() { walletId }: WalletPath,
    @Body() { description = null, ...body }: PaymentBody,
  ): Promise<PaymentAnswer> {
    return PaymentAnswer.of(
      await this.movements.pay(actor, { ...body, kind: 'WITHDRAWAL', walletId }, { description, tags: null }),
    );
  }
}
