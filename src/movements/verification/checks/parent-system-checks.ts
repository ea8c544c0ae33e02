import { PARENT_SYSTEM_STATUSES } from '../../../parent-systems/parent-system.types.js';
import {
  CLOCKS_MS,
  type Forms,
  formProblems,
  instant,
  instantOf,
  json,
  key,
  nullable,
  oneOf,
  text,
} from '../forms.js';
import type { TableCheck } from '../table-walk.js';

const PARENT_SYSTEM_FORMS: Forms = {
  id: key,
  name: text,
  status: oneOf(PARENT_SYSTEM_STATUSES),
  allowed_addresses: nullable(json),
  created_at: instant,
};

/** Parent systems, each by itself. Their secrets are not read: whoever verifies needs no right to see them. */
export const PARENT_SYSTEMS: TableCheck = {
  plural: 'parent systems',
  select: 'SELECT p.id, p.name, p.status, p.allowed_addresses, p.created_at FROM parent_systems p',
  key: ['p.id'],
  subjectOf: ({ id }) => `parent system ${String(id)}`,
  problemsOf: (row) => [
    ...formProblems(row, PARENT_SYSTEM_FORMS),
    ...(instantOf(row['created_at']) > Date.now() + CLOCKS_MS ? ['its created_at lies in the future'] : []),
  ],
};
