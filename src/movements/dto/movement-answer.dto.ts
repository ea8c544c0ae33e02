import { ApiProperty } from '@nestjs/swagger';
import { SubWalletSummary, summaryOf } from '../../wallets/balance.dto.js';
import { toJsonNumber } from '../../wallets/money.js';
import type { Receipt } from '../movements.service.js';

/** The answer to Debit, Credit and Rollback (protocol §1.4). */
export class MovementAnswer {
  @ApiProperty({ enum: ['OK'], example: 'OK' })
  readonly status!: 'OK';

  @ApiProperty({
    description: "The movement's id at the operator",
    format: 'uuid',
    example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42',
  })
  readonly movementId!: string;

  @ApiProperty({ description: 'The total after the movement, in the currency of the wallet', example: 9050 })
  readonly leftBalance!: number;

  @ApiProperty({ description: 'How much of the amount was bonus money', example: 0 })
  readonly amountBonus!: number;

  @ApiProperty({
    type: [SubWalletSummary],
    example: [
      { code: 'REAL', leftBalance: 8900, subWalletsSummary: null },
      { code: 'BONUS', leftBalance: 150, subWalletsSummary: null },
    ],
  })
  readonly subWalletsSummary!: SubWalletSummary[];

  static of({ movement, wallet: { decimals } }: Receipt): MovementAnswer {
    const { id, bonusDeltaMinor, realAfterMinor, bonusAfterMinor } = movement;
    return {
      status: 'OK',
      movementId: id,
      ...summaryOf({ realMinor: realAfterMinor, bonusMinor: bonusAfterMinor }, decimals),
      amountBonus: toJsonNumber(bonusDeltaMinor < 0n ? -bonusDeltaMinor : bonusDeltaMinor, decimals),
    };
  }
}
