/*
 * All that anybody can send to a server, and what a stolen operator key can, all at once, each at its own rate. In a process of
 * its own, so that whoever measures beside it is not slowed down by the sending; plain JavaScript, because it is run as
 * it is. Ends with its parent. `node attackers.js <url> <operator key> <parent system>`
 */
import http from 'node:http';
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { URL } from 'node:url';

const [, , url, operatorKey, parentSystemId] = process.argv;
const { hostname, port } = new URL(url);

/** @type {Record<string, { sent: number, ended: Record<string, number> }>} What was sent, and how it ended. */
const told = {};
const note = (flood, end) => {
  told[flood].ended[end] = (told[flood].ended[end] ?? 0) + 1;
};

const TICK_MS = 50;
/** Calls `send` this often, as soon as it can where it is late. */
function flood(name, perSecond, send) {
  told[name] = { sent: 0, ended: {} };
  const startedAt = performance.now();
  setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    while (told[name].sent < due) send(told[name].sent++, name);
  }, TICK_MS);
}

/** Requests whose answers are read, and the connections kept. */
function requests(name, perSecond, optionsOf) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  flood(name, perSecond, (index) => {
    const { body, ...options } = optionsOf(index);
    const request = http.request({ hostname, port, agent, ...options }, (response) => {
      response.resume().once('end', () => note(name, response.statusCode));
    });
    request.once('error', ({ code }) => note(name, code)).end(body);
  });
}

/** A connection that writes this and reads nothing, until it is ended, by the server or after so long. */
function unread(name, text, lastMs) {
  const socket = net.connect({ host: hostname, port }).pause();
  const end = setTimeout(() => socket.resetAndDestroy(), lastMs);
  socket.once('close', () => clearTimeout(end));
  socket.on('error', ({ code }) => note(name, code));
  socket.write(text);
  return socket;
}

const get = (target, ...headers) =>
  [`GET ${target} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
const withKey = `Authorization: Bearer ${operatorKey}`;
const query = { path: '/wallets/balance?walletSessionId=none' };
const signature = 'A'.repeat(40);

requests('readiness', 100, () => ({ path: '/health/ready' }));
requests('wrong keys', 40, (index) => ({
  path: '/operator/wallets',
  headers: { authorization: `Bearer oas_${String(index).padStart(43, 'x')}` },
}));
requests('unknown parent systems', 40, (index) => ({
  ...query,
  headers: { 'x-parent-system-id': `nobody-${index}`, 'x-signature': signature },
}));
requests('wrong signatures', 40, (index) => ({
  ...query,
  ...(index % 2 ? { method: 'POST', path: '/movements/debit?walletSessionId=none', body: '{}' } : {}),
  headers: { 'x-parent-system-id': parentSystemId, 'x-signature': signature },
}));
const DOCUMENTS = ['/docs', '/docs/openapi.json', '/docs/swagger-ui.css', '/docs/swagger-ui-init.js'];
requests('documents', 20, (index) => ({ path: DOCUMENTS[index % DOCUMENTS.length] }));
const TARGETS = [
  '/',
  '//',
  '/wp-login.php',
  '/%zz',
  '/..%2f..%2fetc/passwd',
  '/health/live/x',
  '/?walletId=1',
];
requests('odd targets', 60, (index) => ({
  path: TARGETS[index % TARGETS.length],
  method: ['GET', 'POST', 'OPTIONS', 'DELETE', 'HEAD'][index % 5],
}));
requests('bodies that are none', 20, (index) => ({
  method: 'POST',
  path: '/movements/credit?walletSessionId=none',
  headers: { 'x-parent-system-id': parentSystemId, 'x-signature': signature },
  body: index % 2 ? '{"a":' : '['.repeat(15_000),
}));

const post = (...headers) =>
  ['POST /movements/debit?walletSessionId=none HTTP/1.1', 'Host: localhost', ...headers, '', ''].join('\r\n');
const MUCH = 'x'.repeat(65_536);
flood('bodies too large', 10, (_, name) => {
  unread(name, post('Content-Length: 300000000') + MUCH, 2_000).resume();
});
flood('bodies in chunks without end', 10, (_, name) => {
  unread(name, `${post('Transfer-Encoding: chunked')}10000\r\n${MUCH}\r\n`, 2_000).resume();
});
flood('pipelined, never read', 2, (_, name) => unread(name, get('/health/live').repeat(500), 10_000));
flood('exports, never read', 0.5, (_, name) => {
  unread(name, get('/operator/movements/export?gameId=old', withKey).repeat(3), 10_000);
});
flood('searches, never read', 0.5, (_, name) => {
  unread(name, get('/operator/movements?gameId=old', withKey).repeat(50), 10_000);
});
flood('half-open', 5, (_, name) => unread(name, '', 5_000).end(get('/docs/openapi.json')));
flood('slow headers', 10, (_, name) => {
  const socket = unread(name, 'GET / HTTP/1.1\r\nHost: localhost\r\nx: ', 15_000).resume();
  const write = setInterval(() => socket.write('x'), 500);
  socket.once('close', () => clearInterval(write));
});
flood('idle', 50, (_, name) => unread(name, '', 10_000));

process.once('message', () => process.send(told, () => process.exit()));
process.once('disconnect', () => process.exit());
