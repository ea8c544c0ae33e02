import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperatorRoute } from '../auth/route-access.js';
import { WalletsService } from '../wallets/wallets.service.js';
import { CreateWalletBody, WalletAnswer, WalletPath } from './dto/wallet.dto.js';

/** The back office's wallets. */
@ApiTags('Back office')
@Controller('operator/wallets')
export class OperatorWalletsController {
  constructor(private readonly wallets: WalletsService) {}

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
  @ApiOperation({ summary: 'Read a wallet' })
  @ApiOkResponse({ type: WalletAnswer, description: 'The wallet' })
  async get(@Param() { walletId }: WalletPath): Promise<WalletAnswer> {
    return WalletAnswer.of(await this.wallets.get(walletId));
  }
}
