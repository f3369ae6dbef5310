import { IPv6 } from 'ipaddr.js';
import { type Block, blocksAt, booleanAt, isUndetermined, known, listAt, textAt, type Undetermined } from '../terraform/values';
import { AddressSet } from './addresses';

/**
 * True for ranges that together cover the internet: at least half of all IPv4 addresses, or half of the routed IPv6
 * addresses. References and invalid ranges count as empty.
 */
export function coversInternet(ranges: readonly string[]): boolean {
  const ipv4 = AddressSet.union(ranges.map((range) => AddressSet.parse(range) ?? AddressSet.none));
  return ipv4.size >= 2 ** 31 || routedIpv6(ranges) >= HALF_OF_IPV6;
}

/** Global unicast range, 2000::/3, in units of a /64. */
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

/** Ports that a firewall rule exposes to the internet, with the argument that does so. */
export interface InternetExposure {
  readonly argument: string;

  /** Ranges of the argument; empty for a rule without sources, which allows all of them. */
  readonly ranges: readonly string[];

  /** For example `tcp 9042`, or `all ports`. */
  readonly ports: readonly string[];
}

/** Resource types that are, or contain, firewall rules. */
export const FIREWALL_TYPES: readonly string[] = [
  'google_compute_firewall',
  ...['', 'network_', 'region_network_'].flatMap((scope) =>
    ['rule', 'with_rules'].map((what) => `google_compute_${scope}firewall_policy_${what}`),
  ),
];

/** Finds the exposures of a resource of `FIREWALL_TYPES`, in a synthesized stack or a plan. */
export function findInternetExposures(type: string, body: unknown): readonly InternetExposure[] {
  const rules = type.endsWith('_with_rules') ? blocksAt(body, 'rule') : [body];
  return rules.flatMap((rule) => (type === 'google_compute_firewall' ? findInFirewall(rule) : findInPolicyRule(rule)));
}

function findInFirewall(rule: unknown): InternetExposure[] {
  const others = ['source_tags', 'source_service_accounts'].flatMap((argument) => listAt(rule, argument));
  return createExposures(rule, 'source_ranges', listAt(rule, 'source_ranges'), others, describePorts(blocksAt(rule, 'allow'), 'protocol'));
}

function findInPolicyRule(rule: unknown): InternetExposure[] {
  const action = known(textAt(rule, 'action'));
  if (action !== undefined && !/^(allow|apply_security_profile_group)$/i.test(action)) return [];
  return known(blocksAt(rule, 'match')).flatMap((match) => {
    const layers = [...blocksAt(match, 'layer4_configs'), ...blocksAt(match, 'layer4_config')];
    const others = Object.keys(match).flatMap((name) => (name.startsWith('src_') && name !== 'src_ip_ranges' ? listAt(match, name) : []));
    return createExposures(rule, 'match.src_ip_ranges', listAt(match, 'src_ip_ranges'), others, describePorts(layers, 'ip_protocol'));
  });
}

function createExposures(
  rule: unknown,
  argument: string,
  sources: readonly unknown[],
  others: readonly unknown[],
  ports: readonly string[],
): InternetExposure[] {
  if (known(booleanAt(rule, 'disabled')) === true || (textAt(rule, 'direction') ?? 'INGRESS') !== 'INGRESS' || ports.length === 0)
    return [];
  const ranges = sources.map(String);
  const isForAll = ranges.length === 0 ? others.length === 0 : coversInternet(ranges);
  return isForAll ? [{ argument, ranges, ports }] : [];
}

/** Describes ports; unknown ones count as all ports. */
function describePorts(allowed: readonly (Block | Undetermined)[], protocolArgument: string): string[] {
  return allowed.flatMap((allow) => {
    const protocol = known(textAt(allow, protocolArgument)) ?? 'all';
    const ports = isUndetermined(allow) ? [] : listAt(allow, 'ports').map(String);
    return ports.length > 0 ? ports.map((port) => `${protocol} ${port}`) : [protocol === 'all' ? 'all ports' : `all of ${protocol}`];
  });
}
