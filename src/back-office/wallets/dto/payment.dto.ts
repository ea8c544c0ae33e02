import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Description } from '../../../movements/dto/movement.dto.js';
import type { Receipt } from '../../../movements/movements.service.js';
import { SUB_WALLETS, type SubWallet } from '../../../movements/movement.types.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { Amount } from '../../../wallets/amount.decorator.js';
import { SubWalletSummary, summaryOf } from '../../../wallets/balance.dto.js';
import { toJsonNumber } from '../../../wallets/money.js';

/** The operator's payment. Generated clients know it by the name that it has in the document. */
@ApiSchema({ name: 'OperatorMovementBody' })
export class PaymentBody {
  @Identifier({
    description: "The operator's own unique id of this payment; sent again, it is booked once",
    example: 'deposit-2026-02-05-0001',
  })
  readonly externalReference!: string;

  @Amount()
  readonly value!: string | number;

  @ApiProperty({ enum: SUB_WALLETS, description: "The player's own money, or money given with conditions" })
  @IsIn(SUB_WALLETS, { message: `subWallet must be one of ${SUB_WALLETS.join(', ')}` })
  readonly subWallet!: SubWallet;

  @Description()
  readonly description?: string | null;
}

@ApiSchema({ name: 'OperatorMovementAnswer' })
export class PaymentAnswer {
  @ApiProperty({ format: 'uuid', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly movementId!: string;

  @ApiProperty({ enum: ['DEPOSIT', 'WITHDRAWAL'], example: 'DEPOSIT' })
  readonly kind!: string;

  @ApiProperty({ example: 'wallet-1001' })
  readonly walletId!: string;

  @ApiProperty({ example: 'deposit-2026-02-05-0001' })
  readonly externalReference!: string;

  @ApiProperty({ description: 'In the currency of the wallet', example: 100 })
  readonly value!: number;

  @ApiProperty({ description: 'The total after the movement', example: 9250 })
  readonly leftBalance!: number;

  @ApiProperty({ type: [SubWalletSummary] })
  readonly subWalletsSummary!: SubWalletSummary[];

  static of({ movement, wallet: { decimals } }: Receipt): PaymentAnswer {
    const { id, kind, walletId, externalReference, amountMinor, realAfterMinor, bonusAfterMinor } = movement;
    return {
      movementId: id,
      kind,
      walletId,
      externalReference,
      value: toJsonNumber(amountMinor, decimals),
      ...summaryOf({ realMinor: realAfterMinor, bonusMinor: bonusAfterMinor }, decimals),
    };
  }
}
