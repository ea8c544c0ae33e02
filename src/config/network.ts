import { isIP, isIPv4, isIPv6, SocketAddress } from 'node:net';

/** An address (of the longest prefix) or a network. */
interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * Reads an address, or a network like `10.1.0.0/16` or `2001:db8::/32`; undefined for what is neither. An IPv4-mapped
 * IPv6 address is written as IPv4 here: what comes in either form is compared with that.
 */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', length] = /^([0-9a-fA-F.:]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  if (isIP(address) === 0 || /^::ffff:/i.test(address)) return undefined;
  const longest = isIPv4(address) ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  return prefix <= longest ? { address, prefix, family: familyOf(address) } : undefined;
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** The network that a caller has to itself: of an IPv6 address its first 64 bits, in one form; any other text as it is. */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%'); // without the zone of a link-local address
  if (!isIPv6(bare)) return bare;
  const shortest = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  const mapped = /^::ffff:([\d.]+)$/.exec(shortest)?.[1];
  if (mapped !== undefined) return mapped;
  const [left = [], right = []] = shortest.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/** An address as proxies write it: `1.2.3.4:5678` and `[2001:db8::1]:80` without the port, and without the brackets. */
export function withoutPort(text: string): string {
  const [, inBrackets, before] = /^(?:\[(.*)\](?::\d{1,5})?|([^:]*):\d{1,5})$/.exec(text) ?? [];
  const address = inBrackets ?? before;
  return address !== undefined && isIP(address) === (inBrackets === undefined ? 4 : 6) ? address : text;
}

/** A name or an address that only this machine's own programs reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
