import { ApiProperty } from '@nestjs/swagger';
import { toJsonNumber } from './money.js';
import { type Wallet, WALLET_CODES, type WalletCode } from './wallet.types.js';

/** Balances in minor units. */
interface Balances {
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
}

export class SubWalletSummary {
  @ApiProperty({ enum: ['REAL', 'BONUS'], example: 'REAL' })
  readonly code!: 'REAL' | 'BONUS';

  @ApiProperty({ description: 'In the currency of the wallet', example: 9000 })
  readonly leftBalance!: number;

  @ApiProperty({ type: Object, nullable: true, example: null })
  readonly subWalletsSummary!: null;
}

/** A balance as every answer shows it: the parts always add up to the total. */
export class BalanceSummary {
  @ApiProperty({ description: 'The total, in the currency of the wallet', example: 9150 })
  readonly leftBalance!: number;

  @ApiProperty({
    type: [SubWalletSummary],
    example: [
      { code: 'REAL', leftBalance: 9000, subWalletsSummary: null },
      { code: 'BONUS', leftBalance: 150, subWalletsSummary: null },
    ],
  })
  readonly subWalletsSummary!: SubWalletSummary[];
}

/** The answer to Balance (protocol §1.3). */
export class BalanceAnswer extends BalanceSummary {
  @ApiProperty({ enum: WALLET_CODES, example: 'CASINO' })
  readonly code!: WalletCode;

  static of(wallet: Wallet): BalanceAnswer {
    return { code: wallet.code, ...summaryOf(wallet, wallet.decimals) };
  }
}

/** Total and parts of two balances, as JSON numbers in the wallet's currency. */
export function summaryOf({ realMinor, bonusMinor }: Balances, decimals: number): BalanceSummary {
  const part = (code: SubWalletSummary['code'], minor: bigint): SubWalletSummary => ({
    code,
    leftBalance: toJsonNumber(minor, decimals),
    subWalletsSummary: null,
  });
  return {
    leftBalance: toJsonNumber(realMinor + bonusMinor, decimals),
    subWalletsSummary: [part('REAL', realMinor), part('BONUS', bonusMinor)],
  };
}
