import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import {
  type Incident,
  INCIDENT_KINDS,
  INCIDENT_STATUSES,
  type IncidentKind,
  type IncidentStatus,
  type SightingRecord,
} from '../../../incidents/incident.types.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { toDecimalText } from '../../../wallets/money.js';
import { NextProperty, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';

export class IncidentsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: INCIDENT_STATUSES, description: 'Only those of this status', example: 'OPEN' })
  @IsOptional()
  @IsIn(INCIDENT_STATUSES, { message: `status must be one of ${INCIDENT_STATUSES.join(', ')}` })
  readonly status?: IncidentStatus;

  @ApiPropertyOptional({
    enum: INCIDENT_KINDS,
    description: 'Only those of this kind',
    example: 'LATE_SETTLEMENT_REFUSED',
  })
  @IsOptional()
  @IsIn(INCIDENT_KINDS, { message: `kind must be one of ${INCIDENT_KINDS.join(', ')}` })
  readonly kind?: IncidentKind;
}

export class IncidentPath {
  @Identifier({ description: 'The id of the incident', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly incidentId!: string;
}

export class ResolveIncidentBody {
  @ApiProperty({
    description: 'What was found and done',
    minLength: 1,
    maxLength: 1000,
    example: 'Agreed with GPAS',
  })
  @Matches(/^[^\p{Cs}]{1,1000}$/u, { message: 'note must be 1 to 1,000 characters' })
  readonly note!: string;

  @ApiPropertyOptional({
    type: Boolean,
    description:
      'Books the win or the rollback of a LATE_SETTLEMENT_REFUSED under its own reference: what GPAS sends again is a repeat',
    default: false,
  })
  @IsOptional()
  @IsBoolean({ message: 'post must be true or false' })
  readonly post?: boolean | null;
}

export class IncidentAnswer {
  @ApiProperty({ format: 'uuid', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly incidentId!: string;

  @ApiProperty({ enum: INCIDENT_KINDS, example: 'LATE_SETTLEMENT_REFUSED' })
  readonly kind!: IncidentKind;

  @ApiProperty({ enum: INCIDENT_STATUSES, example: 'OPEN' })
  readonly status!: IncidentStatus;

  @ApiProperty({ example: 'BL13GT' })
  readonly parentSystemId!: string;

  @ApiProperty({
    description: 'Of SIGNATURE_FAILURES the hour, UTC',
    example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06',
  })
  readonly externalReference!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What GPAS called', example: 'CREDIT' })
  readonly movementKind!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of SIGNATURE_FAILURES the last address that they came from',
    example: null,
  })
  readonly callerAddress!: string | null;

  @ApiProperty({ description: 'What GPAS was answered', example: 'INVALID_WALLET_SESSION' })
  readonly answer!: string;

  @ApiProperty({ type: String, nullable: true, example: 'wallet-1001' })
  readonly walletId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })
  readonly sessionId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "In the currency's smallest unit",
    example: '25050',
  })
  readonly amountMinor!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As text with its decimals', example: '250.50' })
  readonly amount!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'ISO 4217, of the wallet', example: 'BRL' })
  readonly currency!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'agt-54' })
  readonly gameId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The reference that a rollback names',
    example: null,
  })
  readonly targetReference!: string | null;

  @ApiProperty({ description: 'How often it came', example: 3 })
  readonly times!: number;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly firstAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T17:02:11.020Z' })
  readonly lastAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly resolvedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The key that resolved it', example: null })
  readonly resolvedBy!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly note!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The movement booked to resolve it',
    example: null,
  })
  readonly movementId!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When GPAS rolled it back: it is never paid then',
    example: null,
  })
  readonly calledBackAt!: string | null;

  static of({
    id,
    amountMinor,
    decimals,
    firstAt,
    lastAt,
    resolvedAt,
    calledBackAt,
    ...incident
  }: Incident): IncidentAnswer {
    return {
      incidentId: id,
      ...incident,
      amountMinor: amountMinor === null ? null : toDecimalText(amountMinor, 0),
      amount: amountMinor === null || decimals === null ? null : toDecimalText(amountMinor, decimals),
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
      resolvedAt: resolvedAt?.toISOString() ?? null,
      calledBackAt: calledBackAt?.toISOString() ?? null,
    };
  }
}

/** One content that an incident came with. */
export class SightingAnswer {
  @ApiProperty({ type: String, nullable: true, example: 'wallet-1001' })
  readonly walletId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })
  readonly sessionId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As text with its decimals', example: '250.50' })
  readonly amount!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly callerAddress!: string | null;

  @ApiProperty({ description: 'What GPAS was answered', example: 'INVALID_WALLET_SESSION' })
  readonly answer!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The query as it was sent, at most 2,048 characters of it',
    example: 'walletSessionId=3fa85f64-5717-4562-b3fc-2c963f66afa6',
  })
  readonly sentQuery!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The body as it was sent, at most 12,288 characters of it',
    example: '{"externalReference":"agt-win-1","value":"250.50","typeCode":"GAME_CREDIT"}',
  })
  readonly sentBody!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly firstAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T17:02:11.020Z' })
  readonly lastAt!: string;

  @ApiProperty({ description: 'How often it came', example: 3 })
  readonly times!: number;

  static of(row: SightingRecord, decimals: number | null): SightingAnswer {
    const { walletId, sessionId, amountMinor, callerAddress, answer, sentQuery, sentBody, times } = row;
    return {
      walletId,
      sessionId,
      amount: amountMinor === null || decimals === null ? null : toDecimalText(amountMinor, decimals),
      callerAddress,
      answer,
      sentQuery,
      sentBody,
      firstAt: row.firstAt.toISOString(),
      lastAt: row.lastAt.toISOString(),
      times,
    };
  }
}

export class IncidentDetailAnswer extends IncidentAnswer {
  @ApiProperty({
    type: [SightingAnswer],
    description: 'Each content that it came with, as it was sent first; at most 20 are kept',
  })
  readonly sightings!: readonly SightingAnswer[];

  static withSightings(incident: Incident, sightings: readonly SightingRecord[]): IncidentDetailAnswer {
    return {
      ...IncidentAnswer.of(incident),
      sightings: sightings.map((row) => SightingAnswer.of(row, incident.decimals)),
    };
  }
}

export class IncidentsPage implements Page<IncidentAnswer> {
  @ApiProperty({ type: [IncidentAnswer] })
  readonly data!: readonly IncidentAnswer[];

  @NextProperty('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42')
  readonly next!: string | null;

  static of(rows: readonly Incident[], limit: number): IncidentsPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => IncidentAnswer.of(row) });
  }
}
