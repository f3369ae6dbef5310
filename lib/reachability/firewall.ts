import { hasRulesFor } from '../resource-types';
import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, blocksAt, isUndetermined, listAt, Undetermined, valueAt } from '../terraform/values';
import { AddressSet, type Location, parseLocation, testRanges } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Cluster } from './cluster';
import { explainCopies } from './copies';
import { formatReason } from './labels';
import type { Direction } from './network-policy';
import { PortSet } from './port-set';
import type { References } from './references';
import { hasAccount, hasTag, type VmIdentity } from './vm-identity';

/** Type of VPC firewall rules. Firewall policies, which are evaluated before or after them, are not evaluated here. */
const VPC_RULE = 'google_compute_firewall';

/** Default priority of a firewall rule. */
const DEFAULT_PRIORITY = 1000;

/** Evaluation order of a rule with an unknown priority; priorities are from 0 to 65535. */
const [BEFORE_ALL, AFTER_ALL] = [-1, 65536];

/** VPC firewall rule. */
export interface FirewallRule {
  readonly name: string;

  /** Terraform address; undefined for a rule that GKE creates. */
  readonly address?: string;
  readonly network: string;
  readonly direction: Direction;
  readonly priority: number;

  /** `unknown` for a rule that may be disabled, or have the other direction. */
  readonly applies: Exclude<Answer, 'no'>;

  /** Reason why the effect of the rule is not known. */
  readonly undetermined?: string;
  readonly action: 'allow' | 'deny';
  readonly ports: Allowance;

  /** Ranges of the other end; undefined for any address. A match of one range, tag or service account is enough. */
  readonly ranges?: readonly Location[];

  /** Ranges of this end: destinations of an ingress rule, sources of an egress rule. */
  readonly ownRanges?: readonly Location[];
  readonly sourceTags: readonly string[];
  readonly sourceServiceAccounts: readonly string[];

  /** Targets of the rule; every VM of the network when both are empty. */
  readonly targetTags: readonly string[];
  readonly targetServiceAccounts: readonly string[];

  /** Key of the cluster whose nodes are the targets, for rules that GKE creates: their network tag is not known in advance. */
  readonly targetCluster?: string;
}

/** Formats the priority of a rule. */
export function formatPriority({ priority }: FirewallRule): string {
  return priority === BEFORE_ALL || priority === AFTER_ALL ? 'not known' : String(priority);
}

/** Remote end of traffic, as rules match it. */
export interface FarEnd {
  readonly location: Location;

  /** Undefined for pods and for endpoints without a VM: tags and service accounts match only a VM's own addresses. */
  readonly vms?: readonly VmIdentity[];
}

/** End of traffic at which rules are evaluated. */
export interface NearEnd {
  readonly network: string | undefined;
  readonly location: Location;

  /** The VM, or the nodes that may run the pod. */
  readonly vms: readonly VmIdentity[];
  readonly cluster?: string;
}

/** Rule that matches, or may match, traffic between two ends. */
export interface Match {
  readonly rule: FirewallRule;
  readonly answer: Answer;
}

/**
 * Firewall of the VPCs of a stack.
 *
 * Rules are evaluated by priority, a deny before an allow of the same priority, and the first match decides. The implied
 * rules allow egress and deny ingress. See https://cloud.google.com/firewall/docs/firewalls
 */
export class Firewall {
  public readonly rules: readonly FirewallRule[];

  /** Firewall policies of the stack, which may allow or deny the same traffic before VPC rules do. */
  public readonly otherPolicies: readonly Resource[];

  /** Reason why all verdicts are unknown: firewall policies, or modules, which may have rules. */
  public readonly undetermined: string | undefined;

  constructor(
    document: TerraformDocument,
    references: References,
    clusters: readonly Cluster[],
    hasIngress: Answer,

    /** Networks of the stack by id, whose rules are all known. Another network may have rules of other stacks. */
    private readonly ownNetworks: ReadonlySet<string>,
  ) {
    const own = document.ofType(VPC_RULE).flatMap((resource) => parseRule(resource, references));
    const made = clusters.flatMap((cluster) => createGkeRules(cluster, hasIngress));
    const rank = ({ priority, action }: FirewallRule) => priority * 2 + (action === 'deny' ? 0 : 1);
    this.rules = [...own, ...made].sort((a, b) => rank(a) - rank(b));
    this.otherPolicies = document.resources.filter(({ type }) => hasRulesFor(type, 'network') && type !== VPC_RULE);
    const [policy] = this.otherPolicies;
    const [module] = document.unreadModules;
    this.undetermined = policy
      ? `${policy.address} may allow or deny the traffic: firewall policies are not evaluated`
      : module && `module.${module} may have firewall rules: resources of modules are not in a synthesized stack`;
  }

  /** Matching rules, in evaluation order. */
  public findMatches(direction: Direction, near: NearEnd, far: FarEnd): Match[] {
    return this.rules.flatMap((rule) => {
      if (rule.direction !== direction) return [];
      const answer = all([
        rule.applies,
        compareTexts(rule.network, near.network),
        isTarget(rule, near),
        rule.ownRanges ? testRanges(rule.ownRanges, near.location) : 'yes',
        isOtherEnd(rule, far),
      ]);
      return answer === 'no' ? [] : [{ rule, answer }];
    });
  }

  /** True when the network belongs to another stack, whose rules may allow what no rule here decides. */
  public mayHaveOtherRules({ network }: NearEnd): boolean {
    return network !== undefined && !this.ownNetworks.has(network);
  }

  /** Ports that the rules of one end allow. */
  public evaluate(direction: Direction, near: NearEnd, far: FarEnd): Allowance {
    let certain = PortSet.none;
    let possible = PortSet.none;
    let decided = PortSet.none;
    let maybeDenied = PortSet.none;
    for (const { rule, answer } of this.findMatches(direction, near, far)) {
      const ports = rule.ports.given(answer);
      const open = ports.possible.minus(decided);
      if (rule.action === 'allow') {
        certain = certain.union(ports.certain.minus(decided).minus(maybeDenied));
        possible = possible.union(open);
      } else {
        maybeDenied = maybeDenied.union(open.minus(certain));
      }
      decided = decided.union(ports.certain);
    }
    if (direction === 'egress') {
      certain = certain.union(PortSet.all.minus(decided).minus(maybeDenied));
      possible = possible.union(PortSet.all.minus(decided));
    }
    if (this.mayHaveOtherRules(near)) possible = possible.union(PortSet.all.minus(decided));
    return this.undetermined !== undefined ? Allowance.undetermined : new Allowance(certain, possible);
  }
}

function parseRule(resource: Resource, references: References): FirewallRule[] {
  const { values, name, address } = resource;
  const disabled = references.booleanAt(values, 'disabled');
  if (disabled === true) return [];
  const direction = references.textAt(values, 'direction');
  const priority = references.numberAt(values, 'priority') ?? DEFAULT_PRIORITY;
  const undetermined =
    explainCopies(resource, references) ??
    findReason(address, { disabled, direction: isKnown(direction) ? direction : new Undetermined(direction) });
  const common = {
    name: references.text(valueAt(values, 'name') ?? name),
    address,
    network: references.network(valueAt(values, 'network'), values),
    targetTags: references.textsAt(values, 'target_tags'),
    targetServiceAccounts: references.textsAt(values, 'target_service_accounts'),
  };
  const rules = parseDirections(direction).flatMap((each) => {
    const ends = readEnds(values, each, references);
    return (['allow', 'deny'] as const).flatMap((action): FirewallRule[] => {
      const entries = blocksAt(values, action);
      if (entries.length === 0) return [];
      const ports = entries.map((entry) => parsePorts(entry, references)).reduce((sum, more) => sum.union(more));
      const reason = undetermined ?? findReason(address, { priority, [action]: entries.find(isUndetermined) });
      return [
        {
          ...common,
          ...ends,
          direction: each,
          priority: 0,
          applies: undetermined ? 'unknown' : 'yes',
          action,
          ports,
          undetermined: reason,
        },
      ];
    });
  });
  if (!isUndetermined(priority)) return rules.map((rule) => ({ ...rule, priority }));
  return rules.flatMap((rule) => [
    { ...rule, priority: BEFORE_ALL, applies: 'unknown' as const },
    { ...rule, priority: AFTER_ALL },
  ]);
}

/** Parses a direction; both when it is not known. */
function parseDirections(text: string): readonly Direction[] {
  if (!isKnown(text)) return ['ingress', 'egress'];
  return [text.toUpperCase() === 'EGRESS' ? 'egress' : 'ingress'];
}

/** Reads the conditions of a rule on both ends of the traffic. */
function readEnds(
  values: Block,
  direction: Direction,
  references: References,
): Pick<FirewallRule, 'ranges' | 'ownRanges' | 'sourceTags' | 'sourceServiceAccounts'> {
  const ranges = (argument: string) => listAt(values, argument).map((range) => references.location(range));
  const isIngress = direction === 'ingress';
  const [own, written] = isIngress
    ? [ranges('destination_ranges'), ranges('source_ranges')]
    : [ranges('source_ranges'), ranges('destination_ranges')];
  const sourceTags = isIngress ? references.textsAt(values, 'source_tags') : [];
  const sourceServiceAccounts = isIngress ? references.textsAt(values, 'source_service_accounts') : [];
  const anyone = written.length + sourceTags.length + sourceServiceAccounts.length === 0;
  return { ranges: anyone ? undefined : written, ownRanges: own.length > 0 ? own : undefined, sourceTags, sourceServiceAccounts };
}

/** Reason for the first argument that is not known. */
function findReason(address: string, read: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.entries(read).find(([, value]) => isUndetermined(value));
  return found && formatReason(address, [found[0]], found[1] as Undetermined);
}

function parsePorts(entry: Block | Undetermined, references: References): Allowance {
  const text = references.text(valueAt(entry, 'protocol') ?? 'all');
  if (text.toLowerCase() === 'all') return Allowance.everything;
  const protocol = PortSet.protocol(text);
  if (protocol === undefined) return isKnown(text) ? Allowance.nothing : Allowance.undetermined;
  const ports = references.textsAt(entry, 'ports');
  if (ports.length === 0) return Allowance.of(PortSet.of(protocol));
  return ports.reduce((sum, port) => {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(port) ?? [];
    if (first === undefined) return sum.union(new Allowance(PortSet.none, PortSet.of(protocol)));
    return sum.union(Allowance.of(PortSet.of(protocol, [+first, +(last ?? first)])));
  }, Allowance.nothing);
}

/**
 * Firewall rules that GKE creates for nodes. See https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules
 *
 * A control plane connected by peering may call only 443 and 10250 of nodes and their pods.
 */
function createGkeRules(cluster: Cluster, hasIngress: Answer): FirewallRule[] {
  const rule = (name: string, ranges: readonly Location[], ports: PortSet): FirewallRule => ({
    name: `GKE's own rule ${name}`,
    network: cluster.network ?? `network of ${cluster.key}`,
    direction: 'ingress',
    priority: DEFAULT_PRIORITY,
    applies: 'yes',
    action: 'allow',
    ports: Allowance.of(ports),
    ranges,
    sourceTags: [],
    sourceServiceAccounts: [],
    targetTags: [],
    targetServiceAccounts: [],
    targetCluster: cluster.key,
  });
  const rules = [rule('from pods to nodes', [cluster.pods], PortSet.all), rule('between nodes', [cluster.nodes], PortSet.all)];
  if (cluster.controlPlane.kind === 'peering') {
    rules.push(rule('from the control plane', [cluster.controlPlane.location], PortSet.tcp(443, 10250)));
  }
  if (hasIngress !== 'no' && !cluster.sharedVpc) {
    rules.push({ ...rule('for its load balancers', GOOGLE_PROXIES, PortSet.of('tcp')), applies: hasIngress });
  }
  return rules;
}

/** Source ranges of Google's proxies and health checks (https://cloud.google.com/load-balancing/docs/firewall-rules). */
export const GOOGLE_PROXIES: readonly Location[] = ['130.211.0.0/22', '35.191.0.0/16'].map((range) => parseLocation(range));

function isTarget(rule: FirewallRule, { vms, cluster }: NearEnd): Answer {
  if (rule.targetCluster !== undefined) return rule.targetCluster === cluster ? 'yes' : 'no';
  const { targetTags, targetServiceAccounts } = rule;
  if (targetTags.length + targetServiceAccounts.length === 0) return 'yes';
  return compareVms(vms, (vm) =>
    any([...targetTags.map((tag) => hasTag(vm, tag)), ...targetServiceAccounts.map((account) => hasAccount(vm, account))]),
  );
}

function isOtherEnd(rule: FirewallRule, { location, vms }: FarEnd): Answer {
  if (!rule.ranges) return 'yes';
  return any([
    testRanges(rule.ranges, location),
    ...(vms
      ? [
          compareVms(vms, (vm) =>
            any([
              ...rule.sourceTags.map((tag) => hasTag(vm, tag)),
              ...rule.sourceServiceAccounts.map((account) => hasAccount(vm, account)),
            ]),
          ),
        ]
      : []),
  ]);
}

/** Common answer of all VMs; `unknown` when they differ. */
function compareVms(vms: readonly VmIdentity[], ask: (vm: VmIdentity) => Answer): Answer {
  const answers = new Set(vms.map(ask));
  const [only] = answers;
  if (only === undefined) return 'unknown';
  return answers.size === 1 ? only : 'unknown';
}

function compareTexts(a: string, b: string | undefined): Answer {
  if (a === b) return 'yes';
  if (b === undefined || a === '' || b === '') return 'no';
  return isKnown(a) && isKnown(b) ? 'no' : 'unknown';
}

/** Destinations that see pod addresses: GKE's default for ip-masq-agent. */
export const KEEPS_POD_ADDRESS = AddressSet.of(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
);
