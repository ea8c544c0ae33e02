import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, closeSession, credit, debit, openFundedSession, rollback } from '../support/gpas.js';
import { until } from '../support/load.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp } from '../support/server.js';

const { logger, lines } = recordLog('debug');
let server: RunningApp;
let url: string;
let wallets = 0;
let id: string;

beforeAll(async () => {
  server = await startApp({ logger });
  ({ url } = server);
});
afterAll(() => server.stop());
beforeEach(async () => {
  wallets += 1;
  id = await openFundedSession(url, `incident-${wallets}`);
  lines.length = 0;
});

/** The warnings since the test began, once all these calls have their access line, which comes last. */
async function warningsOf(answers: readonly Answer[]): Promise<string[]> {
  for (const { headers } of answers) {
    const requestId = String(headers['x-request-id']);
    await until(() => lines.some((line) => line.includes('"Access"') && line.includes(requestId)));
  }
  return lines.filter((line) => line.includes('"level":"warn"'));
}

async function inTurn(calls: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const call of calls) answers.push(await call());
  return answers;
}

const bet =
  (reference: string, value = 10) =>
  (): Promise<Answer> =>
    debit(url, id, reference, { value });
const win = (reference: string) => (): Promise<Answer> => credit(url, id, reference);
const back = (reference: string, target: string) => (): Promise<Answer> =>
  rollback(url, id, reference, target);
const close = (): Promise<Answer> => closeSession(url, id);

describe('an incident', () => {
  it.each<[incident: string, kind: string, reference: string, calls: (() => Promise<Answer>)[]]>([
    ['REFERENCE_CONFLICT', 'CREDIT', 'conflict', [bet('conflict'), win('conflict')]],
    ['LATE_SETTLEMENT_REFUSED', 'CREDIT', 'late-win', [close, win('late-win')]],
    ['LATE_SETTLEMENT_REFUSED', 'ROLLBACK', 'late', [bet('late-bet'), close, back('late', 'late-bet')]],
    ['TOMBSTONE_HIT', 'DEBIT', 'dead', [back('too-early', 'dead'), bet('dead')]],
    ['CLAWBACK_REFUSED', 'ROLLBACK', 'claw', [win('spent'), bet('all', 105), back('claw', 'spent')]],
  ])('%s of a %s is one warning that names both, the reference and the parent system', async (...row) => {
    const [incident, kind, reference, calls] = row;
    const warnings = await warningsOf(await inTurn(calls));
    expect(warnings).toHaveLength(1);
    for (const name of [incident, kind, reference, 'BL13GT']) {
      expect(warnings[0]).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  it('that happens twenty times at once is twenty warnings, one for each reference', async () => {
    await closeSession(url, id);
    const references = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    const answers = await Promise.all(references.map((reference) => credit(url, id, reference)));
    const warnings = await warningsOf(answers);
    expect(warnings).toHaveLength(20);
    for (const reference of references) {
      expect(warnings.filter((line) => line.includes(` ${reference} `))).toHaveLength(1);
    }
  });

  it('is no refusal that GPAS may cause in the ordinary way', async () => {
    const calls = [
      bet('twice'),
      bet('twice'),
      bet('rich', 1_000),
      back('early', 'nothing'),
      close,
      bet('shut'),
    ];
    expect(await warningsOf(await inTurn(calls))).toEqual([]);
  });
});
