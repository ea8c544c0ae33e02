import {
  type ArgumentsHost,
  BadRequestException,
  HttpException,
  Logger,
  NotFoundException,
  PayloadTooLargeException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ErrorFilter } from './error.filter.js';
import { GpasError } from './gpas-error.js';

/** An answer as Express would have written it. */
class FakeResponse {
  code = 0;
  body: unknown = undefined;
  destroyed = false;
  readonly headers: Record<string, string> = {};
  constructor(readonly headersSent: boolean) {}

  status(code: number): this {
    this.code = code;
    return this;
  }
  set(headers: Record<string, string>): this {
    Object.assign(this.headers, headers);
    return this;
  }
  json(body: unknown): void {
    this.body = body;
  }
  destroy(): void {
    this.destroyed = true;
  }
}

function answerTo(thrown: unknown, headersSent = false) {
  const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const response = new FakeResponse(headersSent);
  const host = { switchToHttp: () => ({ getResponse: () => response }) } as unknown as ArgumentsHost;
  new ErrorFilter().catch(thrown, host);
  return { response, logged: log.mock.calls.map(([line]) => String(line)) };
}

const SYSTEM_ERROR = { code: 1001, type: 'SYSTEM_ERROR', message: 'System error' };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the answer to what was thrown', () => {
  it('is a refusal of ours as it stands, with its headers, and nothing is logged', () => {
    const thrown = new GpasError('DUPLICATE_TX_ID', undefined, { 'x-movement-id': 'm1' });
    const { response, logged } = answerTo(thrown);
    expect([response.code, response.body]).toEqual([
      400,
      { code: 1003, type: 'DUPLICATE_TX_ID', message: 'Already transaction' },
    ]);
    expect(response.headers).toEqual({ 'x-movement-id': 'm1' });
    expect(logged).toEqual([]);
  });

  it.each([
    [new BadRequestException('at position 7'), 400, 'INVALID_REQUEST', 'Invalid request'],
    [new NotFoundException('Cannot GET /x'), 404, 'NOT_FOUND', 'Not found'],
    [
      new PayloadTooLargeException('limit 1'),
      413,
      'PAYLOAD_TOO_LARGE',
      'The request is larger than this server takes',
    ],
  ])('to %s of the framework has our words, not its', (thrown, status, type, message) => {
    const { response, logged } = answerTo(thrown);
    expect([response.code, response.body]).toEqual([status, { code: 1010, type, message }]);
    expect(logged).toEqual([]);
  });

  it.each([
    ['an error', new Error('password=S3CR3T')],
    ['an HTTP error without words of ours', new ServiceUnavailableException('S3CR3T')],
    ['an HTTP error that is none', new HttpException('S3CR3T', 200)],
    [
      'an object that passes for an HTTP error',
      { status: 404, message: 'x', toString: (): string => 'S3CR3T' },
    ],
    ['text', 'S3CR3T'],
  ])('to %s is 500/1001; the cause goes to the log only', (_, thrown) => {
    const { response, logged } = answerTo(thrown);
    expect([response.code, response.body]).toEqual([500, SYSTEM_ERROR]);
    expect(logged).toEqual([expect.stringContaining('S3CR3T')]);
  });

  it.each([undefined, null, 0])('to %p is 500/1001', (thrown) => {
    const { response, logged } = answerTo(thrown);
    expect([response.code, response.body]).toEqual([500, SYSTEM_ERROR]);
    expect(logged).toEqual([String(thrown)]);
  });

  it('that has begun already is cut off, so that it passes for no whole one', () => {
    const { response, logged } = answerTo(new Error('half-way'), true);
    expect(response).toMatchObject({ destroyed: true, code: 0, body: undefined });
    expect(logged).toEqual([expect.stringContaining('half-way')]);
  });
});
