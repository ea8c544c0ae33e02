import { describe, expect, it } from '@jest/globals';
import { parseNetwork } from '../config/network.js';
import { AddressList } from './address-list.js';

const verdicts = (list: AddressList, addresses: readonly (string | undefined)[]): unknown[] =>
  addresses.map((address) => [address, list.has(address)]);
const all = (addresses: readonly (string | undefined)[], verdict: boolean): unknown[] =>
  addresses.map((address) => [address, verdict]);

describe('a list of addresses', () => {
  it.each<{ entries: string[]; on: string[]; off: string[] }>([
    {
      entries: ['203.0.113.7'],
      on: ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:203.0.113.7', '::ffff:cb00:7107', '::FFFF:CB00:7107'],
      off: [
        '203.0.113.6',
        '203.0.113.8',
        '::ffff:203.0.113.8',
        '::ffff:cb00:7108',
        '::203.0.113.7',
        '::cb00:7107',
      ],
    },
    {
      entries: ['203.0.113.7'],
      on: ['0:0:0:0:0:ffff:203.0.113.7', '0000:0000:0000:0000:0000:ffff:cb00:7107', '0::ffff:cb00:7107'],
      off: ['::fffe:203.0.113.7', '::ffff:0:203.0.113.7', '64:ff9b::203.0.113.7', '2002:cb00:7107::'],
    },
    {
      entries: ['10.1.0.0/16'],
      on: ['10.1.0.0', '10.1.255.255', '::ffff:10.1.3.4', '::ffff:a01:304'],
      off: ['10.0.255.255', '10.2.0.0', '::ffff:10.2.0.0', '::ffff:a02:0', '::1', 'a01::304'],
    },
    { entries: ['10.1.2.3/16'], on: ['10.1.0.0', '10.1.255.255'], off: ['10.2.2.3'] },
    {
      entries: ['203.0.113.8/29'],
      on: ['203.0.113.8', '203.0.113.15'],
      off: ['203.0.113.7', '203.0.113.16'],
    },
    {
      entries: ['2001:db8::7'],
      on: ['2001:db8::7', '2001:DB8::7', '2001:0db8:0:0:0:0:0:7', '2001:db8::0.0.0.7'],
      off: ['2001:db8::8', '2001:db8::7:0', '::7', '0.0.0.7'],
    },
    {
      entries: ['2001:db8::/33'],
      on: ['2001:db8::', '2001:db8:7fff:ffff:ffff:ffff:ffff:ffff'],
      off: ['2001:db8:8000::', '2001:db7:ffff::1', '203.0.113.7', '::ffff:203.0.113.7'],
    },
    {
      entries: ['0.0.0.0/0'],
      on: ['0.0.0.0', '255.255.255.255', '::ffff:1.2.3.4'],
      off: ['::1', '2001:db8::1'],
    },
    {
      entries: ['203.0.113.7', '10.1.0.0/16', '2001:db8::/32', '2001:db8::/32'],
      on: ['203.0.113.7', '10.1.9.9', '2001:db8:ffff::1'],
      off: ['203.0.113.8', '10.3.0.1', '2001:db9::1'],
    },
  ])('$entries has what lies in it and nothing else', ({ entries, on, off }) => {
    const list = new AddressList(entries);
    expect(verdicts(list, [...on, ...off])).toEqual([...all(on, true), ...all(off, false)]);
  });

  it('knows a link-local address whatever zone it came by', () => {
    const list = new AddressList(['fe80::7', 'fe80:1::/32']);
    const on = ['fe80::7', 'fe80::7%eth0', 'fe80::7%1', 'fe80::7%', 'fe80:1::9%en0'];
    const off = ['fe80::8%eth0', '%fe80::7', 'fe80%eth0::7'];
    expect(verdicts(list, [...on, ...off])).toEqual([...all(on, true), ...all(off, false)]);
  });

  it('has nothing that is no address, however wide it is', () => {
    const wide = new AddressList(['0.0.0.0/0', '::/0']);
    const rubbish = [
      ...[
        undefined,
        '',
        ' ',
        '%',
        '%eth0',
        'unknown',
        '_hidden',
        'localhost',
        '*',
        '0',
        '2130706433',
        '0x7f.1',
      ],
      ...[
        '10.1',
        '10.1.0.0/16',
        '256.1.1.1',
        '010.1.1.1',
        ' 10.1.0.0',
        '10.1.0.0 ',
        '10.1.0.0:443',
        '10.1.0.0,::1',
      ],
      ...[
        '[::1]',
        '[::1]:443',
        '::1]',
        ':::',
        '2001:db8::/32',
        '::ffff:256.1.1.1',
        '::ffff:10.1',
        `1${'.1'.repeat(9_999)}`,
      ],
    ];
    expect(verdicts(wide, rubbish)).toEqual(all(rubbish, false));
    expect(verdicts(wide, ['10.1.0.0', '::1'])).toEqual(all(['10.1.0.0', '::1'], true));
  });

  it.each([
    ...[
      '0:0:0:0:0:ffff:203.0.113.7',
      '0:0:0:0:0:FFFF:cb00:7107',
      '0::ffff:203.0.113.7',
      '::0:ffff:cb00:7107',
    ],
    ...['0:0:0:0:0:ffff:203.0.113.0/120', '::ffff:203.0.113.7', '::ffff:cb00:7107'],
  ])('never takes an IPv4-mapped entry that would then let nobody in: %s', (entry) => {
    if (parseNetwork(entry) === undefined) {
      expect(() => new AddressList([entry])).toThrow('is no address and no network');
    } else {
      const on = ['203.0.113.7', '::ffff:203.0.113.7', '::ffff:cb00:7107'];
      const off = ['203.0.114.7', '::ffff:cb00:7207'];
      const list = new AddressList([entry]);
      expect(verdicts(list, [...on, ...off])).toEqual([...all(on, true), ...all(off, false)]);
    }
  });

  it('has nobody where it is empty', () => {
    const addresses = ['127.0.0.1', '::1', '0.0.0.0', '::', undefined];
    expect(verdicts(new AddressList([]), addresses)).toEqual(all(addresses, false));
  });

  it('is not made of what is no address and no network, and names it', () => {
    for (const entry of [
      '',
      'localhost',
      '10.1.0.0/33',
      '::ffff:10.1.0.0',
      'fe80::1%eth0',
      '2001:db8::/129',
    ]) {
      expect(() => new AddressList(['203.0.113.7', entry])).toThrow(`${entry} is no address and no network`);
    }
  });
});
