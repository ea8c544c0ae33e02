import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Game } from '../../src/games/game.types.js';
import { GamesService, MAX_GAMES_PER_PAGE, UnitOfWork } from '../support/application.js';
import { query } from '../support/databases.js';
import { type RunningApp, startApp } from '../support/server.js';

describe('GamesService', () => {
  let server: RunningApp;
  let games: GamesService;
  let unitOfWork: UnitOfWork;

  beforeEach(async () => {
    server = await startApp();
    games = server.app.get(GamesService, { strict: false });
    unitOfWork = server.app.get(UnitOfWork);
  });
  afterEach(() => server.stop());

  const game = (id: string, name = 'A game', enabled = true): Game => ({
    id,
    name,
    providerCode: id.startsWith('net') ? 'NET' : 'AGT',
    enabled,
  });
  const put = (value: Game): ReturnType<GamesService['put']> =>
    unitOfWork.write((transaction) => games.put(transaction, value));
  const importAll = (list: readonly Game[]): ReturnType<GamesService['importAll']> =>
    unitOfWork.write((transaction) => games.importAll(transaction, list, () => Promise.resolve()));

  it('puts a game in and tells what was there', async () => {
    expect(await put(game('agt-1'))).toEqual({ before: null, after: game('agt-1') });
    const changed: Game = { id: 'agt-1', name: 'Other', providerCode: 'NET', enabled: false };
    expect(await put(changed)).toEqual({ before: game('agt-1'), after: changed });
    expect(await put(changed)).toEqual({ before: changed, after: changed });
    expect(await games.list({ limit: 10 })).toEqual([changed]);
  });

  it('of many puts of one new game, one creates it and each other sees the one before', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = `agt-${round}`;
      // The last two are alike.
      const values = Array.from({ length: 8 }, (_, index) => game(id, `Name ${Math.min(index, 6)}`));
      const done = await Promise.all(values.map(put));
      expect(done.filter(({ before }) => before === null)).toHaveLength(1);
      const [last] = await query<{ name: string }>(
        server.database.url,
        'SELECT name FROM games WHERE id = ?',
        [id],
      );
      const names = [...done.map(({ before }) => before?.name ?? ''), last!.name];
      expect(names.sort()).toEqual(['', ...done.map(({ after }) => after.name)].sort());
    }
  });

  it('two imports at the same time both count what they did, in whatever order their lists are', async () => {
    for (let round = 0; round < 5; round += 1) {
      const list = Array.from({ length: 500 }, (_, index) => game(`r${round}-${index}`));
      const [one, other] = await Promise.all([importAll(list), importAll([...list].reverse())]);
      expect(one.created + other.created).toBe(500);
      expect(one.unchanged + other.unchanged).toBe(500);
      expect(one.changed + other.changed).toBe(0);
    }
  });

  it('keeps nothing of an import that fails', async () => {
    await put(game('agt-1'));
    const list = Array.from({ length: 300 }, (_, index) => game(`agt-${index}`, 'Other'));
    const failed = unitOfWork.write(async (transaction) => {
      await games.importAll(transaction, list, () => Promise.resolve());
      throw new Error('too late');
    });
    await expect(failed).rejects.toThrow('too late');
    await expect(importAll([...list, game('agt-1')])).rejects.toThrow('given twice');
    expect(await query(server.database.url, 'SELECT * FROM games')).toEqual([
      { id: 'agt-1', name: 'A game', provider_code: 'AGT', enabled: 1 },
    ]);
  });

  it('lists page by page, in the order of the ids, what is asked for', async () => {
    const all = ['A', 'Z', 'a', 'net-1', 'net-2', 'net-3', 'z'].map((id) => game(id, id, id !== 'net-2'));
    await importAll([...all].reverse());
    const ids = async (asked: Parameters<GamesService['list']>[0]): Promise<string[]> =>
      (await games.list(asked)).map(({ id }) => id);
    expect(await games.list({ limit: MAX_GAMES_PER_PAGE })).toEqual(all);
    expect(await ids({ limit: 3 })).toEqual(['A', 'Z', 'a']);
    expect(await ids({ limit: 3, after: 'a' })).toEqual(['net-1', 'net-2', 'net-3']);
    expect(await ids({ limit: 3, after: 'net-3' })).toEqual(['z']);
    expect(await ids({ limit: 3, after: 'z' })).toEqual([]);
    expect(await ids({ limit: 2, after: 'net-1', providerCode: 'NET' })).toEqual(['net-2', 'net-3']);
    expect(await ids({ limit: 10, enabled: false })).toEqual(['net-2']);
    expect(await ids({ limit: 10, enabled: true, providerCode: 'NET' })).toEqual(['net-1', 'net-3']);
    for (const limit of [0, -1, 1.5, MAX_GAMES_PER_PAGE + 1, Number.NaN]) {
      expect(() => games.list({ limit })).toThrow(`A page has 1 to ${MAX_GAMES_PER_PAGE} games`);
    }
  });

  it('finds those of the ids that are there, and asks nothing for none', async () => {
    await importAll([game('a'), game('b')]);
    const found = await unitOfWork.read((reader) => games.findAll(reader, ['b', 'c', 'b']));
    expect(found).toEqual([game('b')]);
    const noReader = undefined as never;
    expect(await games.findAll(noReader, [])).toEqual([]);
  });
});
