import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ERROR_NAMES, type ErrorName } from '../../../errors/catalogue.js';
import type { RefusedSight } from '../../../movements/reference-stories.service.js';
import { NextProperty, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';
import { OptionalInstant } from '../../shared/range.decorator.js';
import { FirstSight } from './reference-story.dto.js';

export class RefusalsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ERROR_NAMES,
    description: 'Only what was refused for this reason',
    example: 'INSUFFICIENT_FUNDS',
  })
  @IsOptional()
  @IsIn(ERROR_NAMES, { message: 'refusal must be an answer such as INSUFFICIENT_FUNDS' })
  readonly refusal?: ErrorName;

  @OptionalInstant('Came first then or later')
  readonly from?: Date;

  @OptionalInstant('Came first before that')
  readonly until?: Date;
}

export class RefusalRow extends FirstSight {
  @ApiProperty({ example: 'BL13GT' })
  readonly parentSystemId!: string;

  @ApiProperty({ example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06' })
  readonly externalReference!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was booked after all: it was sent again, or paid from its incident',
    example: null,
  })
  readonly booked!: string | null;

  @ApiProperty({
    description: 'The call that tells all of this reference',
    example: '/operator/movements/references/agt-b7219c1d2d5e1bd40a508ef19a672d06?parentSystemId=BL13GT',
  })
  readonly story!: string;

  static of({ binding, wallet, movement }: RefusedSight): RefusalRow {
    const { parentSystemId, externalReference } = binding;
    const [path, query] = [externalReference, parentSystemId].map(encodeURIComponent);
    return {
      parentSystemId,
      externalReference,
      ...FirstSight.ofBinding(binding, wallet),
      booked: movement?.createdAt.toISOString() ?? null,
      story: `/operator/movements/references/${path}?parentSystemId=${query}`,
    };
  }
}

export class RefusalsPage implements Page<RefusalRow> {
  @ApiProperty({ type: [RefusalRow] })
  readonly data!: readonly RefusalRow[];

  @NextProperty('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42')
  readonly next!: string | null;

  static of(rows: readonly RefusedSight[], limit: number): RefusalsPage {
    return pageOf(rows, limit, {
      idOf: ({ binding }) => binding.commandId,
      show: (row) => RefusalRow.of(row),
    });
  }
}
