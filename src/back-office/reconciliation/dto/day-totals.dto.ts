import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, ValidateBy } from 'class-validator';
import { GAME_ID, PROVIDER_CODE } from '../../../games/game-form.js';
import { startOfDay } from '../../../reconciliation/days.js';
import { exactJson } from '../../../files/exact-json.js';
import type { ReportRow, SessionTotals } from '../../../reconciliation/report.rules.js';
import { UNKNOWN } from '../../../reconciliation/report.rules.js';
import { NextProperty, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';

export class DayQuery {
  @Day()
  readonly date!: string;

  @ApiPropertyOptional({ description: 'Only games of this provider', maxLength: 64, example: 'AGT' })
  @IsOptional()
  @Matches(PROVIDER_CODE, { message: 'providerCode must be 1 to 64 visible ASCII characters without spaces' })
  readonly providerCode?: string;
}

/** One row of the day. */
export class RowSessionsQuery extends PageQuery {
  @Day()
  readonly date!: string;

  @ApiProperty({ description: 'As the row has it', example: 'agt-54' })
  @Matches(GAME_ID, { message: 'gameId must be 1 to 128 visible ASCII characters without spaces' })
  readonly gameId!: string;

  @ApiProperty({ description: 'As the row has it', example: 'BRL' })
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code in capitals, like EUR' })
  readonly currency!: string;
}

/** Decimals of any size, as {@link exactJson} writes them. */
class TotalsFields {
  @ApiProperty({ description: 'Exact at any size', example: 15000 })
  readonly totalBet!: number;

  @ApiProperty({ example: 0 })
  readonly totalBetRollback!: number;

  @ApiProperty({ example: 10000 })
  readonly totalWin!: number;

  @ApiProperty({ example: 0 })
  readonly totalWinRollback!: number;

  @ApiProperty({ description: '(bet - bet rollback) - (win - win rollback)', example: 5000 })
  readonly totalGgr!: number;

  @ApiProperty({ example: 150 })
  readonly betCount!: number;

  @ApiProperty({ example: 40 })
  readonly winCount!: number;

  @ApiProperty({ example: 0 })
  readonly rollbackCount!: number;
}

export class DayRow extends TotalsFields {
  @ApiProperty({ format: 'date', example: '2026-02-05' })
  readonly date!: string;

  @ApiProperty({ example: 'AGT' })
  readonly providerCode!: string;

  @ApiProperty({ example: 'agt-54' })
  readonly gameId!: string;

  @ApiProperty({ example: 'Book of Sun' })
  readonly gameName!: string;

  @ApiProperty({ example: 'BRL' })
  readonly currency!: string;

  @ApiProperty({
    description: 'The call that shows the sessions it is the sum of',
    example: '/operator/reconciliation/sessions?date=2026-02-05&gameId=agt-54&currency=BRL',
  })
  readonly sessions!: string;
}

export class DayAnswer {
  @ApiProperty({ type: [DayRow] })
  readonly data!: readonly DayRow[];

  static textOf(rows: readonly ReportRow[]): string {
    return exactJson({
      data: rows.map(({ date, gameId, currency, ...row }) => {
        const sessions = `/operator/reconciliation/sessions?${queryOf({ date, gameId, currency })}`;
        return { date, gameId, currency, ...row, sessions };
      }),
    });
  }
}

export class SessionTotalsRow extends TotalsFields {
  @ApiProperty({ format: 'uuid', example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })
  readonly sessionId!: string;

  @ApiProperty({ example: 'wallet-1001' })
  readonly walletId!: string;

  @ApiProperty({ example: 'BRL' })
  readonly currency!: string;

  @ApiProperty({
    description: 'The call that shows the movements it is the sum of',
    example:
      '/operator/movements?sessionId=3fa85f64-5717-4562-b3fc-2c963f66afa6&gameId=agt-54&from=2026-02-05T00%3A00%3A00.000Z&until=2026-02-06T00%3A00%3A00.000Z',
  })
  readonly movements!: string;
}

export class SessionTotalsPage implements Page<SessionTotalsRow> {
  @ApiProperty({ type: [SessionTotalsRow] })
  readonly data!: readonly SessionTotalsRow[];

  @NextProperty('3fa85f64-5717-4562-b3fc-2c963f66afa6')
  readonly next!: string | null;

  /** @param sessions of the row that `query` names, latest first */
  static textOf(
    sessions: readonly SessionTotals[],
    { date, gameId, after, limit }: RowSessionsQuery,
  ): string {
    const rest = after === undefined ? sessions : sessions.filter(({ sessionId }) => sessionId < after);
    const from = startOfDay(date) ?? new Date(NaN);
    const until = new Date(from.getTime() + 86_400_000);
    return exactJson(
      pageOf(rest.slice(0, limit), limit, {
        idOf: ({ sessionId }) => sessionId,
        show: (row) => ({
          ...row,
          movements: `/operator/movements?${queryOf({
            sessionId: row.sessionId,
            ...(gameId === UNKNOWN ? {} : { gameId }),
            from: from.toISOString(),
            until: until.toISOString(),
          })}`,
        }),
      }),
    );
  }
}

function Day(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ description: 'The day, UTC', format: 'date', example: '2026-02-05' }),
    ValidateBy({
      name: 'isDay',
      validator: {
        validate: (value) => typeof value === 'string' && startOfDay(value) !== undefined,
        defaultMessage: () => 'date must be a day like 2026-02-05',
      },
    }),
  );
}

function queryOf(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}
