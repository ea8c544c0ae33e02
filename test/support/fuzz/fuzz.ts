import http from 'node:http';
import fc from 'fast-check';
import { codeOf } from '../answers.js';
import { type Answer, send } from '../gpas.js';
import type { DocumentedAnswers } from './documented-answers.js';
import type { Operation } from './document.js';
import { asCurl, type FuzzRequest, requestsFor } from './requests.js';
import type { Make } from './values.js';
import type { World } from './world.js';

const CONNECTIONS = 8;
/** What moves money has more ways to go. */
const MOVEMENT_TURNS = 3;
const SLOWEST_MS = 10_000;
/** Of many failures the first tell enough. */
const MOST_PROBLEMS = 10;

export interface FuzzOptions {
  readonly seed: number;
  readonly requests: number;
  /** At the end of the first tenth. */
  readonly onWarm: () => Promise<void>;
}

/** What came of a run. */
export interface Fuzzed {
  /** Each with its seed, its index and a line that plays it alone. */
  readonly problems: readonly string[];
  /** How often each operation was answered what: `201`, `400/1003`. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/**
 * Sends requests made of the document, each operation in its turn. What a request is made of follows from the seed and its
 * index; which of the server's ids it names, from the answers before it too.
 */
export class Fuzz {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  private readonly makers: readonly fc.Arbitrary<Make<FuzzRequest>>[];
  private readonly problems: string[] = [];
  private readonly answers = new Map<string, Map<string, number>>();

  constructor(
    operations: readonly Operation[],
    private readonly world: World,
    private readonly documented: DocumentedAnswers,
  ) {
    const turns = operations.flatMap((operation) =>
      Array.from({ length: operation.path.startsWith('/movements/') ? MOVEMENT_TURNS : 1 }, () => operation),
    );
    this.makers = turns.map(requestsFor);
  }

  async run({ seed, requests, onWarm }: FuzzOptions): Promise<Fuzzed> {
    const warm = Math.floor(requests / 10);
    try {
      await this.play(seed, 0, warm);
      await onWarm();
      await this.play(seed, warm, requests);
    } finally {
      this.agent.destroy();
    }
    return { problems: this.problems, answers: this.answers };
  }

  private async play(seed: number, from: number, until: number): Promise<void> {
    let next = from;
    const clients = Array.from({ length: CONNECTIONS }, async () => {
      while (next < until && this.problems.length < MOST_PROBLEMS) {
        const index = next++;
        await this.world.tend();
        await this.playOne(seed, index);
      }
    });
    await Promise.all(clients);
  }

  private async playOne(seed: number, index: number): Promise<void> {
    const maker = this.makers[index % this.makers.length]!;
    const [make] = fc.sample(maker, { seed: (seed * 1_000_003 + index) | 0, numRuns: 1 });
    const request = make!(this.world);
    const problem = await this.problemOf(request);
    if (problem === undefined) return;
    this.problems.push(`FUZZ_SEED=${seed} #${index}: ${problem}\n  ${asCurl(this.world.url, request.call)}`);
  }

  private async problemOf({ operation, call, learnt }: FuzzRequest): Promise<string | undefined> {
    const sentAt = performance.now();
    let answer: Answer;
    try {
      answer = await send(this.world.url, call, this.agent);
    } catch (error) {
      return String(error);
    }
    const took = performance.now() - sentAt;
    this.count(operation, answer);
    const problem = this.documented.problemOf(operation, answer);
    if (problem !== undefined)
      return `${problem}; the answer was ${answer.status} ${answer.text.slice(0, 1_000)}`;
    this.world.learn(operation, learnt, answer);
    return took > SLOWEST_MS ? `it took ${took} ms` : undefined;
  }

  private count({ id }: Operation, answer: Answer): void {
    const counts = this.answers.get(id) ?? new Map<string, number>();
    const result = answer.status < 300 ? String(answer.status) : codeOf(answer);
    this.answers.set(id, counts.set(result, (counts.get(result) ?? 0) + 1));
  }
}
