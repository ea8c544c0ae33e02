import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { noteInRequestContext } from '../logging/request-context.js';
import type { ErrorName } from './catalogue.js';
import { GpasError } from './gpas-error.js';

/** What the framework throws by itself, by HTTP status. */
const NAME_OF_STATUS: Readonly<Record<number, ErrorName>> = {
  400: 'INVALID_REQUEST',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
};

/**
 * Turns whatever was thrown into the one error body of the protocol (§3). What is not a refusal of ours is a 500
 * whose cause goes to the log and nowhere else.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = this.toGpasError(thrown);
    noteInRequestContext({ code: error.toBody().code });
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) response.destroy();
    else response.status(error.status).set(error.headers).json(error.toBody());
  }

  private toGpasError(thrown: unknown): GpasError {
    if (thrown instanceof GpasError) return thrown;
    const name = thrown instanceof HttpException ? NAME_OF_STATUS[thrown.getStatus()] : undefined;
    if (name) return new GpasError(name);
    this.logger.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    return new GpasError('SYSTEM_ERROR');
  }
}
