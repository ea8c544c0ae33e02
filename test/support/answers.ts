import type { Answer } from './gpas.js';

/** The status and the code of an error: `400/1003`. */
export const codeOf = ({ status, body }: Answer): string =>
  `${status}/${String((body as { code?: number }).code)}`;

/** The status, and of an error its code and type: `400/1003 DUPLICATE_TRANSACTION`. */
export function errorOf({ status, body }: Answer): string {
  const { code, type } = (body ?? {}) as { code?: number; type?: string };
  return code === undefined ? String(status) : `${status}/${code} ${type}`;
}

export const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;

/** How often each answer came: `{ '201': 20, '400/1007': 30 }`. */
export function countsOf(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const key = answer.status < 300 ? String(answer.status) : codeOf(answer);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** The balance that a movement left, or that a balance has. */
export const leftOf = ({ body }: Answer): number => (body as { leftBalance: number }).leftBalance;

export const movementIdOf = ({ body }: Answer): string => (body as { movementId: string }).movementId;
