import { AddressSet, type Location, PRIVATE } from './addresses';
import type { StackContext } from './context';
import type { Endpoint } from './endpoint';
import { type Firewall, GOOGLE_PROXIES } from './firewall';
import type { NetworkPolicy } from './network-policy';

/** Link-local addresses that pods reach on their node. */
const ON_THE_NODE: Readonly<Record<string, string>> = {
  '169.254.169.254/32': 'metadata server',
  '169.254.169.252/32': 'metadata server of Calico',
  '169.254.20.10/32': 'DNS cache',
};

const GOOGLE_APIS = AddressSet.of('199.36.153.8/30');

/** Range of `restricted.googleapis.com`, which is not part of the internet. */
const RESTRICTED_GOOGLE_APIS = AddressSet.of('199.36.153.4/30');

const IAP = AddressSet.of('35.235.240.0/20');

const PROXIES = AddressSet.union(GOOGLE_PROXIES.map(({ addresses }) => addresses));

/** Special-purpose addresses, which are not part of the internet (https://www.iana.org/assignments/iana-ipv4-special-registry). */
export const NOT_ON_THE_INTERNET = AddressSet.of(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
);

/** Endpoints outside of the stack: Google, the internet, and the ranges that rules of the stack name. */
export function createExternalEndpoints(
  { clusters }: StackContext,
  policies: readonly NetworkPolicy[],
  firewall: Firewall,
  inside: readonly Endpoint[],
): Endpoint[] {
  const own = AddressSet.union([
    ...[...inside.map(({ location }) => location), ...clusters.list().map(({ services }) => services)]
      .filter(({ reference, addresses }) => reference === undefined && addresses.size < 2 ** 31)
      .map(({ addresses }) => addresses),
    GOOGLE_APIS,
    RESTRICTED_GOOGLE_APIS,
    IAP,
    PROXIES,
  ]);
  const fixed: Endpoint[] = [
    {
      id: 'google-apis',
      label: 'Google APIs',
      kind: 'google-apis',
      platform: true,
      location: { addresses: GOOGLE_APIS, text: '199.36.153.8/30' },
    },
    { id: 'iap', label: 'IAP', kind: 'iap', platform: true, location: { addresses: IAP, text: '35.235.240.0/20' } },
    {
      id: 'google-proxies',
      label: "Google's proxies",
      isPlural: true,
      kind: 'google-proxies',
      platform: true,
      location: locateProxies(),
    },
  ];

  let rest = AddressSet.all.minus(own);
  const ranges: Endpoint[] = [];
  for (const written of collectRanges(policies, firewall)) {
    const part = AddressSet.union(written.map(({ addresses }) => addresses)).intersect(rest);
    if (part.isEmpty) continue;
    rest = rest.minus(part);
    const [text, ...more] = written.flatMap((range) => (range.addresses.overlaps(part) ? [range.text] : []));
    const onNode = ON_THE_NODE[text!];
    const label = onNode ?? `${text!.replace(/\/32$/, '')}${more.length > 0 ? ` and ${more.length} more` : ''}`;
    const location = { addresses: part, text: [text, ...more].join(', ') };
    ranges.push({ id: label, label, kind: onNode ? 'metadata-server' : 'range', platform: onNode !== undefined, location });
  }
  const internet = rest.minus(NOT_ON_THE_INTERNET);
  return [
    ...fixed,
    ...ranges,
    { id: 'internet', label: 'internet', kind: 'internet', platform: true, location: { addresses: internet, text: 'the internet' } },
  ];
}

/**
 * Ranges in rules, grouped by rule, the smallest group first. Ranges that cover most of the internet, or all private
 * addresses, are left out.
 */
function collectRanges(policies: readonly NetworkPolicy[], firewall: Firewall): (readonly Location[])[] {
  const result = new Map<string, { readonly ranges: readonly Location[]; readonly size: number }>();
  const add = (ranges: readonly Location[]) => {
    const addresses = AddressSet.union(ranges.map((range) => range.addresses));
    if (ranges.length === 0 || addresses.contains(PRIVATE) || addresses.size >= 2 ** 31) return;
    result.set(ranges.map(({ text }) => text).join(), { ranges, size: addresses.size });
  };
  const divide = (written: readonly Location[]) => {
    const literal = written.filter(({ reference }) => reference === undefined);
    const isOnNode = ({ text }: Location) => ON_THE_NODE[text] !== undefined;
    for (const range of literal.filter(isOnNode)) add([range]);
    add(literal.filter((range) => !isOnNode(range)));
  };
  for (const policy of policies) {
    for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
      for (const peer of rule.peers ?? []) divide(peer.ranges ?? []);
    }
  }
  for (const rule of firewall.rules) if (rule.address !== undefined) divide(rule.ranges ?? []);
  return [...result.values()].sort((a, b) => a.size - b.size).map(({ ranges }) => ranges);
}

export function locateProxies(): Location {
  return { addresses: PROXIES, text: GOOGLE_PROXIES.map(({ text }) => text).join(', ') };
}
