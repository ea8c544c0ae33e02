import http from 'node:http';
import { type Answer, openSession, WALLET_ID } from './gpas.js';

/** What a caller knows afterwards of one call: its answer, or that none came. */
export type Heard = { readonly answer: Answer } | { readonly error: Error & { code?: string } };

/** Opens sessions from `clients` keep-alive connections until told to stop; remembers what each call heard. */
export class Load {
  readonly heard: Heard[] = [];
  private readonly agent: http.Agent;
  private readonly clients: Promise<void>[];
  private stopped = false;

  constructor(urls: readonly string[], clients: number, options: { walletIds?: readonly string[] } = {}) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: clients });
    const { walletIds = [WALLET_ID] } = options;
    this.clients = Array.from({ length: clients }, async (_, client) => {
      for (let turn = client; !this.stopped; turn += 1) {
        const url = urls[turn % urls.length] ?? '';
        const walletId = walletIds[turn % walletIds.length] ?? WALLET_ID;
        this.heard.push(await hear(openSession(url, walletId, { agent: this.agent })));
      }
    });
  }

  get opened(): string[] {
    return this.heard.flatMap((one) =>
      'answer' in one && one.answer.status === 201 ? [(one.answer.body as { id: string }).id] : [],
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
    this.agent.destroy();
  }
}

async function hear(call: Promise<Answer>): Promise<Heard> {
  try {
    return { answer: await call };
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve, 5)); // a server that is gone answers very fast
    return { error: error as Error };
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `condition` holds; fails the test after `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`it did not happen within ${limitMs} ms: ${condition.toString()}`);
    await sleep(20);
  }
}
