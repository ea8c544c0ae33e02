import { readFileSync, statSync } from 'node:fs';

/** Why a file that a command was given cannot be read, in words that say what to do. */
export class InputFileError extends Error {}

/**
 * The bytes of a file that a command was given.
 * @param maxMegabytes of it; a larger one is not read
 * @throws InputFileError naming the file
 */
export function readInputFile(path: string, maxMegabytes: number): Buffer {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new InputFileError(`${path} is not a file.`);
    if (status.size > maxMegabytes * 1_000_000) {
      throw new InputFileError(`${path} is larger than ${maxMegabytes} MB: split it into several files.`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputFileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputFileError(
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${message}`,
    );
  }
}
