import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, blocksAt, isUndetermined, listAt, Undetermined, valueAt } from '../terraform/values';
import { AddressSet, holds, type Location, locationOf } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Cluster } from './cluster';
import { reasonFor } from './labels';
import type { Direction } from './network-policy';
import { PortSet } from './port-set';
import type { References } from './references';
import type { VmIdentity } from './vm-identity';

/** Priority of a rule that names none. */
const DEFAULT_PRIORITY = 1000;

/** Places of a rule whose priority is not known, which run from 0 to 65535. */
const [BEFORE_ALL, AFTER_ALL] = [-1, 65536];

/** Resources whose rules come before or after those of the VPC, and are not evaluated here. */
const OTHER_FIREWALLS = [
  'google_compute_firewall_policy_association',
  'google_compute_firewall_policy_rule',
  'google_compute_firewall_policy_with_rules',
  'google_compute_network_firewall_policy_association',
  'google_compute_network_firewall_policy_rule',
  'google_compute_network_firewall_policy_with_rules',
  'google_compute_region_network_firewall_policy_association',
  'google_compute_region_network_firewall_policy_rule',
  'google_compute_region_network_firewall_policy_with_rules',
];

/** A firewall rule of a VPC. */
export interface FirewallRule {
  readonly name: string;

  /** Address in Terraform; nothing for a rule that GKE makes itself. */
  readonly address?: string;
  readonly network: string;
  readonly direction: Direction;
  readonly priority: number;

  /** `unknown` when the rule may be disabled, or be of the other direction. */
  readonly applies: Exclude<Answer, 'no'>;

  /** Reason why it is not known what the rule does. */
  readonly undetermined?: string;
  readonly action: 'allow' | 'deny';
  readonly ports: Allowance;

  /** What the other end must be among; nothing when it may be anything. One of them is enough. */
  readonly ranges?: readonly Location[];

  /** What this end must be among besides: destinations of an ingress rule, sources of an egress rule. */
  readonly ownRanges?: readonly Location[];
  readonly sourceTags: readonly string[];
  readonly sourceServiceAccounts: readonly string[];

  /** The machines it holds for; all of the network when both are empty. */
  readonly targetTags: readonly string[];
  readonly targetServiceAccounts: readonly string[];

  /** The nodes of one cluster, for rules that GKE makes itself: nobody knows their tag before. */
  readonly targetCluster?: string;
}

/** Priority of a rule, for sentences. */
export function priorityText({ priority }: FirewallRule): string {
  return priority === BEFORE_ALL || priority === AFTER_ALL ? 'not known' : String(priority);
}

/** One end of traffic, as the rules at the other end see it. */
export interface FarEnd {
  readonly location: Location;

  /** Nothing when it is no machine, or a pod: pods' addresses are no machine's own, so tags and accounts never match. */
  readonly machines?: readonly VmIdentity[];
}

/** The end at which rules are evaluated. */
export interface NearEnd {
  readonly network: string | undefined;
  readonly location: Location;

  /** A machine, or the nodes among which a pod may be. */
  readonly machines: readonly VmIdentity[];
  readonly cluster?: string;
}

/** What a rule does to traffic between two ends. */
export interface Match {
  readonly rule: FirewallRule;
  readonly answer: Answer;
}

/**
 * The firewall of the VPCs of a stack.
 *
 * Rules are asked by priority, a deny before an allow of the same one, and the first that matches decides. When none
 * does, traffic may leave and may not come in. See https://cloud.google.com/firewall/docs/firewalls
 */
export class Firewall {
  public readonly rules: readonly FirewallRule[];

  /** Whether there are firewall policies, which are not evaluated: what the rules allow may be stopped by them, and the reverse. */
  public readonly hasOtherPolicies: boolean;

  constructor(document: TerraformDocument, references: References, clusters: readonly Cluster[], hasIngress: boolean) {
    const own = document.ofType('google_compute_firewall').flatMap((resource) => parse(resource, references));
    const made = clusters.flatMap((cluster) => rulesOfGke(cluster, hasIngress));
    const rank = ({ priority, action }: FirewallRule) => priority * 2 + (action === 'deny' ? 0 : 1);
    this.rules = [...own, ...made].sort((a, b) => rank(a) - rank(b));
    this.hasOtherPolicies = document.ofType(...OTHER_FIREWALLS).length > 0;
  }

  /** Rules that match, in the order in which they are asked. */
  public matching(direction: Direction, near: NearEnd, far: FarEnd): Match[] {
    return this.rules.flatMap((rule) => {
      if (rule.direction !== direction) return [];
      const answer = all([
        rule.applies,
        sameText(rule.network, near.network),
        isTarget(rule, near),
        rule.ownRanges ? holds(rule.ownRanges, near.location) : 'yes',
        isOtherEnd(rule, far),
      ]);
      return answer === 'no' ? [] : [{ rule, answer }];
    });
  }

  /** Ports that the rules of one end let through. */
  public allowance(direction: Direction, near: NearEnd, far: FarEnd): Allowance {
    let certain = PortSet.none;
    let possible = PortSet.none;
    let decided = PortSet.none;
    let maybeDenied = PortSet.none;
    for (const { rule, answer } of this.matching(direction, near, far)) {
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
    return this.hasOtherPolicies ? Allowance.cannotTell : new Allowance(certain, possible);
  }
}

function parse({ values, name, address }: Resource, references: References): FirewallRule[] {
  const disabled = references.booleanAt(values, 'disabled');
  if (disabled === true) return [];
  const direction = references.textAt(values, 'direction');
  const priority = references.numberAt(values, 'priority') ?? DEFAULT_PRIORITY;
  const undetermined = reasonAmong(address, { disabled, direction: isKnown(direction) ? direction : new Undetermined(direction) });
  const common = {
    name: references.text(valueAt(values, 'name') ?? name),
    address,
    network: references.network(valueAt(values, 'network'), values),
    targetTags: references.textsAt(values, 'target_tags'),
    targetServiceAccounts: references.textsAt(values, 'target_service_accounts'),
  };
  const rules = directionsOf(direction).flatMap((each) => {
    const ends = endsOf(values, each, references);
    return (['allow', 'deny'] as const).flatMap((action): FirewallRule[] => {
      const entries = blocksAt(values, action);
      if (entries.length === 0) return [];
      const ports = entries.map((entry) => portsOf(entry, references)).reduce((sum, more) => sum.union(more));
      const reason = undetermined ?? reasonAmong(address, { priority, [action]: entries.find(isUndetermined) });
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

/** Both directions when it is not known which. */
function directionsOf(text: string): readonly Direction[] {
  if (!isKnown(text)) return ['ingress', 'egress'];
  return [text.toUpperCase() === 'EGRESS' ? 'egress' : 'ingress'];
}

/** What a rule of a direction says of both ends of the traffic. */
function endsOf(
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

/** Reason for the first of some arguments that is not known. */
function reasonAmong(address: string, read: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.entries(read).find(([, value]) => isUndetermined(value));
  return found && reasonFor(address, [found[0]], found[1] as Undetermined);
}

function portsOf(entry: Block | Undetermined, references: References): Allowance {
  const text = references.text(valueAt(entry, 'protocol') ?? 'all');
  if (text.toLowerCase() === 'all') return Allowance.everything;
  const protocol = PortSet.protocol(text);
  if (protocol === undefined) return isKnown(text) ? Allowance.nothing : Allowance.cannotTell;
  const ports = references.textsAt(entry, 'ports');
  if (ports.length === 0) return Allowance.of(PortSet.of(protocol));
  return ports.reduce((sum, port) => {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(port) ?? [];
    if (first === undefined) return sum.union(new Allowance(PortSet.none, PortSet.of(protocol)));
    return sum.union(Allowance.of(PortSet.of(protocol, [+first, +(last ?? first)])));
  }, Allowance.nothing);
}

/**
 * What GKE opens to the nodes by itself. See https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules
 *
 * A control plane joined by peering may call 443 and 10250 of the nodes and of the pods on them, and nothing else.
 */
function rulesOfGke(cluster: Cluster, hasIngress: boolean): FirewallRule[] {
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
  if (hasIngress && !cluster.sharedVpc) rules.push(rule('for its load balancers', GOOGLE_PROXIES, PortSet.of('tcp')));
  return rules;
}

/** Where Google's proxies and health checks call from (https://cloud.google.com/load-balancing/docs/firewall-rules). */
export const GOOGLE_PROXIES: readonly Location[] = ['130.211.0.0/22', '35.191.0.0/16'].map((range) => locationOf(range));

function isTarget(rule: FirewallRule, { machines, cluster }: NearEnd): Answer {
  if (rule.targetCluster !== undefined) return rule.targetCluster === cluster ? 'yes' : 'no';
  const { targetTags, targetServiceAccounts } = rule;
  if (targetTags.length + targetServiceAccounts.length === 0) return 'yes';
  return everyMachine(machines, (machine) =>
    any([
      ...targetTags.flatMap((tag) => machine.tags.map((own) => sameText(tag, own))),
      ...targetServiceAccounts.map((account) => sameText(account, machine.serviceAccount)),
    ]),
  );
}

function isOtherEnd(rule: FirewallRule, { location, machines }: FarEnd): Answer {
  if (!rule.ranges) return 'yes';
  return any([
    holds(rule.ranges, location),
    ...(machines
      ? [
          everyMachine(machines, (machine) =>
            any([
              ...rule.sourceTags.flatMap((tag) => machine.tags.map((own) => sameText(tag, own))),
              ...rule.sourceServiceAccounts.map((account) => sameText(account, machine.serviceAccount)),
            ]),
          ),
        ]
      : []),
  ]);
}

/** The same answer for all of them, or it depends on the machine. */
function everyMachine(machines: readonly VmIdentity[], ask: (machine: VmIdentity) => Answer): Answer {
  const answers = new Set(machines.map(ask));
  const [only] = answers;
  if (only === undefined) return 'unknown';
  return answers.size === 1 ? only : 'unknown';
}

function sameText(a: string, b: string | undefined): Answer {
  if (a === b) return 'yes';
  if (b === undefined || a === '' || b === '') return 'no';
  return isKnown(a) && isKnown(b) ? 'no' : 'unknown';
}

/** All private ranges, where pods keep their own address: GKE's default for ip-masq-agent. */
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
