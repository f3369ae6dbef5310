/**
 * Compares the evaluation of policies with the connections that np-guard publishes for its own analyzer:
 *
 *     node dist/scripts/reachability/compare-published.js FOLDER
 *
 * FOLDER is a copy of https://github.com/np-guard/netpol-analyzer. Exits with 1 for a certain answer that differs.
 */
import { AddressSet } from '../../lib/reachability/addresses';
import type { Allowance } from '../../lib/reachability/allowance';
import type { Endpoint } from '../../lib/reachability/endpoint';
import { Inventory } from '../../lib/reachability/inventory';
import type { Direction } from '../../lib/reachability/network-policy';
import { EndpointIndex, PolicyIndex } from '../../lib/reachability/policy-index';
import { PolicySide } from '../../lib/reachability/policy-side';
import { PortSet } from '../../lib/reachability/port-set';
import { TerraformDocument } from '../../lib/terraform/document';
import { textAt } from '../../lib/terraform/values';
import { type AddressRange, type ConnectionEnd, PROTOCOLS, parseConnections } from './connection-list';
import { formatWorkload, type Manifest, type PublishedCase, readPublishedCases } from './published-case';

/** Comparison of one case: the number of pairs by their result, and the differences. */
interface Comparison {
  readonly equal: number;

  /** Pairs of which an answer is not certain, and none differs. */
  readonly unknown: number;
  readonly differences: readonly string[];
}

function compareCase({ manifests, expected }: PublishedCase): Comparison {
  const { endpoints, policies, hiddenPolicies } = new Inventory(TerraformDocument.read(createDocument(manifests)));
  // The analyzer of np-guard enforces every policy.
  const enforced = policies.map((policy) => ({ ...policy, applies: 'yes' as const }));
  const names = new Map(manifests.map((manifest, index) => [`kubernetes_manifest.m${index}`, formatWorkload(manifest)]));
  const workloads = endpoints.filter(({ kind, platform }) => kind === 'pods' && !platform);
  const connections = parseConnections(expected);
  const outside = createOutside(connections.flatMap(({ from, to }) => [from, to].filter((end) => typeof end !== 'string')));
  const index = new EndpointIndex([...workloads, ...outside.map(({ endpoint }) => endpoint)]);
  const byNamespace = new PolicyIndex(enforced);
  const sides = new Map<string, PolicySide>();
  const evaluate = (endpoint: Endpoint, direction: Direction, other: Endpoint): Allowance => {
    const key = `${direction} ${endpoint.address}`;
    const side =
      sides.get(key) ??
      new PolicySide(endpoint, direction, byNamespace.findCandidates(endpoint.pods!), index, hiddenPolicies.find(endpoint.pods!));
    sides.set(key, side);
    return side.evaluate(other);
  };

  const wanted = new Map<string, PortSet>();
  for (const { from, to, ports } of connections) {
    for (const client of expand(from, outside)) {
      for (const server of expand(to, outside)) {
        const key = `${client} => ${server}`;
        wanted.set(key, (wanted.get(key) ?? PortSet.none).union(ports));
      }
    }
  }
  const ends = [
    ...workloads.map((endpoint) => ({ name: names.get(endpoint.address!)!, endpoint })),
    ...outside.map(({ name, endpoint }) => ({ name, endpoint })),
  ];
  let [equal, unknown] = [0, 0];
  const differences: string[] = [];
  for (const from of ends) {
    for (const to of ends) {
      const [isFromPods, isToPods] = [from, to].map(({ endpoint }) => endpoint.kind === 'pods');
      if (from.name === to.name || (!isFromPods && !isToPods)) continue;
      const own = [
        ...(isFromPods ? [evaluate(from.endpoint, 'egress', to.endpoint)] : []),
        ...(isToPods ? [evaluate(to.endpoint, 'ingress', from.endpoint)] : []),
      ].reduce((one, other) => one.intersect(other));
      const [certain, possible] = [own.certain.intersect(PROTOCOLS), own.possible.intersect(PROTOCOLS)];
      const ports = wanted.get(`${from.name} => ${to.name}`) ?? PortSet.none;
      if (!certain.minus(ports).isEmpty || !ports.minus(possible).isEmpty) {
        differences.push(`${from.name} => ${to.name}: expected '${ports}', got '${own}'`);
      } else if (certain.equals(possible)) equal++;
      else unknown++;
    }
  }
  return { equal, unknown, differences };
}

/** Stack with the manifests, the namespaces that they name, and a cluster that enforces policies. */
function createDocument(manifests: readonly Manifest[]): object {
  const declared = new Set(manifests.filter(({ kind }) => kind === 'Namespace').map((manifest) => textAt(manifest, 'metadata', 'name')));
  const named = new Set(manifests.map((manifest) => textAt(manifest, 'metadata', 'namespace') ?? 'default'));
  const missing = [...named].filter((name) => !declared.has(name));
  return {
    provider: { kubernetes: [{}] },
    resource: {
      google_container_cluster: { c: { name: 'c', datapath_provider: 'ADVANCED_DATAPATH' } },
      kubernetes_namespace_v1: Object.fromEntries(missing.map((name, index) => [`n${index}`, { metadata: { name } }])),
      kubernetes_manifest: Object.fromEntries(manifests.map((manifest, index) => [`m${index}`, { manifest }])),
    },
  };
}

interface Outside {
  readonly name: string;
  readonly range: AddressRange;
  readonly endpoint: Endpoint;
}

/** Ranges outside of the cluster, divided so that no two overlap, and together all addresses. */
function createOutside(ranges: readonly AddressRange[]): Outside[] {
  const starts = [...new Set([0, ...ranges.flatMap(([first, last]) => [first, last + 1])])].filter((start) => start < 2 ** 32);
  starts.sort((a, b) => a - b);
  return starts.map((first, index) => {
    const last = (starts[index + 1] ?? 2 ** 32) - 1;
    const name = `${first}-${last}`;
    const endpoint: Endpoint = {
      id: name,
      label: name,
      kind: 'range',
      platform: false,
      location: { addresses: AddressSet.of(...toCidr(first, last)), text: name },
    };
    return { name, range: [first, last], endpoint };
  });
}

/** CIDR blocks of a range. */
function toCidr(first: number, last: number): string[] {
  const blocks: string[] = [];
  for (let start = first; start <= last; ) {
    let bits = 0;
    while (bits < 32 && start % 2 ** (bits + 1) === 0 && start + 2 ** (bits + 1) - 1 <= last) bits++;
    blocks.push(`${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/${32 - bits}`);
    start += 2 ** bits;
  }
  return blocks;
}

/** Names of an end: of a range those of its parts. */
function expand(end: ConnectionEnd, outside: readonly Outside[]): string[] {
  if (typeof end === 'string') return [end];
  return outside.filter(({ range: [first, last] }) => first >= end[0] && last <= end[1]).map(({ name }) => name);
}

function main(folder: string): number {
  const skipped: string[] = [];
  const cases = readPublishedCases(folder, (name, reason) => skipped.push(`${name}: ${reason}`));
  const sum = { equal: 0, unknown: 0, differences: 0 };
  for (const each of cases) {
    const { equal, unknown, differences } = compareCase(each);
    sum.equal += equal;
    sum.unknown += unknown;
    sum.differences += differences.length;
    for (const difference of differences) console.log(`${each.name}: ${difference}`);
  }
  for (const reason of skipped) console.log(`skipped ${reason}`);
  console.log(`${cases.length} cases: ${sum.equal} pairs are equal, ${sum.unknown} not certain, ${sum.differences} different`);
  return sum.differences > 0 ? 1 : 0;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node dist/scripts/reachability/compare-published.js FOLDER');
  process.exitCode = 1;
} else {
  process.exitCode = main(folder);
}
