import { ERROR_CATALOGUE, type ErrorBody, type ErrorName } from './catalogue.js';

/**
 * A refusal that the caller is told about: one entry of the catalogue, optionally with a more exact message.
 * The message goes out as it is, so it may name a parameter but never hold a value, a secret or a detail of the server.
 * Where it was made is not kept: nobody reads it, and a wrong signature cost a quarter more for it (60 µs of CPU, Node 24).
 */
export class GpasError extends Error {
  constructor(
    readonly errorName: ErrorName,
    message: string = ERROR_CATALOGUE[errorName].message,
    /** Headers of the answer, beside its body. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'GpasError';
  }

  get status(): number {
    return ERROR_CATALOGUE[this.errorName].status;
  }

  toBody(): ErrorBody {
    const { code, type } = ERROR_CATALOGUE[this.errorName];
    return { code, type, message: this.message };
  }
}
