import { parse } from 'node:querystring';

/**
 * The parameters of a query, for the whole server. Forms write a space as `+`, but nothing that a query of ours names can
 * hold one: ids, times, amounts, names of a list. So a raw `+` is a plus (protocol §5, "a raw `+` in an id or a time of
 * the query"); a space is `%20`, also in a free text that a module of somebody else's may take. What is signed is the
 * query as received, which this leaves alone.
 * @param query without its `?`; null where there is none
 * @returns a text for each name, a list where it is given several times
 */
export function parametersOf(query: string | null): Record<string, string | string[] | undefined> {
  // Every name counts: the size of the headers bounds how many there are.
  return parse((query ?? '').replaceAll('+', '%2B'), '&', '=', { maxKeys: 0 });
}
