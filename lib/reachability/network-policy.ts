import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import {
  type Block,
  blockAt,
  blocksAt,
  hasBlock,
  isUndetermined,
  known,
  listAt,
  textAt,
  textsAt,
  type Undetermined,
  valueAt,
  written,
} from '../terraform/values';
import { AddressSet, type Location, testRanges } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, any, not } from './answer';
import type { Cluster, Clusters } from './cluster';
import type { Endpoint, PodIdentity } from './endpoint';
import { formatReason, LabelSelector, NAMESPACE_NAME_LABEL } from './labels';
import { PortSet } from './port-set';
import type { References } from './references';

export type Direction = 'ingress' | 'egress';

/**
 * NetworkPolicy of Kubernetes.
 *
 * See https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export interface NetworkPolicy {
  readonly name: string;
  readonly address: string;
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly pods: LabelSelector;

  /** Rules of a direction; undefined when the policy does not restrict it. An empty list denies everything. */
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];

  /** Restricted directions: `policy_types` may not be known. */
  readonly restricts: Readonly<Record<Direction, Answer>>;
}

/** Rule of a NetworkPolicy: peers and ports. */
export interface PolicyRule {
  /** Undefined for a rule without peers, which matches all traffic. */
  readonly peers?: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];

  /** Reason why the rule is not known: there may be none, or any number. */
  readonly undetermined?: string;
}

/**
 * NetworkPolicyPeer: an entry of `from` or `to`. Both selectors of an entry must match.
 *
 * The ipBlocks of a rule are one entry, since an endpoint may have addresses in several of them.
 */
export interface PolicyPeer {
  readonly ranges?: readonly Location[];
  readonly namespaces?: LabelSelector;
  readonly pods?: LabelSelector;

  /** Reason why the entry is not known: it may match anything. */
  readonly undetermined?: string;

  /** Description of the entry, or its ranges. */
  readonly texts: readonly string[];

  /** Key that is equal for entries that match the same endpoints. */
  readonly cacheKey: string;
}

/** Port of a rule. */
export interface PolicyPort {
  readonly allowance: Allowance;

  /** Name of a container port, which the pods of the server resolve. */
  readonly named?: string;
}

/** Policies with a port range, of which Cilium before 1.16 allows only the first port. */
export function findPortRangePolicies(document: TerraformDocument): Resource[] {
  return document.ofType('kubernetes_network_policy_v1', 'kubernetes_network_policy').filter(({ values }) => {
    const rules = known([...blocksAt(values, 'spec', 'ingress'), ...blocksAt(values, 'spec', 'egress')]);
    return rules.some((rule) => known(blocksAt(rule, 'ports')).some(isRange));
  });
}

function isRange(port: Block): boolean {
  const [first, last] = [written(textAt(port, 'port')), written(textAt(port, 'end_port'))];
  return last !== '' && last !== '0' && last !== first;
}

/** Reads the policies of a stack, sorted by address. */
export function readNetworkPolicies(document: TerraformDocument, references: References, clusters: Clusters): NetworkPolicy[] {
  return document
    .ofType('kubernetes_network_policy_v1', 'kubernetes_network_policy')
    .map((resource) => parsePolicy(resource, references, clusters));
}

function parsePolicy(resource: Resource, references: References, clusters: Clusters): NetworkPolicy {
  const { address, values } = resource;
  const namespace = references.readNamespace(values);
  const restricts = { ingress: isRestricted(values, 'ingress'), egress: isRestricted(values, 'egress') };
  const rules = (direction: Direction, side: 'from' | 'to'): readonly PolicyRule[] | undefined => {
    if (restricts[direction] === 'no') return undefined;
    return blocksAt(values, 'spec', direction).map((rule): PolicyRule => {
      if (isUndetermined(rule)) {
        return { ports: [{ allowance: Allowance.undetermined }], undetermined: formatReason(address, ['spec', direction], rule) };
      }
      const peers = blocksAt(rule, side);
      const ports = blocksAt(rule, 'ports');
      return {
        peers: peers.length > 0 ? parsePeers(peers, namespace, references, address) : undefined,
        ports: ports.length > 0 ? ports.map((port) => parsePort(port, references)) : [{ allowance: Allowance.everything }],
      };
    });
  };
  return {
    name: references.text(valueAt(values, 'metadata', 'name') ?? resource.name),
    address,
    namespace,
    cluster: clusters.of(resource),
    pods: LabelSelector.parse(blockAt(values, 'spec', 'pod_selector'), references),
    ingress: rules('ingress', 'from'),
    egress: rules('egress', 'to'),
    restricts,
  };
}

/** Without `policy_types` a policy restricts ingress, and egress when it has rules for it. */
function isRestricted(values: Block, direction: Direction): Answer {
  const types = textsAt(values, 'spec', 'policy_types');
  const wanted = { ingress: 'Ingress', egress: 'Egress' }[direction];
  if (types.length > 0) return any(types.map((type) => (isUndetermined(type) ? 'unknown' : type === wanted ? 'yes' : 'no')));
  if (direction === 'ingress') return 'yes';
  return any(blocksAt(values, 'spec', 'egress').map((rule) => (isUndetermined(rule) ? 'unknown' : 'yes')));
}

function parsePeers(entries: readonly (Block | Undetermined)[], namespace: string, references: References, address: string): PolicyPeer[] {
  const read = known(entries);
  const ranges = read.flatMap((entry) => blocksAt(entry, 'ip_block'));
  const literal = known(ranges).map((range) => parseRange(range, references));
  const texts = literal.map(({ text }) => text);
  const unknown = [...entries, ...ranges].filter(isUndetermined);
  return [
    ...(literal.length > 0 ? [{ ranges: literal, texts, cacheKey: texts.join(', ') }] : []),
    ...read.filter((entry) => !hasBlock(entry, 'ip_block')).map((entry) => parseSelectors(entry, namespace, references)),
    ...unknown.map((entry): PolicyPeer => {
      const reason = formatReason(address, ['spec'], entry);
      return { undetermined: reason, texts: [entry.expression], cacheKey: `undetermined ${entry.expression}` };
    }),
  ];
}

function parseRange(block: Block, references: References): Location {
  const range = references.location(valueAt(block, 'cidr'));
  const exceptions = listAt(block, 'except').map((part) => references.location(part));
  if (exceptions.length === 0) return range;
  const text = `${range.text} except ${exceptions.map((part) => part.text).join(', ')}`;
  const addresses = range.addresses.minus(AddressSet.union(exceptions.map((part) => part.addresses)));
  // Without a known exception, the rest is an unknown range of its own.
  const unknown = exceptions.some((part) => part.reference !== undefined);
  return unknown ? { addresses: range.addresses, reference: text, text } : { ...range, addresses, text };
}

function parseSelectors(entry: Block, namespace: string, references: References): PolicyPeer {
  const namespaces = blockAt(entry, 'namespace_selector');
  const pods = blockAt(entry, 'pod_selector');
  const namespaceSelector = namespaces && LabelSelector.parse(namespaces, references);
  const podSelector = pods && LabelSelector.parse(pods, references);
  const named = namespaceSelector?.findAllowedValues(NAMESPACE_NAME_LABEL);
  const where = named
    ? `namespace ${named.join(' or ')}`
    : namespaceSelector
      ? describeSelector('namespaces', namespaceSelector)
      : `namespace ${namespace}`;
  return {
    namespaces: namespaceSelector,
    pods: podSelector,
    texts: [podSelector && !podSelector.selectsAll ? `pods with ${podSelector} of ${where}` : `pods of ${where}`],
    cacheKey: `${namespaceSelector?.cacheKey ?? `in ${namespace}`} ${podSelector?.cacheKey ?? '[]'}`,
  };
}

function describeSelector(what: string, selector: LabelSelector): string {
  return selector.selectsAll ? `all ${what}` : `${what} with ${selector}`;
}

function parsePort(port: Block | Undetermined, references: References): PolicyPort {
  const protocol = PortSet.protocol(references.text(valueAt(port, 'protocol') ?? 'TCP'));
  if (protocol === undefined) return { allowance: Allowance.undetermined };
  const text = references.textAt(port, 'port');
  if (text === '') return { allowance: Allowance.of(PortSet.of(protocol)) };
  if (/^\d+$/.test(text)) {
    const end = references.textAt(port, 'end_port');
    if (end !== '' && !/^\d+$/.test(end)) return { allowance: new Allowance(PortSet.of(protocol, [+text, +text]), PortSet.of(protocol)) };
    return { allowance: Allowance.of(PortSet.of(protocol, [+text, end === '' || end === '0' ? +text : +end])) };
  }
  const undetermined = new Allowance(PortSet.none, PortSet.of(protocol));
  return isKnown(text) ? { allowance: undetermined, named: text } : { allowance: undetermined };
}

/** Resolves the ports of a rule for the pods of the server: a named port may have another number in other pods. */
export function resolvePorts(rule: PolicyRule, called: PodIdentity | undefined): Allowance {
  return rule.ports.reduce((sum, { allowance, named }) => {
    if (named === undefined) return sum.union(allowance);
    if (!called) return sum;
    if (!called.ports) return sum.union(allowance);
    const ports = called.ports.get(named)?.intersect(allowance.possible);
    // Several containers of a pod may use one name for different ports.
    return ports ? sum.union(Allowance.of(ports).given(ports.isSingle ? 'yes' : 'unknown')) : sum;
  }, Allowance.nothing);
}

/** Tests if an entry of a policy matches an endpoint. */
export function matches(entry: PolicyPeer, policy: NetworkPolicy, endpoint: Endpoint): Answer {
  const { pods } = endpoint;
  if (entry.undetermined !== undefined) return 'unknown';
  if (entry.ranges) return matchRanges(entry.ranges, policy, endpoint);
  if (!pods || pods.cluster.key !== policy.cluster.key) return 'no';
  const selected = all([
    entry.namespaces ? entry.namespaces.matches(pods.namespace.labels) : compareNamespace(policy, pods),
    entry.pods ? entry.pods.matches(pods.labels) : 'yes',
  ]);
  // Some network plugins treat pods on the host network as nodes.
  return pods.onNodeNetwork === 'no' || selected === 'no' ? selected : 'unknown';
}

/** Tests if a policy selects pods. */
export function selects(policy: NetworkPolicy, pods: PodIdentity): Answer {
  if (policy.cluster.key !== pods.cluster.key) return 'no';
  return all([compareNamespace(policy, pods), policy.pods.matches(pods.labels)]);
}

function compareNamespace(policy: NetworkPolicy, { namespace }: PodIdentity): Answer {
  if (namespace.name === policy.namespace) return 'yes';
  if (namespace.name === undefined) return isKnown(policy.namespace) ? 'no' : 'unknown';
  return isKnown(policy.namespace) && isKnown(namespace.name) ? 'no' : 'unknown';
}

/** Tests ranges for an endpoint. Under Dataplane V2 they never match pods or nodes of the cluster itself. */
function matchRanges(ranges: readonly Location[], policy: NetworkPolicy, { kind, pods, cluster, location }: Endpoint): Answer {
  const inside = (pods?.cluster ?? (kind === 'node' ? cluster : undefined))?.key === policy.cluster.key;
  const held = testRanges(ranges, location);
  return inside ? all([not(policy.cluster.dataPlane.isV2), held]) : held;
}

/** Describes an entry for an endpoint: of several ranges, the one that contains it. */
export function describeEntry({ ranges, texts }: PolicyPeer, { location }: Endpoint): string {
  const [one] = ranges?.filter((range) => testRanges([range], location) === 'yes') ?? [];
  return one?.text ?? texts.join(', ');
}
