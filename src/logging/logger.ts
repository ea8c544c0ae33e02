import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config/config.js';
import { LogOutput } from './log-output.js';
import { requestContext } from './request-context.js';

/**
 * One JSON object a line, with the request id where there is one.
 * @param destination standard output if none is given: it may be full, slow or closed
 */
export function createLogger(level: Config['logLevel'], destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const requestId = requestContext()?.requestId;
      return requestId ? { requestId } : {};
    },
  };
  if (destination !== undefined || level === 'silent') return pino(options, destination);
  const output = new LogOutput(process.stdout.fd, (lost) => {
    logger.error({ context: 'Log', lost }, 'lines of the log were lost: it was full, or not read');
  });
  const logger = pino(options, output);
  process.stdout.on('error', () => undefined); // nor need anybody see what is printed there
  process.once('exit', () => output.flush());
  return logger;
}

/** Nest names every module and route it sets up; of interest only where something does not start. */
const SET_UP: ReadonlySet<unknown> = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Nest's logger calls, as {@link createLogger}'s lines. Nest passes the context last, for errors a stack before it. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(SET_UP.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  private write(
    level: 'info' | 'warn' | 'error' | 'fatal' | 'debug',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.pop();
    const [stack] = rest;
    const text = message instanceof Error ? (message.stack ?? message.message) : String(message);
    this.logger[level]({ context, ...(typeof stack === 'string' ? { stack } : {}) }, text);
  }
}
