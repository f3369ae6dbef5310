import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import { NAMESPACE_NAME_LABEL } from './labels';
import { type Direction, matches, type NetworkPolicy, type PolicyPeer, type PolicyRule, portsOf, selects } from './network-policy';
import type { Peer, PodIdentity } from './peer';
import { PortSet } from './port-set';

/** A rule that may let a peer through. */
export interface Permission {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;

  /** The entry that means the peer; nothing when the rule means everybody. */
  readonly entry?: PolicyPeer;
  readonly answer: Answer;
}

/** All that NetworkPolicies say of one workload in one direction: the union of the policies that select it. */
export class PolicySide {
  /** Policies that close the direction, of which others open parts. */
  public readonly policies: readonly NetworkPolicy[];

  /** Whether any policy closes the direction. Without one everything is let through. */
  public readonly isolated: Answer;
  private readonly everybody: Permission[] = [];
  private readonly byPeer = new Map<Peer, Permission[]>();

  constructor(
    public readonly peer: Peer,
    public readonly direction: Direction,
    policies: readonly NetworkPolicy[],
    peers: PeerIndex,

    /** Why there may be policies that the JSON does not show. */
    public readonly hidden: string | undefined,
  ) {
    const pods = peer.pods!;
    const selected = policies
      .filter((policy) => policy[direction] !== undefined)
      .map((policy) => ({ policy, answer: all([policy.restricts[direction], selects(policy, pods)]) }))
      .filter(({ answer }) => answer !== 'no');
    this.policies = selected.map(({ policy }) => policy);
    this.isolated = any(selected.map(({ answer }) => answer));

    for (const { policy, answer } of selected) {
      for (const rule of policy[direction] ?? []) {
        if (!rule.peers) this.everybody.push({ policy, rule, answer });
        for (const entry of rule.peers ?? []) {
          for (const [other, matched] of peers.matching(entry, policy)) {
            const permission = { policy, rule, entry, answer: answer === 'yes' ? matched : 'unknown' };
            const known = this.byPeer.get(other);
            if (known) known.push(permission);
            else this.byPeer.set(other, [permission]);
          }
        }
      }
    }
  }

  /** Whether everybody has to be asked about, since no policy, or an unknown one, or one for everybody decides. */
  public get meansEverybody(): boolean {
    return this.isolated !== 'yes' || this.hidden !== undefined || this.everybody.length > 0 || this.peer.pods?.onNodeNetwork !== 'no';
  }

  /** Peers that some rule names. */
  public get named(): Iterable<Peer> {
    return this.byPeer.keys();
  }

  public permissions(other: Peer): readonly Permission[] {
    const own = this.byPeer.get(other);
    return own ? [...this.everybody, ...own] : this.everybody;
  }

  /** Ports the other peer is let through at. */
  public allowance(other: Peer): Allowance {
    if (this.peer.pods?.onNodeNetwork !== 'no') return Allowance.cannotTell;
    if (this.isolated === 'no') return this.hidden === undefined ? Allowance.everything : Allowance.cannotTell;
    const called = this.direction === 'ingress' ? this.peer.pods : other.pods;
    const allowed = this.permissions(other).reduce(
      (sum, { rule, answer }) => sum.union(portsOf(rule, called).given(answer)),
      Allowance.nothing,
    );
    if (this.isolated === 'yes' && this.hidden === undefined) return allowed;
    // There may be no policy after all, or one that the JSON does not show and that lets more through.
    return new Allowance(this.isolated === 'yes' ? allowed.certain : PortSet.none, PortSet.all);
  }
}

/** Peers by what policies select them by, so that a rule is asked of the few it can mean and not of everybody. */
export class PeerIndex {
  private readonly byNamespace = new Map<string, Peer[]>();
  private readonly outside: Peer[] = [];
  private readonly anywhere: Peer[] = [];
  private readonly results = new Map<string, ReadonlyMap<Peer, Answer>>();

  constructor(private readonly peers: readonly Peer[]) {
    for (const peer of peers) {
      if (!peer.pods) this.outside.push(peer);
      else if (peer.pods.namespace.name === undefined) this.anywhere.push(peer);
      else {
        const key = namespaceKey(peer.pods.cluster.key, peer.pods.namespace.name);
        const list = this.byNamespace.get(key);
        if (list) list.push(peer);
        else this.byNamespace.set(key, [peer]);
      }
    }
  }

  /** Peers that an entry of a policy means or may mean. */
  public matching(entry: PolicyPeer, policy: NetworkPolicy): ReadonlyMap<Peer, Answer> {
    const key = `${policy.cluster.key} ${entry.cacheKey}`;
    const known = this.results.get(key);
    if (known) return known;
    const result = new Map<Peer, Answer>();
    for (const peer of this.candidates(entry, policy)) {
      const answer = matches(entry, policy, peer);
      if (answer !== 'no') result.set(peer, answer);
    }
    this.results.set(key, result);
    return result;
  }

  private candidates(entry: PolicyPeer, policy: NetworkPolicy): readonly Peer[] {
    if (entry.undetermined !== undefined) return this.peers;
    if (entry.ranges) return policy.cluster.dataplaneV2 === 'yes' ? this.outside : this.peers;
    const names = entry.namespaces ? entry.namespaces.valuesOf(NAMESPACE_NAME_LABEL) : [policy.namespace];
    if (!names || names.some((name) => name.includes('${'))) return this.peers;
    return [...names.flatMap((name) => this.byNamespace.get(namespaceKey(policy.cluster.key, name)) ?? []), ...this.anywhere];
  }
}

/** Policies of a stack by the namespace they are in. */
export class PolicyIndex {
  private readonly byNamespace = new Map<string, NetworkPolicy[]>();
  private readonly unplaced: NetworkPolicy[] = [];

  constructor(policies: readonly NetworkPolicy[]) {
    for (const policy of policies) {
      const key = namespaceKey(policy.cluster.key, policy.namespace);
      const list = this.byNamespace.get(key);
      if (list) list.push(policy);
      else this.byNamespace.set(key, [policy]);
      if (policy.namespace.includes('${')) this.unplaced.push(policy);
    }
  }

  /** Policies that may hold for pods of a namespace. */
  public candidates({ cluster, namespace }: PodIdentity): readonly NetworkPolicy[] {
    const own = namespace.name === undefined ? [] : (this.byNamespace.get(namespaceKey(cluster.key, namespace.name)) ?? []);
    return this.unplaced.length === 0 ? own : [...new Set([...own, ...this.unplaced])];
  }
}

export function namespaceKey(cluster: string, namespace: string): string {
  return `${cluster}/${namespace}`;
}
