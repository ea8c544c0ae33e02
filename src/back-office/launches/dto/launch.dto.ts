import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { OptionalIdentifier } from '../../shared/page.dto.js';

const DEVICES = ['Desktop', 'Mobile'] as const;
const MAX_TTL_SECONDS = 86_400;
const TTL_MESSAGE = `ttlSeconds must be a whole number from 1 to ${MAX_TTL_SECONDS}`;

export class LaunchBody {
  @Identifier({ description: 'Whose wallet the game plays with', example: '2sdf1sd' })
  readonly walletId!: string;

  @Identifier({ description: 'The game', example: 'agt-54' })
  readonly gameId!: string;

  @ApiProperty({ enum: DEVICES, example: 'Desktop' })
  @IsIn(DEVICES, { message: `device must be one of ${DEVICES.join(', ')}` })
  readonly device!: (typeof DEVICES)[number];

  @ApiProperty({ description: "The player's language, as in BCP 47", example: 'en' })
  @Matches(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, {
    message: 'language must be a language tag, like en or pt-BR',
  })
  readonly language!: string;

  @OptionalIdentifier({ description: 'What GPAS shows; the playerId where it is not given', example: 'ann' })
  readonly username?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'Play for fun', default: false })
  @IsOptional()
  @IsBoolean({ message: 'isDemo must be true or false' })
  readonly isDemo?: boolean | null;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'How long the token opens sessions',
    minimum: 1,
    maximum: MAX_TTL_SECONDS,
    default: 900,
  })
  @IsInt({ message: TTL_MESSAGE })
  @Min(1, { message: TTL_MESSAGE })
  @Max(MAX_TTL_SECONDS, { message: TTL_MESSAGE })
  readonly ttlSeconds: number = 900;
}

export class LaunchAnswer {
  @ApiProperty({ description: 'Names the launch, for revoking it', example: 'q3Jx0bVd9yQm2TzW' })
  readonly launchId!: string;

  @ApiProperty({ description: 'The AuthToken, told this once', minLength: 100, maxLength: 100 })
  readonly authToken!: string;

  @ApiProperty({ description: "Where to send the player's browser", format: 'uri' })
  readonly url!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T17:13:35.476Z' })
  readonly expiresAt!: string;
}

export class LaunchPath {
  @Identifier({ description: 'The launchId that the launch answered', example: 'q3Jx0bVd9yQm2TzW' })
  readonly launchId!: string;
}

export class RevokedLaunchAnswer {
  @ApiProperty({ example: 'q3Jx0bVd9yQm2TzW' })
  readonly launchId!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T17:00:00.000Z' })
  readonly revokedAt!: string;
}
