import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { LedgerKey } from '../../ledger-keys/ledger-key.js';

/*
 * A checkpoint: the seal of every wallet's last movement, in the order of the wallets' ids, a line each, and under them one seal of all
 * lines, the root. Kept where whoever keeps the database cannot change it, it shows later what was taken away since.
 */

const FORMAT = 'gpas-oas checkpoint 1';
/** Longer than any line that is written. */
const MAX_LINE_LENGTH = 1_000;

/** What a wallet had at some time. */
export interface Head {
  readonly walletId: string;
  readonly seq: number;
  readonly seal: string;
}

/** What whoever named the file can mend. */
export class CheckpointError extends Error {}

export class CheckpointWriter {
  private readonly hash = createHash('sha256');
  private wallets = 0;
  private lines: string[] = [];

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly key: LedgerKey,
  ) {}

  /** @throws CheckpointError where the file is there already, or cannot be made */
  static async create(path: string, key: LedgerKey): Promise<CheckpointWriter> {
    const file = await open(path, 'wx').catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      throw new CheckpointError(
        code === 'EEXIST'
          ? `${path} is there already: name another file`
          : `${path} cannot be written: ${(error as Error).message}`,
      );
    });
    const writer = new CheckpointWriter(path, file, key);
    writer.push(JSON.stringify({ format: FORMAT, at: new Date().toISOString() }));
    return writer;
  }

  async add({ walletId, seq, seal }: Head): Promise<void> {
    this.wallets += 1;
    this.push(JSON.stringify([walletId, seq, seal]));
    if (this.lines.length >= 1_000) await this.flush();
  }

  /** Writes the root. */
  async finish(): Promise<void> {
    const root = rootOf(this.key, this.hash, this.wallets);
    this.lines.push(`${JSON.stringify({ wallets: this.wallets, root })}\n`);
    await this.flush();
    await this.file.sync();
    await this.file.close();
  }

  /** Takes the file away: there is nothing to vouch for. */
  async abandon(): Promise<void> {
    await this.file.close();
    await unlink(this.path);
  }

  private push(line: string): void {
    this.hash.update(`${line}\n`);
    this.lines.push(`${line}\n`);
  }

  private async flush(): Promise<void> {
    await this.file.appendFile(this.lines.join(''));
    this.lines = [];
  }
}

/** A checkpoint of before, which is gone through in step with the wallets. */
export class Checkpoint {
  private next: Head | undefined;

  private constructor(
    /** When it was written. */
    readonly at: string,
    private readonly heads: AsyncGenerator<Head>,
  ) {}

  /**
   * Reads it all once, so that nothing is compared with a file that is not whole.
   * @throws CheckpointError where it is none, was changed, or is of another ledger
   */
  static async open(path: string, key: LedgerKey): Promise<Checkpoint> {
    const at = await verifiedAt(path, key);
    const checkpoint = new Checkpoint(at, headsOf(path));
    await checkpoint.advance();
    return checkpoint;
  }

  /** Those that come before this wallet, and have not been asked for; of all that are left where it is null. */
  async *before(walletId: string | null): AsyncGenerator<Head> {
    while (this.next && (walletId === null || this.next.walletId < walletId)) {
      yield this.next;
      await this.advance();
    }
  }

  /** What it has of this wallet; null where it has nothing. Wallets are asked for in the order of their ids. */
  async of(walletId: string): Promise<Head | null> {
    const head = this.next;
    if (head?.walletId !== walletId) return null;
    await this.advance();
    return head;
  }

  private async advance(): Promise<void> {
    const next = await this.heads.next();
    this.next = next.done ? undefined : next.value;
  }
}

async function verifiedAt(path: string, key: LedgerKey): Promise<string> {
  const hash = createHash('sha256');
  let [at, wallets] = ['', -1];
  let root: string | undefined;
  for await (const line of linesOf(path)) {
    if (root !== undefined) throw new CheckpointError(`${path} goes on after its root: it was changed`);
    const parsed = parse(path, line) as Record<string, unknown>;
    if (wallets === -1) {
      if (parsed['format'] !== FORMAT) throw new CheckpointError(`${path} is no checkpoint of this program`);
      at = String(parsed['at']);
    }
    if (typeof parsed['root'] === 'string') root = parsed['root'];
    else {
      hash.update(`${line}\n`);
      wallets += 1;
    }
  }
  if (root === undefined) throw new CheckpointError(`${path} has no root: it was cut off, or is none`);
  if (root !== rootOf(key, hash, wallets)) {
    throw new CheckpointError(
      `${path} is not as it was written, or is of another ledger: its root does not hold`,
    );
  }
  return at;
}

async function* headsOf(path: string): AsyncGenerator<Head> {
  for await (const line of linesOf(path)) {
    const parsed = parse(path, line);
    if (!Array.isArray(parsed)) continue;
    const [walletId, seq, seal] = parsed as [string, number, string];
    yield { walletId, seq, seal };
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line.length > MAX_LINE_LENGTH)
        throw new CheckpointError(`${path} is no checkpoint of this program`);
      yield line;
    }
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(`${path} cannot be read: ${(error as Error).message}`);
  } finally {
    input.destroy();
  }
}

function parse(path: string, line: string): unknown {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    throw new CheckpointError(`${path} is no checkpoint of this program`);
  }
}

function rootOf(key: LedgerKey, hash: Hash, wallets: number): string {
  return key.seal(['checkpoint', wallets, hash.copy().digest('hex')]);
}
