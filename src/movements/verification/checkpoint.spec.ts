import { createSecretKey, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerKey } from '../../ledger-keys/ledger-key.js';
import { Checkpoint, CheckpointWriter, type Head } from './checkpoint.js';

const keyOf = (): LedgerKey => new LedgerKey(1, new Date(0), createSecretKey(randomBytes(32)));
const KEY = keyOf();
/** More than are written at once. */
const HEADS: readonly Head[] = Array.from({ length: 2_500 }, (_, index) => ({
  walletId: `w-${String(index).padStart(5, '0')}`,
  seq: index,
  seal: `1.${index}`,
}));

const folder = mkdtempSync(join(tmpdir(), 'oas-checkpoint-'));
const path = join(folder, 'monday');
let text: string;

beforeAll(async () => {
  const writer = await CheckpointWriter.create(path, KEY);
  for (const head of HEADS) await writer.add(head);
  await writer.finish();
  text = readFileSync(path, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function all(heads: AsyncIterable<Head>): Promise<Head[]> {
  const list: Head[] = [];
  for await (const head of heads) list.push(head);
  return list;
}

describe('a checkpoint', () => {
  it('is read as it was written, in step with the wallets', async () => {
    const checkpoint = await Checkpoint.open(path, KEY);
    expect(Date.now() - Date.parse(checkpoint.at)).toBeLessThan(60_000);
    expect(await all(checkpoint.before('w-00001'))).toEqual(HEADS.slice(0, 1));
    expect(await checkpoint.of('w-00001')).toEqual(HEADS[1]);
    expect(await checkpoint.of('w-000015')).toBeNull(); // one that came later
    expect(await all(checkpoint.before('w-02000'))).toEqual(HEADS.slice(2, 2_000));
    expect(await all(checkpoint.before(null))).toEqual(HEADS.slice(2_000));
    expect(await checkpoint.of('x')).toBeNull();
  });

  it('may be of no wallets', async () => {
    const empty = join(folder, 'empty');
    await (await CheckpointWriter.create(empty, KEY)).finish();
    expect(await all((await Checkpoint.open(empty, KEY)).before(null))).toEqual([]);
  });

  it('is not written over another file, nor where none can be', async () => {
    await expect(CheckpointWriter.create(path, KEY)).rejects.toThrow(`${path} is there already`);
    const nowhere = join(folder, 'no-such-folder', 'x');
    await expect(CheckpointWriter.create(nowhere, KEY)).rejects.toThrow(`${nowhere} cannot be written`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that is given up leaves no file', async () => {
    const other = join(folder, 'given-up');
    await (await CheckpointWriter.create(other, KEY)).abandon();
    expect(existsSync(other)).toBe(false);
  });

  it.each<[string, (whole: string) => string, RegExp]>([
    ['another number', (whole) => whole.replace('["w-00004",4,', '["w-00004",3,'), /its root does not hold/],
    ['a line taken away', (whole) => whole.replace(/^\["w-00004".*\n/m, ''), /its root does not hold/],
    [
      'two lines exchanged',
      (whole) => whole.replace(/^(\["w-00004.*\n)(.*\n)/m, '$2$1'),
      /root does not hold/,
    ],
    ['another time', (whole) => whole.replace(/"at":"\d/, '"at":"9'), /its root does not hold/],
    ['its end missing', (whole) => whole.slice(0, whole.lastIndexOf('{')), /has no root: it was cut off/],
    ['something after its end', (whole) => `${whole}["z",1,"x"]\n`, /goes on after its root/],
    ['other things in it', () => '{"hello":"world"}\n', /is no checkpoint of this program/],
    ['no JSON in it', () => 'hello\n', /is no checkpoint of this program/],
    ['null in it', () => 'null\n', /is no checkpoint of this program/],
    ['a line without an end', () => 'x'.repeat(100_000), /is no checkpoint of this program/],
    ['nothing in it', () => '', /has no root/],
  ])('with %s is refused', async (_, change, says) => {
    const other = join(folder, 'changed');
    writeFileSync(other, change(text));
    await expect(Checkpoint.open(other, KEY)).rejects.toThrow(says);
  });

  it('of another ledger is refused, and one that is not there', async () => {
    await expect(Checkpoint.open(path, keyOf())).rejects.toThrow('of another ledger');
    await expect(Checkpoint.open(join(folder, 'nowhere'), KEY)).rejects.toThrow('cannot be read');
    await expect(Checkpoint.open(folder, KEY)).rejects.toThrow('cannot be read');
  });
});
