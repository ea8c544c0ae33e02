import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, dataSourceOptions, loadConfig } from '../support/application.js';
import { Authority, replaceCertificate } from '../support/certificates.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { MysqlServer } from '../support/mysql-server.js';
import { failedStart, startApp } from '../support/server.js';

const [GOOD, ADDRESS, NAME, OTHER, EXPIRED] = ['good', 'address', 'name', 'other', 'expired'];

let authority: Authority;
let stranger: Authority;
let mysql: MysqlServer;
/** Which the server reads when it starts, and again when told to. */
let shown: { cert: string; key: string };
let certificates: Record<string, { cert: string; key: string }>;

beforeAll(async () => {
  authority = Authority.create();
  stranger = Authority.create();
  shown = authority.sign('shown', 'DNS:localhost');
  certificates = {
    [GOOD]: authority.sign('good', 'DNS:localhost,IP:127.0.0.1'),
    [ADDRESS]: authority.sign('address', 'IP:127.0.0.1'),
    [NAME]: authority.sign('name', 'DNS:localhost'),
    [OTHER]: authority.sign('other', 'DNS:db.example.org,IP:192.0.2.1'),
    [EXPIRED]: authority.sign('expired', 'DNS:localhost,IP:127.0.0.1', -1),
  };
  const files = [`--ssl-ca=${authority.path}`, `--ssl-cert=${shown.cert}`, `--ssl-key=${shown.key}`];
  mysql = await MysqlServer.start({ options: files });
  await mysql.createDatabase('oas');
});
afterAll(async () => {
  await mysql.destroy();
  await Promise.all([authority.remove(), stranger.remove()]);
});

const isMariadb = (): boolean => mysql.version.includes('MariaDB');

async function show(certificate: string): Promise<void> {
  replaceCertificate(shown, certificates[certificate]!);
  await mysql.query(isMariadb() ? 'FLUSH SSL' : 'ALTER INSTANCE RELOAD TLS');
}

const trusted = (): Record<string, string> => ({ DATABASE_TLS_CA: authority.pem });

/** Connects as a server does; how the connection is encrypted. */
async function cipherOf(databaseUrl: string, env: Record<string, string>): Promise<string> {
  const { database } = loadConfig({ DATABASE_URL: databaseUrl, ...env });
  const dataSource = await new DataSource(dataSourceOptions(database)).initialize();
  const [row] = await dataSource.query<{ Value: string }[]>(`SHOW SESSION STATUS LIKE 'Ssl_cipher'`);
  await dataSource.destroy();
  return row?.Value ?? '';
}

const at = (host: string, mode: string, user = 'root'): string =>
  `mysql://${user}@${host}:${mysql.port}/oas?tls=${mode}`;

describe('a database server', () => {
  it.each([
    ['localhost', GOOD],
    ['127.0.0.1', GOOD],
    ['localhost', NAME],
    ['127.0.0.1', ADDRESS],
  ])('at %s with a certificate that names it (%s) is trusted', async (host, certificate) => {
    await show(certificate);
    expect(await cipherOf(at(host, 'true'), trusted())).not.toBe('');
  });

  it('serves calls on many encrypted connections', async () => {
    await show(GOOD);
    const database = { url: at('localhost', 'true'), drop: () => Promise.resolve() };
    const server = await startApp({ database, env: { DATABASE_TLS_CA: authority.path } });
    const session = await openFundedSession(server.url, 'w');
    const bets = Array.from({ length: 50 }, (_, index) =>
      debit(server.url, session, `bet-${index}`, { value: 1 }),
    );
    expect(new Set((await Promise.all(bets)).map(({ status }) => status))).toEqual(new Set([201]));
    await server.stop();
  });

  it.each([
    ['localhost', ADDRESS, 'altnames'],
    ['127.0.0.1', NAME, 'altnames'],
    ['localhost', OTHER, 'altnames'],
    ['127.0.0.1', OTHER, 'altnames'],
    ['localhost', EXPIRED, 'expired'],
  ])(
    'at %s with another certificate (%s) is not trusted, unless ?tls=require says so',
    async (host, certificate, why) => {
      if (certificate === EXPIRED && !isMariadb()) {
        await expect(show(certificate)).rejects.toThrow(); // MySQL itself shows none
        return;
      }
      await show(certificate);
      await expect(cipherOf(at(host, 'true'), trusted())).rejects.toMatchObject({
        code: 'HANDSHAKE_SSL_ERROR',
        message: expect.stringContaining(why) as unknown,
      });
      expect(await cipherOf(at(host, 'require'), {})).not.toBe('');
    },
  );

  it('of an authority that is not named is not trusted', async () => {
    await show(GOOD);
    for (const env of [{}, { DATABASE_TLS_CA: stranger.pem }]) {
      await expect(cipherOf(at('localhost', 'true'), env)).rejects.toMatchObject({
        code: 'HANDSHAKE_SSL_ERROR',
      });
    }
  });

  it('is left in words', async () => {
    await show(OTHER);
    const words = await failedStart(at('localhost', 'true'), trusted());
    expect(words).toMatch(/did not show who it is, nothing was sent to it: .+ DATABASE_TLS_CA must be/);
  });

  it('that asks for a certificate gets it', async () => {
    await show(GOOD);
    await mysql.query(`CREATE USER 'shower'@'%' REQUIRE X509`);
    await mysql.query(`GRANT ALL ON oas.* TO 'shower'@'%'`);
    const client = authority.sign('client', 'DNS:client');
    const own = { DATABASE_TLS_CERT: client.cert, DATABASE_TLS_KEY: client.key };
    const asShower = at('localhost', 'true', 'shower');
    expect(await cipherOf(asShower, { ...trusted(), ...own })).not.toBe('');
    expect(await cipherOf(at('localhost', 'require', 'shower'), own)).not.toBe('');
    await expect(cipherOf(asShower, trusted())).rejects.toMatchObject({ errno: 1045 });
  });
});
