import fc from 'fast-check';
import { type Call, signatureOf } from '../gpas.js';
import type { Operation } from './document.js';
import { goodValueOf, type Make } from './values.js';
import { type Draft, encode, spoilingOf } from './spoiling.js';
import type { LearntCall, World } from './world.js';

/** A request as it goes out, and what is to be known of it. */
export interface FuzzRequest {
  readonly operation: Operation;
  readonly call: Call & { readonly headers: Record<string, string | string[]> };
  readonly learnt: LearntCall;
}

/** Of how many requests one is spoilt. */
const GOOD_SHARE = 13;
const SPOILT_SHARE = 7;

/** Requests for one operation: a good part of them good, the others spoilt in one place or two. */
export function requestsFor(operation: Operation): fc.Arbitrary<Make<FuzzRequest>> {
  const { pathFields, queryFields, bodyFields = [] } = operation;
  const goodOf = (fields: typeof pathFields): fc.Arbitrary<[string, Make][]> =>
    fc
      .tuple(
        ...fields.map((field) =>
          fc.tuple(
            fc.constant(field.name),
            goodValueOf(operation, field),
            field.required ? fc.constant(true) : givenOf(field.name),
          ),
        ),
      )
      .map((all) => all.filter(([, , isGiven]) => isGiven).map(([name, make]) => [name, make]));
  const spoiling = spoilingOf(operation);
  return fc
    .record({
      path: goodOf(pathFields),
      query: goodOf(queryFields),
      body: goodOf(bodyFields),
      spoilings: fc.oneof(
        { weight: GOOD_SHARE, arbitrary: fc.constant([]) },
        { weight: SPOILT_SHARE, arbitrary: fc.array(spoiling, { minLength: 1, maxLength: 2 }) },
      ),
      caller: fc.nat({ max: 1_000_000 }),
    })
    .map(({ path, query, body, spoilings, caller }) => (world) => {
      const text = (values: [string, Make][]): [string, string][] =>
        values.map(([name, make]) => [name, encode(String(make(world)))]);
      const draft: Draft = {
        path: new Map(text(path)),
        query: text(query),
        fields: body.map(([name, make]) => [JSON.stringify(name), JSON.stringify(make(world))]),
        body: undefined,
        headers: {},
      };
      meetMovement(operation, draft, world, caller);
      for (const spoil of spoilings) spoil(draft, world);
      return requestOf(operation, draft, world, caller);
    });
}

/** Most filters find nothing together; whole pages take time. */
const givenOf = (name: string): fc.Arbitrary<boolean> =>
  fc.nat({ max: 3 }).map((one) => (name === 'limit' ? one > 0 : one === 0));

/** Of a rollback: what it names is mostly there, and the session is its wallet's. */
function meetMovement({ id }: Operation, draft: Draft, world: World, index: number): void {
  const movement = id === 'PATCH /movements/rollback' ? world.pickMovement(index) : undefined;
  if (!movement || index % 5 === 0) return;
  draft.query = [
    ['walletSessionId', encode(movement.sessionId)],
    ['externalMovementId', encode(movement.reference)],
  ];
}

function requestOf(operation: Operation, draft: Draft, world: World, caller: number): FuzzRequest {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => draft.path.get(name) ?? '-');
  const queryText = draft.query.map((pair) => pair.join('=')).join('&');
  const target = queryText === '' ? path : `${path}?${queryText}`;
  const query = new URLSearchParams(queryText.replaceAll('+', '%2B'));
  const fieldsText = `{${draft.fields.map((pair) => pair.join(':')).join(',')}}`;
  const body = draft.body ?? (operation.bodyFields ? Buffer.from(fieldsText) : undefined);
  const headers: Record<string, string | string[]> = {};
  let systemId: string | undefined;
  if (operation.caller === 'operator') headers['authorization'] = `Bearer ${world.pickKey(caller)}`;
  if (operation.caller === 'gpas') {
    const session = world.sessions.get(query.get('walletSessionId') ?? query.get('id') ?? '');
    systemId = session?.systemId ?? world.pickSystem(caller);
    const signed =
      operation.signedOver === 'body' ? (body ?? Buffer.alloc(0)) : Buffer.from(queryText, 'latin1');
    headers['x-parent-system-id'] = systemId;
    headers['x-signature'] = signatureOf(signed, world.secretOf(systemId));
  }
  if (operation.takesAuthToken) {
    headers['authorization'] = `Bearer ${world.authTokenOf(query.get('walletId') ?? '', caller)}`;
  }
  if (body) headers['content-type'] = 'application/json';
  Object.assign(headers, draft.headers);
  // Of a GET's body Node would tell nothing.
  if (body && !('transfer-encoding' in headers)) headers['content-length'] = String(body.length);
  const { method } = operation;
  return {
    operation,
    call: { method, target, headers, ...(body ? { body } : {}) },
    learnt: { systemId, path, query, field: (name) => fieldOf(body, name) },
  };
}

function fieldOf(body: Buffer | undefined, name: string): string {
  return String((JSON.parse(body?.toString() ?? '{}') as Record<string, unknown>)[name]);
}

/** A line that plays it again in a shell of its own. */
export function asCurl(url: string, { method, target, headers, body }: FuzzRequest['call']): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const bytes = [...((body as Buffer | undefined) ?? [])].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return [
    `curl -g --path-as-is -X ${method} ${quote(url + target)}`,
    ...Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map((one) => `-H ${quote(`${name}: ${one}`)}`),
    ),
    ...(body ? [`--data-binary $'${bytes.join('')}'`] : []),
  ].join(' ');
}
