import { BlockList, isIP } from 'node:net';
import { familyOf, parseNetwork } from '../config/network.js';

/** Addresses and networks that may call; an IPv4 address matches in its IPv4-mapped IPv6 form too. */
export class AddressList {
  private readonly list = new BlockList();

  /** @throws Error where an entry is no address and no network */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const network = parseNetwork(entry);
      if (!network) throw new Error(`${entry} is no address and no network`);
      this.list.addSubnet(network.address, network.prefix, network.family);
    }
  }

  /** @param address as the socket or a trusted proxy gives it; what is none is on no list */
  has(address: string | undefined): boolean {
    const [bare = ''] = (address ?? '').split('%'); // without the zone of a link-local address
    return isIP(bare) !== 0 && this.list.check(bare, familyOf(bare));
  }
}
