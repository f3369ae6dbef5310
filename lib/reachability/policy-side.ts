import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Endpoint } from './endpoint';
import type { HiddenPolicy } from './hidden-policies';
import {
  type Direction,
  matches,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyRule,
  type PolicyTier,
  resolvePorts,
  selects,
} from './network-policy';
import type { EndpointIndex } from './policy-index';
import { PortSet } from './port-set';
import { Verdicts } from './verdicts';

/** Rule that allows, or may allow, traffic with an endpoint. */
export interface Permission {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;

  /** Entry that matches the endpoint; undefined for a rule without peers. */
  readonly entry?: PolicyPeer;
  readonly answer: Answer;
}

/** Rule of an ordered tier whose policy selects, or may select, an endpoint. */
export interface OrderedRule {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;
  readonly answer: Answer;
}

/** Rule of an ordered tier that matches, or may match, another endpoint. */
export interface OrderedMatch {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;
  readonly action: PolicyRule['action'];
  readonly allowance: Allowance;
}

/** Verdict of policies for one workload and direction, tier by tier. */
export class PolicySide {
  /** Policies that select the workload and restrict the direction. */
  public readonly policies: readonly NetworkPolicy[];

  /** Isolation: without a policy for the direction, all traffic is allowed. */
  public readonly isolated: Answer;

  /** Rules of the tiers before and after that of the namespaces, in order. */
  public readonly ordered: readonly OrderedRule[];
  private readonly forAny: Permission[] = [];
  private readonly byPeer = new Map<Endpoint, Permission[]>();

  constructor(
    public readonly endpoint: Endpoint,
    public readonly direction: Direction,
    policies: readonly NetworkPolicy[],
    endpoints: EndpointIndex,

    private readonly hiddenPolicy: HiddenPolicy | undefined,
  ) {
    const pods = endpoint.pods!;
    const selecting = policies
      .filter((policy) => policy[direction] !== undefined)
      .map((policy) => ({ policy, answer: all([policy.applies, policy.restricts[direction], selects(policy, pods)]) }))
      .filter(({ answer }) => answer !== 'no');
    const selected = selecting.filter(({ policy }) => policy.tier === 'namespace');
    this.ordered = selecting
      .filter(({ policy }) => policy.tier !== 'namespace')
      .sort((a, b) => a.policy.priority - b.policy.priority)
      .flatMap(({ policy, answer }) => policy[direction]!.map((rule) => ({ policy, rule, answer })));
    this.policies = selected.map(({ policy }) => policy);
    this.isolated = any(selected.map(({ answer }) => answer));

    for (const { policy, answer } of selected) {
      for (const rule of policy[direction] ?? []) {
        if (!rule.peers) this.forAny.push({ policy, rule, answer });
        for (const entry of rule.peers ?? []) {
          for (const [other, matched] of endpoints.findMatches(entry, policy)) {
            const permission = { policy, rule, entry, answer: answer === 'yes' ? matched : 'unknown' };
            const known = this.byPeer.get(other);
            if (known) known.push(permission);
            else this.byPeer.set(other, [permission]);
          }
        }
      }
    }
  }

  /** Enforcement of NetworkPolicies in the cluster. */
  public get enforces(): Answer {
    return this.endpoint.pods!.cluster.dataPlane.enforces;
  }

  /** Reason why there may be policies that are not in the JSON. */
  public get hidden(): string | undefined {
    return this.endpoint.pods!.silent ?? this.hiddenPolicy?.reason;
  }

  /** True when policies that are not in the JSON may deny what others allow. */
  public get mayBeDenied(): boolean {
    return this.endpoint.pods!.onNodeNetwork === 'no' && this.hiddenPolicy?.mayDeny === true;
  }

  /** True when any endpoint may be allowed, since no policy, an unknown policy, or a rule without peers applies. */
  public get allowsUnnamed(): boolean {
    return (
      this.enforces !== 'yes' ||
      this.isolated !== 'yes' ||
      this.hidden !== undefined ||
      this.forAny.length > 0 ||
      this.ordered.length > 0 ||
      this.endpoint.pods?.onNodeNetwork !== 'no'
    );
  }

  /** Endpoints that some rule matches. */
  public get named(): Iterable<Endpoint> {
    return this.byPeer.keys();
  }

  public findPermissions(other: Endpoint): readonly Permission[] {
    const own = this.byPeer.get(other);
    return own ? [...this.forAny, ...own] : this.forAny;
  }

  /** Ports that are allowed for another endpoint. */
  public evaluate(other: Endpoint): Allowance {
    if (this.mayBeDenied) return Allowance.undetermined;
    const allowance = this.evaluateNamespaceTier(other);
    if (this.ordered.length === 0 || this.endpoint.pods?.onNodeNetwork !== 'no') return allowance;
    const decides = all([this.enforces, this.isolated]);
    const ofNamespace = {
      yes: Verdicts.of(allowance, PortSet.none),
      unknown: Verdicts.of(allowance, PortSet.all),
      no: new Verdicts(PortSet.none, PortSet.none, PortSet.all),
    }[this.hidden === undefined ? decides : any([decides, 'unknown'])];
    return this.evaluateTier('admin', other).followedBy(ofNamespace).followedBy(this.evaluateTier('baseline', other)).toAllowance();
  }

  private evaluateTier(tier: PolicyTier, other: Endpoint): Verdicts {
    return Verdicts.ofRules(this.findOrdered(tier, other));
  }

  /** Rules of an ordered tier that match, or may match, another endpoint, with their ports. */
  public findOrdered(tier: PolicyTier, other: Endpoint): readonly OrderedMatch[] {
    const called = this.direction === 'ingress' ? this.endpoint.pods : other.pods;
    return this.ordered
      .filter(({ policy }) => policy.tier === tier)
      .map(({ policy, rule, answer }) => {
        const matched = rule.peers ? any(rule.peers.map((entry) => matchesForAction(entry, policy, rule, other))) : 'yes';
        return { policy, rule, action: rule.action, allowance: resolvePorts(rule, called).given(all([answer, matched])) };
      })
      .filter(({ allowance }) => !allowance.isEmpty);
  }

  /** Ports that the policies of its namespace allow, without those of the cluster. */
  public evaluateNamespaceTier(other: Endpoint): Allowance {
    if (this.enforces === 'no') return this.hidden === undefined ? Allowance.everything : Allowance.undetermined;
    const allowance = this.evaluateEnforced(other);
    return this.enforces === 'yes' ? allowance : new Allowance(allowance.certain, PortSet.all);
  }

  private evaluateEnforced(other: Endpoint): Allowance {
    if (this.endpoint.pods?.onNodeNetwork !== 'no') return Allowance.undetermined;
    if (this.isolated === 'no') return this.hidden === undefined ? Allowance.everything : Allowance.undetermined;
    const called = this.direction === 'ingress' ? this.endpoint.pods : other.pods;
    const allowed = this.findPermissions(other).reduce(
      (sum, { rule, answer }) => sum.union(resolvePorts(rule, called).given(answer)),
      Allowance.nothing,
    );
    if (this.isolated === 'yes' && this.hidden === undefined) return allowed;
    // Possibly no policy applies, or one that is not in the JSON allows more.
    return new Allowance(this.isolated === 'yes' ? allowed.certain : PortSet.none, PortSet.all);
  }
}

/** Match of a rule that denies or passes. Of pods with any labels, it matches some. */
function matchesForAction(entry: PolicyPeer, policy: NetworkPolicy, { action }: PolicyRule, other: Endpoint): Answer {
  const answer = matches(entry, policy, other);
  if (action === 'allow' || answer !== 'yes' || other.pods?.labels.others !== 'any') return answer;
  const isForAll =
    (entry.pods?.selectsAll ?? true) && (other.pods.namespace.labels.others !== 'any' || entry.namespaces?.selectsAll === true);
  return isForAll ? 'yes' : 'unknown';
}
