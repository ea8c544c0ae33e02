import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NASTY_TEXTS, TextsThroughTheApi } from '../support/nasty-texts.js';
import { type RunningApp, startApp } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

it('every text comes back through every field as it was sent', async () => {
  expect(new Set(NASTY_TEXTS).size).toBe(200);
  expect(await TextsThroughTheApi.differences(server.url)).toEqual([]);
  expect(await verifyLedger(server.database.url)).toMatchObject({ code: 0 });
});
