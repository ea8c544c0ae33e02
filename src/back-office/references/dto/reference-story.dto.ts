import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { ERROR_NAMES } from '../../../errors/catalogue.js';
import {
  MOVEMENT_KINDS,
  OPERATOR_PARENT_SYSTEM_ID,
  type RecordedBinding,
  SUB_WALLETS,
  type SubWallet,
} from '../../../movements/movement.types.js';
import type { ReferenceStory } from '../../../movements/reference-stories.service.js';
import { Identifier, IDENTIFIER } from '../../../validation/identifier.decorator.js';
import { toDecimalText } from '../../../wallets/money.js';
import type { Wallet } from '../../../wallets/wallet.types.js';
import { IncidentDetailAnswer } from '../../incidents/dto/incident.dto.js';
import { exactJson } from '../../../files/exact-json.js';
import { MovementRow } from '../../movements/dto/found-movement.dto.js';
import {
  STORY_EVENTS,
  STORY_STATUSES,
  type StoryEvent,
  type StoryStatus,
  statusOf,
  type TimelineEntry,
  timelineOf,
} from '../timeline.rules.js';

export class ReferencePath {
  @Identifier({ description: 'The reference', example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06' })
  readonly externalReference!: string;
}

export class ReferenceQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 128,
    description: `Only what this parent system knows of it; \`${OPERATOR_PARENT_SYSTEM_ID}\` is the operator's own payments`,
    example: 'BL13GT',
  })
  @IsOptional()
  @ValidateBy({
    name: 'isParentSystemId',
    validator: {
      validate: (id: unknown) =>
        typeof id === 'string' && (IDENTIFIER.test(id) || id === OPERATOR_PARENT_SYSTEM_ID),
      defaultMessage: () => 'parentSystemId must be 1 to 128 visible ASCII characters without spaces',
    },
  })
  readonly parentSystemId?: string;
}

/** What a reference is bound to. Of what came again with the same content and was refused again, the log tells. */
export class FirstSight {
  @ApiProperty({ format: 'date-time', example: '2026-02-05T14:02:35.476Z' })
  readonly at!: string;

  @ApiProperty({
    enum: ERROR_NAMES,
    type: String,
    nullable: true,
    description: 'Why it was refused when it came first; null where it was booked at once',
    example: 'INSUFFICIENT_FUNDS',
  })
  readonly refusal!: string | null;

  @ApiProperty({ enum: MOVEMENT_KINDS, example: 'DEBIT' })
  readonly kind!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null where its session was not known: then nothing is ever booked under it',
    example: 'wallet-1001',
  })
  readonly walletId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As it was named',
    example: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  })
  readonly sessionId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As text with its decimals; null for a rollback, and for what its currency cannot express',
    example: '37.50',
  })
  readonly amount!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'ISO 4217, of the wallet', example: 'BRL' })
  readonly currency!: string | null;

  @ApiProperty({
    enum: SUB_WALLETS,
    type: String,
    nullable: true,
    description: "Of the operator's own payments",
    example: null,
  })
  readonly subWallet!: SubWallet | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The reference that a rollback names',
    example: null,
  })
  readonly targetReference!: string | null;

  /** @param bound its wallet, whose currency the amount is in; null where none is known */
  static ofBinding(binding: RecordedBinding, bound: Wallet | null): FirstSight {
    const { createdAt, refusal, kind, walletId, sessionId, amountMinor, subWallet, targetReference } =
      binding;
    return {
      at: createdAt.toISOString(),
      refusal,
      kind,
      walletId,
      sessionId,
      amount: amountMinor === null || !bound ? null : toDecimalText(amountMinor, bound.decimals),
      currency: bound?.currency ?? null,
      subWallet,
      targetReference,
    };
  }
}

export class Tombstone {
  @ApiProperty({ format: 'date-time', example: '2026-02-05T14:02:35.476Z' })
  readonly at!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of the rollback', example: 'wallet-1001' })
  readonly walletId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Which the rollback named',
    example: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  })
  readonly sessionId!: string | null;

  static of({ createdAt, walletId, sessionId }: RecordedBinding): Tombstone {
    return { at: createdAt.toISOString(), walletId, sessionId };
  }
}

export class StoryEventAnswer {
  @ApiProperty({ format: 'date-time', example: '2026-02-05T14:02:35.476Z' })
  readonly at!: string;

  @ApiProperty({ enum: STORY_EVENTS, example: 'REFUSED' })
  readonly event!: StoryEvent;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The answer, the incident, the note, the movement, or the reference of the rollback',
    example: 'INSUFFICIENT_FUNDS',
  })
  readonly detail!: string | null;

  static of({ at, event, detail }: TimelineEntry): StoryEventAnswer {
    return { at: at.toISOString(), event, detail };
  }
}

export class ReferenceStoryAnswer {
  @ApiProperty({
    description: `\`${OPERATOR_PARENT_SYSTEM_ID}\` is the operator's own payments`,
    example: 'BL13GT',
  })
  readonly parentSystemId!: string;

  @ApiProperty({ enum: STORY_STATUSES, description: 'What became of it', example: 'BOOKED' })
  readonly status!: StoryStatus;

  @ApiProperty({ type: [StoryEventAnswer], description: 'All that follows, in the order of time' })
  readonly events!: readonly StoryEventAnswer[];

  @ApiProperty({
    type: FirstSight,
    nullable: true,
    description: 'What it stands for since it came first; null where nothing came that could be bound',
  })
  readonly firstSight!: FirstSight | null;

  @ApiProperty({
    type: Tombstone,
    nullable: true,
    description: 'GPAS rolled it back before it was booked: it is never booked',
  })
  readonly tombstone!: Tombstone | null;

  @ApiProperty({ type: MovementRow, nullable: true, description: 'What was booked' })
  readonly movement!: MovementRow | null;

  @ApiProperty({ type: MovementRow, nullable: true, description: 'The rollback that took it back' })
  readonly rollback!: MovementRow | null;

  @ApiProperty({ type: [IncidentDetailAnswer], description: 'With each content that they came with' })
  readonly incidents!: readonly IncidentDetailAnswer[];

  static of(story: ReferenceStory): ReferenceStoryAnswer {
    const { parentSystemId, firstSight, tombstone, movement, rollback, wallet, incidents } = story;
    const rolledBackBy = rollback?.id ?? null;
    return {
      parentSystemId,
      status: statusOf(story),
      events: timelineOf(story).map((entry) => StoryEventAnswer.of(entry)),
      firstSight: firstSight && FirstSight.ofBinding(firstSight, wallet),
      tombstone: tombstone && Tombstone.of(tombstone),
      movement: movement && wallet && MovementRow.of({ movement, wallet, rolledBackBy }),
      rollback: rollback && wallet && MovementRow.of({ movement: rollback, wallet, rolledBackBy: null }),
      incidents: incidents.map(({ incident, sightings }) =>
        IncidentDetailAnswer.withSightings(incident, sightings),
      ),
    };
  }
}

export class ReferenceStoriesAnswer {
  @ApiProperty({ example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06' })
  readonly externalReference!: string;

  @ApiProperty({ type: [ReferenceStoryAnswer], description: 'One for each parent system that knows it' })
  readonly stories!: readonly ReferenceStoryAnswer[];

  /** The answer as JSON text, with tags as they were sent. */
  static textOf(externalReference: string, stories: readonly ReferenceStory[]): string {
    return exactJson({ externalReference, stories: stories.map((story) => ReferenceStoryAnswer.of(story)) });
  }
}
