import { SessionIdParameter } from '../../sessions/dto/session-id.decorator.js';

export class BalanceQuery {
  @SessionIdParameter()
  readonly walletSessionId!: string;
}
