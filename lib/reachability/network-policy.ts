import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, block, blocks, listOf } from '../terraform/values';
import { AddressSet, holds, type Location } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all } from './answer';
import type { Cluster, Clusters } from './cluster';
import { LabelSelector, NAMESPACE_NAME_LABEL } from './labels';
import type { Peer, PodIdentity } from './peer';
import { PortSet } from './port-set';
import type { References } from './references';

export type Direction = 'ingress' | 'egress';

/**
 * A NetworkPolicy, with the meaning that Kubernetes gives it.
 *
 * See https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export interface NetworkPolicy {
  readonly name: string;
  readonly address: string;
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly pods: LabelSelector;

  /** Rules of a direction; nothing when the policy says nothing of it. An empty list lets nothing through. */
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
}

/** One rule: whom it lets through, and at which ports. */
export interface PolicyRule {
  /** Nothing when the rule names nobody, and so means everybody. */
  readonly peers?: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

/**
 * Whom an entry of `from` or `to` means. Selectors of one entry must both match; another entry is another possibility.
 * Entries of addresses are taken together, since only together they may hold all addresses of a peer.
 */
export interface PolicyPeer {
  readonly ranges?: readonly Location[];
  readonly namespaces?: LabelSelector;
  readonly pods?: LabelSelector;

  /** The entry in words, or its ranges. */
  readonly texts: readonly string[];

  /** Two entries of one key match the same peers. */
  readonly cacheKey: string;
}

/** A port as a policy names it. */
export interface PolicyPort {
  readonly allowance: Allowance;

  /** Name of a container's port, to be looked up in the pods that are called. */
  readonly named?: string;
}

/** Policies with a port range, which Cilium before 1.16 reads as the range's first port. */
export function policiesWithPortRanges(document: TerraformDocument): Resource[] {
  return document.ofType('kubernetes_network_policy_v1', 'kubernetes_network_policy').filter(({ body }) => {
    const spec = block(body, 'spec');
    const ports = [...blocks(spec, 'ingress'), ...blocks(spec, 'egress')].flatMap((rule) => blocks(rule, 'ports'));
    return ports.some((port) => isRange(port));
  });
}

function isRange({ port, end_port: end }: Block): boolean {
  return end !== undefined && end !== null && end !== 0 && end !== '0' && `${end}` !== `${port}`;
}

/** The policies of a stack, in the order of its JSON. */
export function networkPolicies(document: TerraformDocument, references: References, clusters: Clusters): NetworkPolicy[] {
  return document
    .ofType('kubernetes_network_policy_v1', 'kubernetes_network_policy')
    .map((resource) => parse(resource, references, clusters));
}

function parse(resource: Resource, references: References, clusters: Clusters): NetworkPolicy {
  const metadata = block(resource.body, 'metadata');
  const spec = block(resource.body, 'spec');
  const types = listOf(spec?.policy_types).map((type) => references.text(type));
  const holdsFor = (type: 'Ingress' | 'Egress') => {
    if (types.length > 0) return types.includes(type);
    return type === 'Ingress' || blocks(spec, 'egress').length > 0;
  };

  const namespace = references.text(metadata?.namespace ?? 'default');
  const rules = (direction: Direction, side: 'from' | 'to') =>
    blocks(spec, direction).map((rule): PolicyRule => {
      const peers = blocks(rule, side);
      const ports = blocks(rule, 'ports');
      return {
        peers: peers.length > 0 ? parsePeers(peers, namespace, references) : undefined,
        ports: ports.length > 0 ? ports.map((port) => parsePort(port, references)) : [{ allowance: Allowance.everything }],
      };
    });
  return {
    name: references.text(metadata?.name ?? resource.name),
    address: resource.address,
    namespace,
    cluster: clusters.of(resource),
    pods: LabelSelector.parse(block(spec, 'pod_selector') ?? {}, references),
    ingress: holdsFor('Ingress') ? rules('ingress', 'from') : undefined,
    egress: holdsFor('Egress') ? rules('egress', 'to') : undefined,
  };
}

function parsePeers(entries: readonly Block[], namespace: string, references: References): PolicyPeer[] {
  const ranges = entries.flatMap((entry) => blocks(entry, 'ip_block')).map((range) => parseRange(range, references));
  const texts = ranges.map(({ text }) => text);
  return [
    ...(ranges.length > 0 ? [{ ranges, texts, cacheKey: texts.join(', ') }] : []),
    ...entries.filter((entry) => !block(entry, 'ip_block')).map((entry) => parseSelectors(entry, namespace, references)),
  ];
}

function parseRange({ cidr, except }: Block, references: References): Location {
  const range = references.location(cidr);
  const exceptions = listOf(except).map((part) => references.location(part));
  if (exceptions.length === 0) return range;
  const text = `${range.text} except ${exceptions.map((part) => part.text).join(', ')}`;
  const addresses = range.addresses.minus(AddressSet.union(exceptions.map((part) => part.addresses)));
  // What an unknown exception leaves cannot be told: the rest is an unknown range of its own.
  const unknown = exceptions.some((part) => part.reference !== undefined);
  return unknown ? { addresses: range.addresses, reference: text, text } : { ...range, addresses, text };
}

function parseSelectors(entry: Block, namespace: string, references: References): PolicyPeer {
  const namespaces = block(entry, 'namespace_selector');
  const pods = block(entry, 'pod_selector');
  const namespaceSelector = namespaces && LabelSelector.parse(namespaces, references);
  const podSelector = pods && LabelSelector.parse(pods, references);
  const named = namespaceSelector?.valuesOf(NAMESPACE_NAME_LABEL);
  const where = named
    ? `namespace ${named.join(' or ')}`
    : namespaceSelector
      ? inWords('namespaces', namespaceSelector)
      : `namespace ${namespace}`;
  return {
    namespaces: namespaceSelector,
    pods: podSelector,
    texts: [podSelector && !podSelector.selectsAll ? `pods with ${podSelector} of ${where}` : `pods of ${where}`],
    cacheKey: `${namespaceSelector?.cacheKey ?? `in ${namespace}`} ${podSelector?.cacheKey ?? '[]'}`,
  };
}

function inWords(what: string, selector: LabelSelector): string {
  return selector.selectsAll ? `all ${what}` : `${what} with ${selector}`;
}

function parsePort(port: Block, references: References): PolicyPort {
  const protocol = PortSet.protocol(references.text(port.protocol ?? 'TCP'));
  if (protocol === undefined) return { allowance: Allowance.cannotTell };
  const text = references.text(port.port);
  if (text === '') return { allowance: Allowance.of(PortSet.of(protocol)) };
  if (/^\d+$/.test(text)) {
    const end = references.text(port.end_port);
    if (end !== '' && !/^\d+$/.test(end)) return { allowance: new Allowance(PortSet.of(protocol, [+text, +text]), PortSet.of(protocol)) };
    return { allowance: Allowance.of(PortSet.of(protocol, [+text, end === '' || end === '0' ? +text : +end])) };
  }
  const cannotTell = new Allowance(PortSet.none, PortSet.of(protocol));
  return isKnown(text) ? { allowance: cannotTell, named: text } : { allowance: cannotTell };
}

/** What a rule lets through to the pods that are called: a named port is another number in other pods. */
export function portsOf(rule: PolicyRule, called: PodIdentity | undefined): Allowance {
  return rule.ports.reduce((sum, { allowance, named }) => {
    if (named === undefined) return sum.union(allowance);
    if (!called) return sum;
    if (!called.ports) return sum.union(allowance);
    const ports = called.ports.get(named)?.intersect(allowance.possible);
    return ports ? sum.union(Allowance.of(ports)) : sum;
  }, Allowance.nothing);
}

/** Whether an entry of a policy means a peer. */
export function matches(entry: PolicyPeer, policy: NetworkPolicy, peer: Peer): Answer {
  const { pods } = peer;
  if (entry.ranges) return inRanges(entry.ranges, policy, peer);
  if (!pods || pods.cluster.key !== policy.cluster.key) return 'no';
  const selected = all([
    entry.namespaces ? entry.namespaces.matches(pods.namespace.labels) : sameNamespace(policy, pods),
    entry.pods ? entry.pods.matches(pods.labels) : 'yes',
  ]);
  // Pods on their node's network are nodes to a policy, in some network plugins.
  return pods.onNodeNetwork === 'no' || selected === 'no' ? selected : 'unknown';
}

/** Whether a policy holds for pods. */
export function selects(policy: NetworkPolicy, pods: PodIdentity): Answer {
  if (policy.cluster.key !== pods.cluster.key) return 'no';
  return all([sameNamespace(policy, pods), policy.pods.matches(pods.labels)]);
}

function sameNamespace(policy: NetworkPolicy, { namespace }: PodIdentity): Answer {
  if (namespace.name === policy.namespace) return 'yes';
  if (namespace.name === undefined) return isKnown(policy.namespace) ? 'no' : 'unknown';
  return isKnown(policy.namespace) && isKnown(namespace.name) ? 'no' : 'unknown';
}

/** Under Dataplane V2 ranges never mean pods or nodes of the cluster itself, whatever their addresses. */
function inRanges(ranges: readonly Location[], policy: NetworkPolicy, { kind, pods, cluster, location }: Peer): Answer {
  const inside = (pods?.cluster ?? (kind === 'node' ? cluster : undefined))?.key === policy.cluster.key;
  return inside && policy.cluster.dataplaneV2 ? 'no' : holds(ranges, location);
}

/** The words of an entry that mean a peer: of several ranges the one that holds it. */
export function wordsFor({ ranges, texts }: PolicyPeer, { location }: Peer): string {
  const [one] = ranges?.filter((range) => holds([range], location) === 'yes') ?? [];
  return one?.text ?? texts.join(', ');
}
