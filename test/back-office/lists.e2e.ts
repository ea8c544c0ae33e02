import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import { type Answer, callOperator } from '../support/gpas.js';
import { insert, insertWallets } from '../support/insert.js';
import { makeKey } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

type Row = Record<string, unknown>;
interface Page {
  readonly data: readonly Row[];
  readonly next: string | null;
}

let server: RunningApp;
let url: string;
/** For ids that no row has yet. */
let serial = 0;

const PLAYER = 'the-player';
/** Every third game is of another provider, every second one disabled, and so on. */
const COUNT = 230;
const numberOf = (index: number): string => String(index).padStart(4, '0');

/** Ids that an order by language or without regard to case would place elsewhere. */
const ODD_IDS = ['!', '0', 'A', 'Z', '_', 'a', 'z', '~', 'A-1', 'a-1', 'B', 'b', "o'x", 'per%cent', 'und_er'];

beforeAll(async () => {
  server = await startApp();
  url = server.url;
  const ids = [...ODD_IDS, ...Array.from({ length: COUNT }, (_, index) => `m-${numberOf(index)}`)];
  await insertWallets(
    server.database.url,
    ids.map((id, index) => ({
      id,
      playerId: index % 2 === 0 ? PLAYER : 'another',
      status: index % 3 === 0 ? 'BLOCKED' : 'ACTIVE',
    })),
  );
  await insert(server.database.url, 'games', ['id', 'name', 'provider_code', 'enabled'], ids, (id, index) => [
    id,
    `Game ${index}`,
    index % 3 === 0 ? 'AGT' : 'agt',
    index % 2,
  ]);
  await insert(server.database.url, 'parent_systems', ['id', 'name', 'status', 'created_at'], ids, (id) => [
    id,
    'x',
    'ACTIVE',
    '2026-01-01 00:00:00.000',
  ]);
  await insert(
    server.database.url,
    'operator_keys',
    ['id', 'name', 'roles', 'key_hash', 'created_at'],
    ids,
    (_, index) => [
      `019a0000-0000-7000-8000-00000000${numberOf(index)}`,
      `Key ${index}`,
      'read',
      numberOf(index).repeat(16),
      '2026-01-01 00:00:00.000',
    ],
  );
});
afterAll(() => server.stop());

const get = (target: string): Promise<Answer> => callOperator(url, 'GET', `/operator/${target}`);

async function must(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`${status} ${text}`);
}

/** A list, a narrowing of it, and what adds to it. */
interface List {
  readonly path: string;
  readonly filter: string;
  readonly table: string;
  /** The narrowing once more, in SQL. */
  readonly where: string;
  readonly idField: string;
  /** Adds a row that the narrowing lets through, with this id where ids can be chosen. */
  readonly add: (id: string) => Promise<unknown>;
}

const addWallet =
  (status: string) =>
  async (walletId: string): Promise<void> => {
    await must(
      callOperator(url, 'POST', '/operator/wallets', { walletId, playerId: PLAYER, currency: 'EUR' }),
    );
    await must(callOperator(url, 'PATCH', `/operator/wallets/${encodeURIComponent(walletId)}`, { status }));
  };
const addGame =
  (providerCode: string, enabled: boolean) =>
  (id: string): Promise<void> =>
    must(
      callOperator(url, 'PUT', `/operator/games/${encodeURIComponent(id)}`, {
        name: 'x',
        providerCode,
        enabled,
      }),
    );

const wallets = { path: 'wallets', table: 'wallets', idField: 'walletId', add: addWallet('BLOCKED') };
const games = { path: 'games', table: 'games', idField: 'gameId', add: addGame('AGT', true) };
const LISTS: [string, List][] = [
  ['wallets', { ...wallets, filter: '', where: '1 = 1' }],
  ['wallets of a player', { ...wallets, filter: `&playerId=${PLAYER}`, where: `player_id = '${PLAYER}'` }],
  ['blocked wallets', { ...wallets, filter: '&status=BLOCKED', where: "status = 'BLOCKED'" }],
  [
    'active wallets',
    { ...wallets, filter: '&status=ACTIVE', where: "status = 'ACTIVE'", add: addWallet('ACTIVE') },
  ],
  [
    'blocked wallets of a player',
    {
      ...wallets,
      filter: `&status=BLOCKED&playerId=${PLAYER}`,
      where: `status = 'BLOCKED' AND player_id = '${PLAYER}'`,
    },
  ],
  ['games', { ...games, filter: '', where: '1 = 1' }],
  ['games of a provider', { ...games, filter: '&providerCode=AGT', where: "provider_code = 'AGT'" }],
  ['enabled games', { ...games, filter: '&enabled=true', where: 'enabled = 1' }],
  [
    'disabled games',
    { ...games, filter: '&enabled=false', where: 'enabled = 0', add: addGame('AGT', false) },
  ],
  [
    'enabled games of a provider',
    {
      ...games,
      filter: '&enabled=true&providerCode=AGT',
      where: "enabled = 1 AND provider_code = 'AGT'",
    },
  ],
  [
    'parent systems',
    {
      path: 'parent-systems',
      filter: '',
      table: 'parent_systems',
      where: '1 = 1',
      idField: 'id',
      add: (id) => must(callOperator(url, 'POST', '/operator/parent-systems', { id, name: 'x' })),
    },
  ],
  [
    'keys',
    {
      path: 'keys',
      filter: '',
      table: 'operator_keys',
      where: '1 = 1',
      idField: 'keyId',
      add: () => makeKey(url, ['audit']),
    },
  ],
];

const idsOf = (list: List, { data }: Page): string[] => data.map((row) => String(row[list.idField]));

/** What the list should have, in its order, by other means than its own. */
async function storedIds({ table, where }: List): Promise<string[]> {
  const rows = await query<{ id: string }>(server.database.url, `SELECT id FROM ${table} WHERE ${where}`);
  return rows.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1));
}

async function pageOf({ path, filter }: List, rest: string): Promise<Page> {
  const answer = await get(`${path}?${rest}${filter}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  const page = answer.body as Page;
  expect(Object.keys(page).sort()).toEqual(['data', 'next']);
  return page;
}

interface Walk {
  readonly limit: number;
  /** The id to begin after. */
  readonly from?: string;
  /** Done after each page but the last. */
  readonly between?: (seen: readonly string[]) => Promise<unknown>;
}

/** The ids of all pages. */
async function walk(list: List, { limit, from, between }: Walk): Promise<string[]> {
  const seen: string[] = [];
  for (let last = from; ;) {
    const after = last === undefined ? '' : `&after=${encodeURIComponent(last)}`;
    const page = await pageOf(list, `limit=${limit}${after}`);
    expect(page.data.length).toBeLessThanOrEqual(limit);
    seen.push(...idsOf(list, page));
    if (page.next === null) return seen;
    expect(page.data).toHaveLength(limit);
    expect(page.next).toBe(seen.at(-1));
    expect(page.next).not.toBe(last); // or it would never end
    await between?.(seen);
    last = page.next;
  }
}

describe.each(LISTS)('the list of %s', (_, list) => {
  it('has at most 100 in a page, unless fewer are asked for', async () => {
    const all = await storedIds(list);
    expect(all.length).toBeGreaterThan(30);
    for (const [limit, most] of [
      ['', 100],
      ['limit=100', 100],
      ['limit=1', 1],
      ['limit=7', 7],
    ] as const) {
      const page = await pageOf(list, limit);
      expect(idsOf(list, page)).toEqual(all.slice(0, most));
      expect(page.next).toBe(all.length < most ? null : all[most - 1]);
    }
  });

  it.each([17, 100])('walked in pages of %d has every row once, in the order of the ids', async (limit) => {
    expect(await walk(list, { limit })).toEqual(await storedIds(list));
  });

  it('walked row by row has every row once', async () => {
    const last = (await storedIds(list)).slice(-26);
    expect(await walk(list, { limit: 1, from: last[0] ?? '' })).toEqual(last.slice(1));
  });

  it('ends with next null also where the last page is full', async () => {
    const all = await storedIds(list);
    const after = encodeURIComponent(all.at(-6) ?? '');
    const full = await pageOf(list, `limit=5&after=${after}`);
    expect(idsOf(list, full)).toEqual(all.slice(-5));
    if (full.next !== null) {
      expect(await pageOf(list, `limit=5&after=${encodeURIComponent(full.next)}`)).toEqual({
        data: [],
        next: null,
      });
    }
    expect((await pageOf(list, `limit=6&after=${after}`)).next).toBeNull();
  });

  it('goes on from an id that is not there', async () => {
    const all = await storedIds(list);
    const [id = ''] = all.slice(4);
    expect(idsOf(list, await pageOf(list, `limit=3&after=${encodeURIComponent(id)}0`))).toEqual(
      all.filter((other) => other > `${id}0`).slice(0, 3),
    );
    expect(idsOf(list, await pageOf(list, 'limit=3&after=!'))).toEqual(
      all.filter((other) => other > '!').slice(0, 3),
    );
    expect(await pageOf(list, `limit=3&after=${'~'.repeat(128)}`)).toEqual({ data: [], next: null });
  });

  it('shows each row that was there once, and no row twice, while rows are added', async () => {
    const before = await storedIds(list);
    let pages = 0;
    const between = async (seen: readonly string[]): Promise<void> => {
      pages += 1;
      serial += 1;
      await list.add(`!-${serial}`); // before what has been shown, and right behind it
      if (list.path !== 'keys') await list.add(`${seen.at(-1)}-${serial}`);
    };
    const seen = await walk(list, { limit: 17, between });
    expect(pages).toBeGreaterThan(1);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => (a < b ? -1 : 1)));
    expect(seen.filter((id) => before.includes(id))).toEqual(before);
    expect((await storedIds(list)).length).toBeGreaterThan(before.length);
  });

  it.each(['0', '101', '1000', 'x', '1.5', '-1', '', ' ', '+5', '5 ', '1e1', '0x10', 'null', '５'])(
    'refuses the limit "%s" and names it',
    async (limit) => {
      const answer = await get(`${list.path}?limit=${encodeURIComponent(limit)}${list.filter}`);
      expect([answer.status, answer.body]).toEqual([
        400,
        { code: 1010, type: 'INVALID_REQUEST', message: 'limit must be a whole number from 1 to 100' },
      ]);
    },
  );

  it.each([
    ['limit', 'limit=5&limit=5'],
    ['after', 'after=a&after=b'],
    ['after', 'after='],
    ['after', 'after=a%20b'],
    ['after', 'after=%C3%A9'],
    ['after', `after=${'x'.repeat(129)}`],
  ])('refuses a wrong %s, and names it: %s', async (field, text) => {
    const answer = await get(`${list.path}?${text}${list.filter}`);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringMatching(new RegExp(`^${field} `)) },
    ]);
  });
});

describe('a filter', () => {
  it.each([
    ['playerId', 'wallets?playerId='],
    ['playerId', 'wallets?playerId=a&playerId=b'],
    ['status', 'wallets?status=active'],
    ['status', 'wallets?status='],
    ['status', 'wallets?status=ACTIVE&status=BLOCKED'],
    ['providerCode', 'games?providerCode=a%20b'],
    ['enabled', 'games?enabled=1'],
    ['enabled', 'games?enabled='],
    ['enabled', 'games?enabled=TRUE'],
    ['enabled', 'games?enabled=true&enabled=true'],
  ])('that is wrong is refused, and %s is named: %s', async (field, target) => {
    const answer = await get(target);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringMatching(new RegExp(`^${field} `)) },
    ]);
  });

  it.each([
    `wallets?playerId=${PLAYER.toUpperCase()}`,
    'wallets?playerId=%25',
    "wallets?playerId='%7C%7C'1'='1",
    'games?providerCode=Agt',
    'games?providerCode=AG_',
  ])('is compared character by character: %s has nothing', async (target) => {
    const answer = await get(target);
    expect([answer.status, answer.body]).toEqual([200, { data: [], next: null }]);
  });
});
