import { SLACK_MS } from '../../../database/id-range.js';
import { type Forms, formProblems, instant, instantOf, key, nullable, text, uuid, whole } from '../forms.js';
import type { TableCheck } from '../table-walk.js';
import { timeProblems } from '../time-problems.js';

const SIGHTING_FORMS: Forms = {
  id: uuid,
  incident_id: uuid,
  content_hash: text,
  wallet_id: nullable(key),
  session_id: nullable(text),
  amount_minor: nullable(whole),
  answer: text,
  sent_query: nullable(text),
  sent_body: nullable(text),
  first_at: instant,
  last_at: instant,
  times: whole,
};

/**
 * What incidents came with: each of an incident that is there and counts at least as often. Both rows change in one
 * transaction, so one statement shows them together.
 */
export const SIGHTINGS: TableCheck = {
  plural: 'sightings',
  select: `SELECT c.id, c.incident_id, c.content_hash, c.wallet_id, c.session_id, c.amount_minor, c.answer, c.sent_query,
      c.sent_body, c.first_at, c.last_at, c.times, i.id AS i_id, i.times AS i_times, w.id AS w_id
    FROM incident_sightings c LEFT JOIN incidents i ON i.id = c.incident_id LEFT JOIN wallets w ON w.id = c.wallet_id`,
  key: ['c.id'],
  subjectOf: ({ id, incident_id: incident }) => `incident ${String(incident)}, sighting ${String(id)}`,
  problemsOf: (row) => {
    const malformed = formProblems(row, SIGHTING_FORMS);
    if (malformed.length > 0) return malformed;
    const [first, last, times] = [
      instantOf(row['first_at']),
      instantOf(row['last_at']),
      Number(row['times']),
    ];
    return [
      ...(row['i_id'] === null ? ['the incident is not there'] : []),
      ...(row['i_id'] !== null && times > Number(row['i_times'])
        ? [`came ${times} times, its incident ${Number(row['i_times'])}`]
        : []),
      ...(times < 1 ? [`came ${times} times`] : []),
      ...(row['wallet_id'] === null || row['w_id'] !== null
        ? []
        : [`its wallet ${String(row['wallet_id'])} is not there`]),
      ...timeProblems(String(row['id']), first, 'first_at'),
      ...(last < first - SLACK_MS ? ['came last before it came first'] : []),
    ];
  },
};
