import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  balance,
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  rollback,
} from '../support/gpas.js';
import { MysqlServer, queryMysql } from '../support/mysql-server.js';
import { TextsThroughTheApi } from '../support/nasty-texts.js';
import { failedStart, type RunningApp, startApp } from '../support/server.js';
import { OK_PACKET, TcpProxy } from '../support/tcp-proxy.js';
import { verifyLedger } from '../support/verify-ledger.js';

/* A database server whose every setting is otherwise than this one would like: docs/mysql.md names them. */

const SQL_MODES = [
  'NO_BACKSLASH_ESCAPES',
  'ANSI_QUOTES',
  'PAD_CHAR_TO_FULL_LENGTH',
  'PIPES_AS_CONCAT',
  'HIGH_NOT_PRECEDENCE',
  'REAL_AS_FLOAT',
].join(',');

const OPTIONS = [
  `--sql-mode=${SQL_MODES}`,
  '--autocommit=0',
  '--character-set-server=latin1',
  '--collation-server=latin1_swedish_ci',
  '--loose-skip-character-set-client-handshake',
  '--default-storage-engine=MyISAM',
  '--default-time-zone=+05:30',
  '--explicit-defaults-for-timestamp=0',
  '--lower-case-table-names=1',
  '--max-allowed-packet=4M',
  '--transaction-isolation=SERIALIZABLE',
  '--wait-timeout=2',
];

/** Those that are no options of every server's command line. */
const GLOBALS = [
  'sql_safe_updates = 1',
  'sql_select_limit = 2',
  'sql_auto_is_null = 1',
  'unique_checks = 0',
  'foreign_key_checks = 0',
];

let mysql: MysqlServer;
let url: string;
let server: RunningApp;

beforeAll(async () => {
  mysql = await MysqlServer.start({ options: OPTIONS });
  const isMariadb = mysql.version.includes('MariaDB');
  const ownKey = isMariadb ? 'innodb_force_primary_key = 1' : 'sql_require_primary_key = 1';
  for (const setting of [...GLOBALS, ownKey]) await mysql.query(`SET GLOBAL ${setting}`);
  url = await mysql.createDatabase('Oas'); // in capitals: the server keeps it in small letters
  await mysql.query('ALTER DATABASE Oas CHARACTER SET latin1');
  server = await startApp({ database: { url, drop: () => Promise.resolve() } });
});
afterAll(async () => {
  await server.stop();
  await mysql.destroy();
});

describe('a database server that is set up otherwise', () => {
  it('has every setting of the test', async () => {
    const [row] = await queryMysql<Record<string, unknown>>(
      url,
      `SELECT @@sql_mode AS mode, @@autocommit AS autocommit, @@character_set_server AS charset,
         @@sql_safe_updates AS safe, @@sql_select_limit AS most, @@lower_case_table_names AS folded`,
    );
    for (const mode of SQL_MODES.split(',')) expect(row?.['mode']).toContain(mode);
    expect(row).toMatchObject({ autocommit: 0, charset: 'latin1', safe: 1, most: 2, folded: 1 });
  });

  it('serves a game, money, a session, a search and reports, with emoji, and the ledger agrees', async () => {
    const game = { name: 'Book of 😀', providerCode: 'AGT', enabled: true };
    expect(await callOperator(server.url, 'PUT', '/operator/games/agt-54', game)).toMatchObject({
      status: 200,
    });
    const session = await openFundedSession(server.url, 'w');
    const deposit = { externalReference: 'w-0', value: 5, subWallet: 'BONUS', description: 'a gift 🎁' };
    const answer = await callOperator(server.url, 'POST', '/operator/wallets/w/deposits', deposit);
    expect(answer).toMatchObject({ status: 201 });
    for (const bet of ['w-1', 'w-2', 'w-3']) {
      expect(await debit(server.url, session, bet)).toMatchObject({ status: 201 });
    }
    expect(await credit(server.url, session, 'w-4')).toMatchObject({ status: 201 });
    expect(await rollback(server.url, session, 'w-5', 'w-1')).toMatchObject({ status: 200 });
    expect(await balance(server.url, session)).toMatchObject({ body: { leftBalance: 95 } });
    expect(await debit(server.url, session, 'w-2')).toMatchObject({ body: { code: 1003 } });
    expect(await closeSession(server.url, session)).toMatchObject({ status: 200 });
    const found = await callOperator(server.url, 'GET', '/operator/wallets/w/movements');
    expect((found.body as { data: unknown[] }).data).toHaveLength(7);
    const trail = await callOperator(server.url, 'GET', '/operator/audit?subjectId=agt-54');
    expect(trail.text).toContain('Book of 😀');
    const today = new Date().toISOString().slice(0, 10);
    const report = await callOperator(
      server.url,
      'GET',
      `/reconciliation?date_from=${today}&date_to=${today}`,
    );
    expect(report.body).toMatchObject({ data: [{ game_name: 'Book of 😀', total_bet: 30 }] });
    expect(await verifyLedger(url)).toMatchObject({ code: 0 });
  });

  it('gives every text back as it was sent', async () => {
    expect(await TextsThroughTheApi.differences(server.url)).toEqual([]);
    expect(await verifyLedger(url)).toMatchObject({ code: 0 });
  });

  it('takes the largest batch of the largest calls', async () => {
    const session = await openFundedSession(server.url, 'large', { real: 1_000 });
    const play = { value: '1', extra: { description: `'`.repeat(1_000), tags: { text: `'`.repeat(8_000) } } };
    const answers = await Promise.all(
      Array.from({ length: 129 }, (_, index) => debit(server.url, session, `large-${index}`, play)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('keeps every text in a character set that has it, wherever the database has another', async () => {
    const others = await queryMysql(
      url,
      `SELECT table_name, column_name, character_set_name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND character_set_name NOT IN ('ascii', 'utf8mb4')
         AND table_name <> 'migrations'`,
    );
    expect(others).toEqual([]);
  });
});

describe('a start is refused in words', () => {
  it('where statements are too small for a batch', async () => {
    await mysql.query('SET GLOBAL max_allowed_packet = 1048576');
    expect(await failedStart(url)).toContain('Set its max_allowed_packet to 16M, at least to 4M.');
    await mysql.query('SET GLOBAL max_allowed_packet = 4194304');
  });

  it('where a proxy does not keep what is set for a connection', async () => {
    const proxy = await TcpProxy.start(mysql.port);
    proxy.onClientData = (chunk) => (chunk.includes('sql_mode = ') ? OK_PACKET : 'forward');
    const words = await failedStart(proxy.through(url));
    expect(words).toMatch(
      /does not keep what this server sets for its connections \(sql_mode is .*NO_BACKSLASH/,
    );
    await proxy.close();
  });
});
