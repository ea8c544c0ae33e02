import type { Operation } from './document.js';

/** Of each kind the latest are kept, so that what is asked about is mostly there, and memory stays. */
export const KEPT = 60;
/** Names of fields whose values later calls may name. */
const NAMES = new Set([
  ...['walletId', 'playerId', 'externalReference', 'movementId', 'incidentId', 'keyId', 'launchId', 'gameId'],
  ...['providerCode', 'sessionId', 'subjectId', 'subjectType', 'operatorKeyId', 'parentSystemId'],
]);

/** What answers told, by the name of the field; of a list also its cursor, of incidents those that are open. */
export class ToldValues {
  private readonly values = new Map<string, Set<string>>();

  pick(name: string, index: number): string | undefined {
    return nth(this.values.get(name), index);
  }

  forget(name: string, value: string): void {
    this.values.get(name)?.delete(value);
  }

  /** @param told the body of an answer, or a part of it */
  learn(operation: Operation, told: unknown): void {
    if (typeof told !== 'object' || told === null) return;
    for (const [name, inner] of Object.entries(told) as [string, unknown][]) {
      if (typeof inner !== 'string') this.learn(operation, inner);
      else if (name === 'next') this.keep(`next of ${operation.id}`, inner);
      else if (NAMES.has(name) && inner !== '') this.keep(name, inner);
    }
    const { incidentId, status } = told as { incidentId?: string; status?: string };
    if (incidentId !== undefined && status === 'OPEN') this.keep('open incident', incidentId);
    if (incidentId !== undefined && status === 'RESOLVED') this.forget('open incident', incidentId);
  }

  private keep(name: string, value: string): void {
    const values = this.values.get(name) ?? new Set();
    this.values.set(name, values);
    values.delete(value);
    values.add(value);
    if (values.size > KEPT) values.delete(nth(values, 0) ?? '');
  }
}

/** One of them, whatever the index. */
export function nth<Value>(values: Iterable<Value> | undefined, index: number): Value | undefined {
  const all = [...(values ?? [])];
  return all[index % all.length];
}
