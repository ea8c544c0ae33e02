import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SqliteDatabase } from './sqlite-database.js';
import { type Done, runAll } from './sqlite-round-trip.js';
import type { Answer, Opening, Question } from './sqlite-thread.js';

/** The other side of {@link SqliteThread}: opens the file, answers each question in its turn, and ends when it is closed. */
class SqliteWorker {
  private database: SqliteDatabase | undefined;

  constructor(
    private readonly port: MessagePort,
    { path, options }: Opening,
  ) {
    this.tell(() => {
      this.database = new SqliteDatabase(path, options);
      this.database.onManyTexts = (warning) => port.postMessage({ warning } satisfies Answer);
      return [];
    });
    port.on('message', (question: Question) => {
      this.tell(() => this.answer(question));
      if ('close' in question) port.close();
    });
  }

  private answer(question: Question): readonly Done[] {
    if ('close' in question) {
      this.database?.close();
      return [];
    }
    if (!this.database) throw new TypeError('The database connection is not open');
    if ('pragma' in question) return [this.database.pragma(question.pragma) as Done];
    return runAll(this.database, question.statements);
  }

  private tell(work: () => readonly Done[]): void {
    let answer: Answer;
    try {
      answer = { done: work() };
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      answer = { message, code };
    }
    this.port.postMessage(answer);
  }
}

if (parentPort) new SqliteWorker(parentPort, workerData as Opening);
