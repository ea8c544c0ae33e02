import { isIP, isIPv4 } from 'node:net';

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
