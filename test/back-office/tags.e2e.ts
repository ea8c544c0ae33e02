import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { markedText } from '../../src/files/csv.rules.js';
import { type Answer, callOperator, callWithBody, openFundedSession } from '../support/gpas.js';
import { incidentsOf, incidentWithSightings } from '../support/incidents.js';
import { jsonObjectText } from '../support/json-texts.js';
import { type RunningApp, startApp } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

let server: RunningApp;
let url: string;
let session: string;
beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
  session = await openFundedSession(url, 'tagged');
});
afterAll(() => server.stop());

const play = (kind: 'debit' | 'credit', reference: string, members: string): Promise<Answer> =>
  callWithBody(
    url,
    'POST',
    `/movements/${kind}?walletSessionId=${session}`,
    `{"externalReference":"${reference}","value":0,"typeCode":"GAME_${kind.toUpperCase()}",${members}}`,
  );

/** The tags of the one movement of a list, cut out of its text. */
function tagsIn({ status, text, headers }: Answer): string {
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  const before = '"description":null,"tags":';
  return text.slice(text.indexOf(before) + before.length, text.lastIndexOf(',"created":"'));
}

/** What every list and the export show of the tags of a movement. */
async function shownTags(reference: string): Promise<{ found: string; ofWallet: string; exported: string }> {
  const [found, ofWallet, exported] = await Promise.all(
    ['movements?', 'wallets/tagged/movements?', 'movements/export?'].map((list) =>
      callOperator(url, 'GET', `/operator/${list}externalReference=${reference}`),
    ),
  );
  const [row] = parseCsv<{ tags: string }>(exported!.text, {
    columns: true,
    bom: true,
    record_delimiter: '\r\n',
  });
  return { found: tagsIn(found!), ofWallet: tagsIn(ofWallet!), exported: row!.tags };
}

const gameOf = async (reference: string): Promise<unknown> => {
  const { body } = await callOperator(url, 'GET', `/operator/movements?externalReference=${reference}`);
  return (body as { data: { gameId: unknown }[] }).data[0]?.gameId;
};

describe('tags', () => {
  it.each([
    ['big', '{"id":9223372036854775807,"rate":1.0,"tiny":1e-400}'],
    ['odd-keys', '{"__proto__":{"gameid":"agt-1"},"constructor":1,"prototype":[{"__proto__":2}],"toJSON":3}'],
    ['order', '{"2":"b","1":"a","a":1,"a":2}'],
    ['spaces', '{\n  "a" : [ 1,\t2 ]\r\n}'],
    ['escapes', '{"\\u0067":"\\/\\u00e9é😀","lone":"\\ud800","nul":"\\u0000"}'],
  ])('are shown as they were sent, everywhere: %s', async (reference, tags) => {
    expect((await play('debit', reference, `"tags": ${tags} `)).status).toBe(201);
    expect(await shownTags(reference)).toEqual({ found: tags, ofWallet: tags, exported: markedText(tags) });
    const story = await callOperator(url, 'GET', `/operator/movements/references/${reference}`);
    expect(tagsIn(story)).toBe(tags);
  });

  it('of any form are shown as they were sent', async () => {
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(jsonObjectText, async (tags) => {
        const reference = `any-${(sent += 1)}`;
        expect((await play(sent % 2 ? 'debit' : 'credit', reference, `"tags":${tags}`)).status).toBe(201);
        expect(await shownTags(reference)).toEqual({
          found: tags,
          ofWallet: tags,
          exported: markedText(tags),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('of a rollback are kept as well', async () => {
    await play('debit', 'back-bet', '"tags":{"gameid":"agt-1"}');
    const target = `/movements/rollback?walletSessionId=${session}&externalMovementId=back-bet`;
    await callWithBody(url, 'PATCH', target, '{"externalReference":"back","tags":{"why":1.0}}');
    expect((await shownTags('back')).found).toBe('{"why":1.0}');
  });

  it('given twice are the last ones, and name the game', async () => {
    await play(
      'debit',
      'twice',
      '"tags":{"gameid":"agt-1"},"\\u0074ags":{"gameid":"agt-1","g\\u0061meid":"agt-2"}',
    );
    expect((await shownTags('twice')).found).toBe('{"gameid":"agt-1","g\\u0061meid":"agt-2"}');
    expect(await gameOf('twice')).toBe('agt-2');
    await play('debit', 'taken-back', '"tags":{"gameid":"agt-1"},"tags":null');
    expect((await shownTags('taken-back')).found).toBe('null');
    expect(await gameOf('taken-back')).toBeNull();
  });

  it('that are null or not there are null', async () => {
    await play('debit', 'null', '"tags" : null');
    await play('debit', 'none', '"other":{"tags":{"gameid":"agt-1"}}');
    for (const reference of ['null', 'none']) {
      expect(await shownTags(reference)).toEqual({ found: 'null', ofWallet: 'null', exported: '' });
    }
  });

  it('may be 8 KB as they were sent, and not a byte more', async () => {
    const tags = (bytes: number): string => `{"é":${' '.repeat(bytes - 8)}1}`;
    expect((await play('debit', 'full', `"tags":${tags(8_192)}`)).status).toBe(201);
    expect((await shownTags('full')).found).toBe(tags(8_192));
    const answer = await play('credit', 'over', `"tags":${tags(8_193)}`);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: 'tags must be at most 8192 bytes of JSON' },
    ]);
    const [incident] = await incidentsOf(url, 'over');
    expect(incident).toMatchObject({ kind: 'WIN_REFUSED', answer: 'INVALID_REQUEST' });
    const { sightings } = await incidentWithSightings(url, incident!.incidentId);
    expect(JSON.stringify(sightings)).toContain('over');
  });

  it('and the ledger verifies with all of them', async () => {
    const { code, output } = await verifyLedger(server.database.url);
    expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
  });
});
