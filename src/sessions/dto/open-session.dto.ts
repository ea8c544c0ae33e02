import { ApiProperty } from '@nestjs/swagger';
import { WalletIdParameter } from '../../wallets/wallet-id.decorator.js';
import { type Session, SESSION_STATUSES, type SessionStatus } from '../session.types.js';

export class OpenSessionQuery {
  @WalletIdParameter()
  readonly walletId!: string;
}

/** The answer to Sessions (protocol §1.1). */
export class SessionAnswer {
  @ApiProperty({
    description: 'The session id that every later call names',
    format: 'uuid',
    example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42',
  })
  readonly id!: string;

  @ApiProperty({ example: '2sdf1sd' })
  readonly walletId!: string;

  @ApiProperty({
    description: 'UTC, with milliseconds',
    format: 'date-time',
    example: '2026-02-05T16:58:35.476Z',
  })
  readonly created!: string;

  @ApiProperty({ enum: SESSION_STATUSES, example: 'OPEN' })
  readonly status!: SessionStatus;

  static of({ id, walletId, createdAt, status }: Session): SessionAnswer {
    return { id, walletId, created: createdAt.toISOString(), status };
  }
}
