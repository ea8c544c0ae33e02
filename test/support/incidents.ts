import { type Answer, callOperator, closeSession, credit, openFundedSession } from './gpas.js';

export interface ShownIncident {
  readonly incidentId: string;
  readonly kind: string;
  readonly [name: string]: unknown;
}

/** The incidents of a reference, the latest kind first. */
export async function incidentsOf(url: string, reference: string): Promise<ShownIncident[]> {
  const { body } = await callOperator(url, 'GET', '/operator/incidents');
  const { data } = body as { data: ShownIncident[] };
  return data.filter(({ externalReference }) => externalReference === reference);
}

/** One incident with each content that it came with. */
export async function incidentWithSightings(
  url: string,
  id: string,
): Promise<ShownIncident & { readonly sightings: readonly Record<string, unknown>[] }> {
  return (await callOperator(url, 'GET', `/operator/incidents/${id}`)).body as never;
}

export const resolveIncident = (url: string, id: string, body: object): Promise<Answer> =>
  callOperator(url, 'POST', `/operator/incidents/${id}/resolve`, body);

/** A win that was refused because its session was closed. */
export async function lateWin(
  url: string,
  walletId: string,
  value: unknown = '25.50',
): Promise<{ sessionId: string; reference: string; incidentId: string }> {
  const sessionId = await openFundedSession(url, walletId);
  await closeSession(url, sessionId);
  const reference = `${walletId}-win`;
  await credit(url, sessionId, reference, { value });
  const [incident] = await incidentsOf(url, reference);
  if (!incident) throw new Error('a late win left no incident');
  return { sessionId, reference, incidentId: incident.incidentId };
}
