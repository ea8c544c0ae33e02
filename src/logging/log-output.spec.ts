import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogOutput } from './log-output.js';

/** More than is kept and than a pipe holds. */
const LINES = 5_000;
/** Than a pipe holds alone. */
const FIRST_LINES = 500;
const line = (number: number): string => `${JSON.stringify({ number, text: 'ü'.repeat(300) })}\n`;

let folder: string;
const open: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oas-log-'));
});
afterEach(() => {
  open.splice(0).forEach((fd) => closeSync(fd));
  rmSync(folder, { recursive: true });
});

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

/** A pipe that holds 64 KB, whose ends do not block. */
function pipe(): { reads: number; writes: number } {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reads = opened(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reads, writes: opened(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

/** What arrives until nothing does for a while. */
async function readAll(fd: number): Promise<string> {
  const chunks: Buffer[] = [];
  for (let quiet = 0; quiet < 10;) {
    const chunk = Buffer.alloc(65_536);
    try {
      chunks.push(chunk.subarray(0, readSync(fd, chunk)));
      quiet = 0;
    } catch {
      quiet += 1; // EAGAIN
    }
    await sleep(10);
  }
  return Buffer.concat(chunks).toString();
}

/** As a logger does: the number that is told is a line. */
function outputTo(fd: number): { output: LogOutput; told: number[] } {
  const told: number[] = [];
  const output = new LogOutput(fd, (lost) => {
    told.push(lost);
    output.write(`lost ${lost}\n`);
  });
  return { output, told };
}

describe('a log that nobody reads', () => {
  it('keeps what it can, counts the rest, and tells the number when it is read again', async () => {
    const { reads, writes } = pipe();
    const { output, told } = outputTo(writes);
    for (let number = 0; number < LINES; number += 1) {
      output.write(line(number));
      if (number === FIRST_LINES) await sleep(100); // the pipe is full then
    }
    const lines = (await readAll(reads)).split('\n').slice(0, -1);
    expect(told).toHaveLength(1);
    const kept = LINES - (told[0] ?? 0);
    expect(kept).toBeGreaterThan(1_000);
    expect(kept).toBeLessThan(LINES);
    expect(lines).toHaveLength(kept + 1);
    expect(lines.slice(0, -1)).toEqual(Array.from({ length: kept }, (_, number) => line(number).trimEnd()));
    expect(lines.at(-1)).toBe(`lost ${LINES - kept}`);
    output.write('later\n');
    expect(await readAll(reads)).toBe('later\n');
  });

  it('goes on with what it kept where the loss is told to nobody', async () => {
    const { reads, writes } = pipe();
    const output = new LogOutput(writes, () => undefined);
    const [first, second, third] = [900_000, 50_000, 100_000].map((length) => `${'x'.repeat(length)}\n`);
    for (const text of [first, second, third]) output.write(text!);
    expect((await readAll(reads)).length).toBe(first!.length + second!.length);
  });

  it('whose reader has gone is written to no more', async () => {
    const { reads, writes } = pipe();
    const { output, told } = outputTo(writes);
    closeSync(reads);
    open.splice(open.indexOf(reads), 1);
    output.write(line(0));
    await sleep(50);
    for (let number = 0; number < LINES; number += 1) output.write(line(number));
    await sleep(50);
    output.flush();
    expect(told).toEqual([]);
  });
});

describe('a log on a full disk', () => {
  it('throws nothing, now or at the end', async () => {
    const { output, told } = outputTo(openSync('/dev/full', constants.O_WRONLY)); // tried again and again: never closed
    for (let number = 0; number < LINES; number += 1) output.write(line(number));
    await sleep(100);
    output.flush();
    expect(told).toEqual([]);
  });
});

describe('a log with room', () => {
  it('has every line, those that still wait at the end too', async () => {
    const path = join(folder, 'log');
    const { output } = outputTo(opened(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND));
    for (let number = 0; number < 100; number += 1) output.write(line(number));
    await sleep(50);
    for (let number = 100; number < 200; number += 1) output.write(line(number));
    output.flush();
    await sleep(50);
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    expect(lines.sort()).toEqual(Array.from({ length: 200 }, (_, number) => line(number).trimEnd()).sort());
  });
});
