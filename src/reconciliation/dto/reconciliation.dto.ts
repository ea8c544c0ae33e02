import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { PROVIDER_CODE } from '../../games/game-form.js';
import { type Decimal, exactJson } from '../../files/exact-json.js';
import type { ReportRow } from '../report.rules.js';

/** GPAS's own names. */
export class ReconciliationQuery {
  @ApiProperty({ description: 'First day, UTC', format: 'date', example: '2026-02-05' })
  @IsString({ message: 'date_from must be a day like 2026-02-05' })
  readonly date_from!: string;

  @ApiProperty({
    description: 'Last day, UTC, included; at most 31 days in all',
    format: 'date',
    example: '2026-02-05',
  })
  @IsString({ message: 'date_to must be a day like 2026-02-05' })
  readonly date_to!: string;

  @ApiPropertyOptional({ description: 'Only games of this provider', maxLength: 64, example: 'AGT' })
  @IsOptional()
  @Matches(PROVIDER_CODE, {
    message: 'provider_code must be 1 to 64 visible ASCII characters without spaces',
  })
  readonly provider_code?: string;
}

/** One day, game and currency. */
export class ReconciliationRow {
  @ApiProperty({ format: 'date', example: '2026-02-05' })
  readonly date!: string;

  @ApiProperty({ example: 'AGT' })
  readonly provider_code!: string;

  @ApiProperty({ example: 'agt-54' })
  readonly game_id!: string;

  @ApiProperty({ example: 'Book of Sun' })
  readonly game_name!: string;

  @ApiProperty({ description: 'ISO 4217; currencies are never added up', example: 'BRL' })
  readonly currency!: string;

  @ApiProperty({ description: 'Exact at any size', example: 15000 })
  readonly total_bet!: number;

  @ApiProperty({ example: 0 })
  readonly total_bet_rollback!: number;

  @ApiProperty({ example: 10000 })
  readonly total_win!: number;

  @ApiProperty({ example: 0 })
  readonly total_win_rollback!: number;

  @ApiProperty({ description: '(bet - bet_rollback) - (win - win_rollback)', example: 5000 })
  readonly total_ggr!: number;

  @ApiProperty({ example: 150 })
  readonly transaction_count_bet!: number;

  @ApiProperty({ example: 40 })
  readonly transaction_count_win!: number;

  @ApiProperty({ example: 0 })
  readonly transaction_count_rollback!: number;
}

export class ReconciliationAnswer {
  @ApiProperty({ enum: ['success'], example: 'success' })
  readonly status!: 'success';

  @ApiProperty({ type: [ReconciliationRow] })
  readonly data!: readonly ReconciliationRow[];

  /** The answer as JSON text: a total of more than 15 digits is no number of JavaScript's, but one of JSON's. */
  static textOf(rows: readonly ReportRow[]): string {
    return exactJson({ status: 'success', data: rows.map(rowOf) });
  }
}

function rowOf(row: ReportRow): Record<keyof ReconciliationRow, string | number | Decimal> {
  return {
    date: row.date,
    provider_code: row.providerCode,
    game_id: row.gameId,
    game_name: row.gameName,
    currency: row.currency,
    total_bet: row.totalBet,
    total_bet_rollback: row.totalBetRollback,
    total_win: row.totalWin,
    total_win_rollback: row.totalWinRollback,
    total_ggr: row.totalGgr,
    transaction_count_bet: row.betCount,
    transaction_count_win: row.winCount,
    transaction_count_rollback: row.rollbackCount,
  };
}
