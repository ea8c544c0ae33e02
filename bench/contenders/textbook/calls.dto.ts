import { Type } from 'class-transformer';
import {
  Equals,
  IsNumberString,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';

export class OpenSessionQuery {
  @IsString()
  @MaxLength(128)
  @Matches(/^[\x21-\x7e]+$/)
  walletId!: string;
}

export class SessionQuery {
  @IsUUID()
  walletSessionId!: string;
}

export class DebitBody {
  @IsString()
  @MaxLength(128)
  @Matches(/^[\x21-\x7e]+$/)
  externalReference!: string;

  @IsNumberString({ no_symbols: false })
  value!: string;

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  description?: string;

  @Equals('GAME_DEBIT')
  typeCode!: string;

  @IsOptional()
  @IsObject()
  @Type(() => Object)
  tags?: Record<string, unknown>;
}
