import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** Chooses an address of an IPv4 range, always the same for a key, and never the first or last one. */
export function chooseAddress(range: string, key: string): string {
  const [network, prefix] = ipaddr.IPv4.parseCIDR(range);
  const size = 2 ** (32 - prefix);
  const offset = 1 + (createHash('sha256').update(key).digest().readUInt32BE(0) % (size - 2));
  const number = network.octets.reduce((sum, octet) => sum * 256 + octet, 0) + offset;
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
}
