import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, ValidateIf } from 'class-validator';
import { BalanceSummary, summaryOf } from '../../../wallets/balance.dto.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import {
  type Wallet,
  WALLET_CODES,
  WALLET_STATUSES,
  type WalletCode,
  type WalletStatus,
} from '../../../wallets/wallet.types.js';
import { NextProperty, OptionalIdentifier, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';

export class CreateWalletBody {
  @Identifier({ description: 'The id GPAS will name', example: 'wallet-1001' })
  readonly walletId!: string;

  @Identifier({ description: "The player's id at the operator", example: 'player-77' })
  readonly playerId!: string;

  @ApiProperty({
    description: 'ISO 4217 code; cannot be changed later',
    pattern: '^[A-Z]{3}$',
    example: 'BRL',
  })
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code in capitals, like EUR' })
  readonly currency!: string;

  @ApiPropertyOptional({
    description: 'What the balance is reported as',
    enum: WALLET_CODES,
    default: 'CASINO',
  })
  @ValidateIf((body: CreateWalletBody) => body.code !== undefined)
  @IsIn(WALLET_CODES, { message: `code must be one of ${WALLET_CODES.join(', ')}` })
  readonly code?: WalletCode;
}

export class WalletsQuery extends PageQuery {
  @OptionalIdentifier({ description: 'Only wallets of this player', example: 'player-77' })
  readonly playerId?: string;

  @ApiPropertyOptional({
    enum: WALLET_STATUSES,
    description: 'Only wallets of this status',
    example: 'BLOCKED',
  })
  @IsOptional()
  @IsIn(WALLET_STATUSES, { message: `status must be one of ${WALLET_STATUSES.join(', ')}` })
  readonly status?: WalletStatus;
}

export class ChangeWalletBody {
  @ApiProperty({
    enum: WALLET_STATUSES,
    description: 'BLOCKED: no new sessions and no bets',
    example: 'BLOCKED',
  })
  @IsIn(WALLET_STATUSES, { message: `status must be one of ${WALLET_STATUSES.join(', ')}` })
  readonly status!: WalletStatus;
}

export class WalletAnswer extends BalanceSummary {
  @ApiProperty({ example: 'wallet-1001' })
  readonly walletId!: string;

  @ApiProperty({ example: 'player-77' })
  readonly playerId!: string;

  @ApiProperty({ enum: WALLET_CODES, example: 'CASINO' })
  readonly code!: WalletCode;

  @ApiProperty({ description: 'ISO 4217', example: 'BRL' })
  readonly currency!: string;

  @ApiProperty({ enum: WALLET_STATUSES, example: 'ACTIVE' })
  readonly status!: WalletStatus;

  @ApiProperty({
    description: 'UTC, with milliseconds',
    format: 'date-time',
    example: '2026-02-05T16:58:35.476Z',
  })
  readonly created!: string;

  static of(wallet: Wallet): WalletAnswer {
    const { id, playerId, code, currency, status, createdAt, decimals } = wallet;
    return {
      walletId: id,
      playerId,
      code,
      currency,
      status,
      created: createdAt.toISOString(),
      ...summaryOf(wallet, decimals),
    };
  }
}

export class WalletsPage implements Page<WalletAnswer> {
  @ApiProperty({ type: [WalletAnswer] })
  readonly data!: readonly WalletAnswer[];

  @NextProperty('wallet-1001')
  readonly next!: string | null;

  static of(rows: readonly Wallet[], limit: number): WalletsPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => WalletAnswer.of(row) });
  }
}
