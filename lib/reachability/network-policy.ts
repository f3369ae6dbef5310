import { isKnown } from '../terraform/references';
import { type Location, testRanges } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, not } from './answer';
import type { Cluster } from './cluster';
import type { Endpoint, PodIdentity } from './endpoint';
import type { LabelSelector } from './labels';

export type Direction = 'ingress' | 'egress';

/**
 * Order of evaluation: the rules of the first tier decide, and what they do not decide is left to the next one.
 *
 * - `admin`: rules in order, of which the first that matches decides.
 * - `namespace`: the union of all policies. Pods that one of them selects accept nothing else.
 * - `baseline`: rules in order, for pods that no policy of a namespace selects.
 */
export type PolicyTier = 'admin' | 'namespace' | 'baseline';

/**
 * NetworkPolicy of Kubernetes, or a policy with the same effect.
 *
 * See https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export interface NetworkPolicy {
  readonly name: string;
  readonly address: string;

  /** Its namespace; empty for a policy of the cluster. */
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly tier: PolicyTier;

  /** `unknown` for a policy that may not exist, or that the cluster may not enforce. */
  readonly applies: Exclude<Answer, 'no'>;

  /** Reason why it may not apply. */
  readonly undetermined?: string;

  /** Order of the policies of a tier, the lowest first. */
  readonly priority: number;

  /** Namespaces of the pods that a policy of the cluster selects. */
  readonly namespaces?: LabelSelector;
  readonly pods: LabelSelector;

  /** Rules of a direction; undefined when the policy does not restrict it. An empty list denies everything. */
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];

  /** Restricted directions: `policy_types` may not be known. */
  readonly restricts: Readonly<Record<Direction, Answer>>;
}

/** Rule of a NetworkPolicy: peers and ports. */
export interface PolicyRule {
  /** Verdict. `pass` leaves the traffic to the next tier. */
  readonly action: 'allow' | 'deny' | 'pass';

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
  return all([
    policy.namespaces ? policy.namespaces.matches(pods.namespace.labels) : compareNamespace(policy, pods),
    policy.pods.matches(pods.labels),
  ]);
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
  // Other policies than NetworkPolicies name ranges outside of the cluster.
  if (inside && policy.applies === 'unknown') return held === 'no' ? 'no' : 'unknown';
  return inside ? all([not(policy.cluster.dataPlane.isV2), held]) : held;
}

/** Describes an entry for an endpoint: of several ranges, the one that contains it. */
export function describeEntry({ ranges, texts }: PolicyPeer, { location }: Endpoint): string {
  const [one] = ranges?.filter((range) => testRanges([range], location) === 'yes') ?? [];
  return one?.text ?? texts.join(', ');
}
