import { IPv6 } from 'ipaddr.js';
import { type Block, blocksAt, booleanAt, isUndetermined, known, listAt, textAt, type Undetermined } from '../terraform/values';
import { AddressSet } from './addresses';

/**
 * Whether ranges hold the whole internet, also when it is cut into parts: at least half of all IPv4 addresses, or half of
 * the IPv6 addresses that are routed. References and what is no range hold nothing.
 */
export function coversInternet(ranges: readonly string[]): boolean {
  const ipv4 = AddressSet.union(ranges.map((range) => AddressSet.parse(range) ?? AddressSet.none));
  return ipv4.size >= 2 ** 31 || routedIpv6(ranges) >= HALF_OF_IPV6;
}

/** Addresses of the global unicast range, 2000::/3, count in units of a /64. */
const GLOBAL_UNICAST = { first: 0x2000n << 48n, end: 0x4000n << 48n };
const HALF_OF_IPV6 = (GLOBAL_UNICAST.end - GLOBAL_UNICAST.first) / 2n;

function routedIpv6(ranges: readonly string[]): bigint {
  const parts = ranges
    .filter((range) => range.includes(':') && IPv6.isValidCIDR(range))
    .map((range) => {
      const [address, length] = IPv6.parseCIDR(range);
      const size = 1n << BigInt(64 - Math.min(length, 64));
      const prefix = address.parts.slice(0, 4).reduce((sum, part) => (sum << 16n) + BigInt(part), 0n);
      const first = (prefix / size) * size;
      return { first: later(first, GLOBAL_UNICAST.first), end: earlier(first + size, GLOBAL_UNICAST.end) };
    })
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  let [sum, end] = [0n, GLOBAL_UNICAST.first];
  for (const part of parts) {
    const first = later(part.first, end);
    if (part.end <= first) continue;
    sum += part.end - first;
    end = part.end;
  }
  return sum;
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Ports that a firewall opens to the whole internet, and the argument that does. */
export interface InternetOpening {
  readonly argument: string;

  /** Ranges of the argument; empty when no source is named, which is all of them. */
  readonly ranges: readonly string[];

  /** For example `tcp 9042`, or `all ports`. */
  readonly ports: readonly string[];
}

/** Types of firewall rules, and of policies with such rules in them. */
export const FIREWALL_TYPES: readonly string[] = [
  'google_compute_firewall',
  ...['', 'network_', 'region_network_'].flatMap((scope) =>
    ['rule', 'with_rules'].map((what) => `google_compute_${scope}firewall_policy_${what}`),
  ),
];

/** Openings of a resource of `FIREWALL_TYPES`, as a synthesized stack or a plan has it. */
export function internetOpenings(type: string, body: unknown): readonly InternetOpening[] {
  const rules = type.endsWith('_with_rules') ? blocksAt(body, 'rule') : [body];
  return rules.flatMap((rule) => (type === 'google_compute_firewall' ? ofFirewall(rule) : ofPolicyRule(rule)));
}

function ofFirewall(rule: unknown): InternetOpening[] {
  const others = ['source_tags', 'source_service_accounts'].flatMap((argument) => listAt(rule, argument));
  return opening(rule, 'source_ranges', listAt(rule, 'source_ranges'), others, portsOf(blocksAt(rule, 'allow'), 'protocol'));
}

function ofPolicyRule(rule: unknown): InternetOpening[] {
  const action = known(textAt(rule, 'action'));
  if (action !== undefined && !/^(allow|apply_security_profile_group)$/i.test(action)) return [];
  return known(blocksAt(rule, 'match')).flatMap((match) => {
    const layers = [...blocksAt(match, 'layer4_configs'), ...blocksAt(match, 'layer4_config')];
    const others = Object.keys(match).flatMap((name) => (name.startsWith('src_') && name !== 'src_ip_ranges' ? listAt(match, name) : []));
    return opening(rule, 'match.src_ip_ranges', listAt(match, 'src_ip_ranges'), others, portsOf(layers, 'ip_protocol'));
  });
}

function opening(
  rule: unknown,
  argument: string,
  sources: readonly unknown[],
  others: readonly unknown[],
  ports: readonly string[],
): InternetOpening[] {
  if (known(booleanAt(rule, 'disabled')) === true || (textAt(rule, 'direction') ?? 'INGRESS') !== 'INGRESS' || ports.length === 0)
    return [];
  const ranges = sources.map(String);
  const isForAll = ranges.length === 0 ? others.length === 0 : coversInternet(ranges);
  return isForAll ? [{ argument, ranges, ports }] : [];
}

/** Ports in words; what is not known may be every port. */
function portsOf(allowed: readonly (Block | Undetermined)[], protocolArgument: string): string[] {
  return allowed.flatMap((allow) => {
    const protocol = known(textAt(allow, protocolArgument)) ?? 'all';
    const ports = isUndetermined(allow) ? [] : listAt(allow, 'ports').map(String);
    return ports.length > 0 ? ports.map((port) => `${protocol} ${port}`) : [protocol === 'all' ? 'all ports' : `all of ${protocol}`];
  });
}
