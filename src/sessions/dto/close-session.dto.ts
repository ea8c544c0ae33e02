import { SessionIdParameter } from './session-id.decorator.js';

export class CloseSessionQuery {
  @SessionIdParameter()
  readonly id!: string;
}
