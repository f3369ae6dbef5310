import type { Resource, TerraformDocument } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { type Block, blocks, booleanAt, known, listOf, numberAt } from '../terraform/values';
import { AddressSet, holds, type Location, locationOf } from './addresses';
import { Allowance } from './allowance';
import { type Answer, all, any } from './answer';
import type { Cluster } from './cluster';
import type { Direction } from './network-policy';
import { PortSet } from './port-set';
import type { References } from './references';
import type { VmIdentity } from './vm-identity';

/** Priority of a rule that names none. */
const DEFAULT_PRIORITY = 1000;

/** Resources whose rules come before or after those of the VPC, and are not evaluated here. */
const OTHER_FIREWALLS = [
  'google_compute_firewall_policy_rule',
  'google_compute_firewall_policy_with_rules',
  'google_compute_network_firewall_policy_rule',
  'google_compute_network_firewall_policy_with_rules',
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

function parse({ body, name, address }: Resource, references: References): FirewallRule[] {
  if (known(booleanAt(body, 'disabled')) === true) return [];
  const texts = (key: string) => listOf(body[key]).map((value) => references.text(value));
  const direction: Direction = references.text(body.direction).toUpperCase() === 'EGRESS' ? 'egress' : 'ingress';
  const ranges = (key: string) => listOf(body[key]).map((range) => references.location(range));
  const [own, written] =
    direction === 'ingress'
      ? [ranges('destination_ranges'), ranges('source_ranges')]
      : [ranges('source_ranges'), ranges('destination_ranges')];
  const sourceTags = texts('source_tags');
  const sourceServiceAccounts = texts('source_service_accounts');
  const anyone = written.length === 0 && (direction === 'egress' || sourceTags.length + sourceServiceAccounts.length === 0);

  return (['allow', 'deny'] as const).flatMap((action) => {
    const entries = blocks(body, action);
    if (entries.length === 0) return [];
    return {
      name: references.text(body.name ?? name),
      address,
      network: references.network(body.network, body),
      direction,
      priority: known(numberAt(references.text(body.priority))) ?? DEFAULT_PRIORITY,
      action,
      ports: entries.map(portsOf).reduce((sum, ports) => sum.union(ports)),
      ranges: anyone ? undefined : written,
      ownRanges: own.length > 0 ? own : undefined,
      sourceTags: direction === 'ingress' ? sourceTags : [],
      sourceServiceAccounts: direction === 'ingress' ? sourceServiceAccounts : [],
      targetTags: texts('target_tags'),
      targetServiceAccounts: texts('target_service_accounts'),
    };
  });
}

function portsOf(entry: Block): Allowance {
  const text = String(entry.protocol ?? 'all');
  if (text.toLowerCase() === 'all') return Allowance.everything;
  const protocol = PortSet.protocol(text);
  if (protocol === undefined) return isKnown(text) ? Allowance.nothing : Allowance.cannotTell;
  const ports = listOf(entry.ports).map(String);
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
