import type { ParentSystemsService } from '../parent-systems/parent-systems.service.js';
import { OPERATOR_PARENT_SYSTEM_ID } from './ledger/ledger.types.js';

const MAX_PARENT_SYSTEMS = 1_000;

/** Under which a reference may stand: the operator's own and GPAS's. Indexes of references begin with it: there are few. */
export async function parentSystemIdsOf(parentSystems: ParentSystemsService): Promise<string[]> {
  const known = await parentSystems.list({ limit: MAX_PARENT_SYSTEMS });
  return [OPERATOR_PARENT_SYSTEM_ID, ...known.map(({ id }) => id)];
}
