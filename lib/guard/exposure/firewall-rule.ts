import { coversInternet } from '../../reachability/internet-exposure';
import { type Interval, normalize, subtractIntervals } from '../../reachability/intervals';
import { type Block, blocksAt, booleanAt, isBlock, known, listAt, numberAt, textAt, textsAt } from '../../terraform/values';
import { findAddedRanges, toRange } from './ranges';

/** Rule of a firewall. */
export interface FirewallRule {
  /** Number among the rules of one resource. */
  readonly key: string;
  readonly direction: 'ingress' | 'egress';
  readonly action: 'allow' | 'deny';

  /** The lowest number is evaluated first. */
  readonly priority: number;

  /** Sources of ingress, destinations of egress. */
  readonly peers: Peers;

  /** Tags, service accounts and others that the rule is for; all VM instances when empty. */
  readonly targets: readonly string[];
  readonly ports: readonly Ports[];
}

/** Peers of a rule; all peers when both are empty. */
interface Peers {
  readonly ranges: readonly string[];

  /** Tags, service accounts, address groups and others, as keys. */
  readonly others: readonly string[];
}

/** Ports of one protocol. */
interface Ports {
  readonly protocol: string;

  /** Undefined for all ports. */
  readonly intervals: readonly Interval[] | undefined;
  readonly words: string;
}

/** Types with rules that are read here. */
export function isFirewallType(type: string): boolean {
  return READERS.some(([types]) => types.test(type));
}

/** Rules that a state of a resource has in effect: without disabled ones, and without those that neither allow nor deny. */
export function readFirewallRules(type: string, state: unknown): readonly FirewallRule[] {
  if (!isBlock(state)) return [];
  return READERS.find(([types]) => types.test(type))?.[1](state) ?? [];
}

/** Differences by which one rule is for more traffic than another: peers, ports and targets. */
export function findWiderParts(was: FirewallRule, is: FirewallRule): readonly string[] {
  const peers = findAddedPeers(was.peers, is.peers);
  const ports = is.ports.filter((port) => !was.ports.some((other) => containsPorts(other, port)) && !isInUnion(was.ports, port));
  const isForAll = is.targets.length === 0;
  const targets = was.targets.length === 0 ? [] : is.targets.filter((target) => !was.targets.includes(target));
  const what = is.direction === 'ingress' ? 'from' : 'to';
  return [
    ...peers.map((peer) => `${what} ${peer}`),
    ...ports.map(({ words }) => `at ${words}`),
    ...(isForAll && was.targets.length > 0 ? ['for all VM instances'] : targets.map((target) => `for ${target}`)),
  ];
}

function findAddedPeers(was: Peers, is: Peers): readonly string[] {
  if (isForAllPeers(was)) return [];
  if (isForAllPeers(is)) return ['everywhere'];
  return [...findAddedRanges(was.ranges, is.ranges), ...is.others.filter((other) => !was.others.includes(other))];
}

function isForAllPeers({ ranges, others }: Peers): boolean {
  return ranges.length === 0 && others.length === 0;
}

/** Tests that a rule is for the internet, or all of it that routers forward. */
export function isForInternet({ peers }: FirewallRule): boolean {
  return isForAllPeers(peers) || coversInternet(peers.ranges);
}

function containsPorts(outer: Ports, inner: Ports): boolean {
  if (outer.protocol !== 'all' && outer.protocol !== inner.protocol) return false;
  if (outer.intervals === undefined) return true;
  return inner.intervals !== undefined && subtractIntervals(inner.intervals, outer.intervals).length === 0;
}

function isInUnion(all: readonly Ports[], inner: Ports): boolean {
  const same = all.filter(({ protocol }) => protocol === inner.protocol);
  const union = normalize(same.flatMap(({ intervals }) => intervals ?? []));
  return inner.intervals !== undefined && subtractIntervals(inner.intervals, union).length === 0;
}

const READERS: readonly (readonly [types: RegExp, read: (state: Block) => readonly FirewallRule[]])[] = [
  [/^google_compute_firewall$/, readVpcRule],
  [/^google_compute_(network_|region_network_)?firewall_policy_rule$/, (state) => readPolicyRule(state, '')],
  [
    /^google_compute_(network_|region_network_)?firewall_policy_with_rules$/,
    (state) => known(blocksAt(state, 'rule')).flatMap((rule) => readPolicyRule(rule, known(textAt(rule, 'priority')) ?? '0')),
  ],
  [/^azurerm_network_security_rule$/, (state) => readAzureRule(state)],
  [/^azurerm_network_security_group$/, (state) => known(blocksAt(state, 'security_rule')).flatMap((rule) => readAzureRule(rule))],
  [/^azurerm_\w+_firewall_rule$/, readAddressRule],
  [/^aws_security_group_rule$/, readAwsRule],
];

function readVpcRule(rule: Block): readonly FirewallRule[] {
  if (known(booleanAt(rule, 'disabled')) === true) return [];
  const direction = readDirection(rule);
  const action = listAt(rule, 'deny').length > 0 ? 'deny' : 'allow';
  const ports = known(blocksAt(rule, action)).flatMap((block) => readPorts(block, 'protocol', textsAt(block, 'ports')));
  const names = direction === 'ingress' ? ['source_tags', 'source_service_accounts'] : [];
  return [
    {
      key: '',
      direction,
      action,
      priority: known(numberAt(rule, 'priority')) ?? 1000,
      peers: {
        ranges: known(textsAt(rule, direction === 'ingress' ? 'source_ranges' : 'destination_ranges')),
        others: names.flatMap((name) => known(textsAt(rule, name)).map((text) => describe(name, text))),
      },
      targets: ['target_tags', 'target_service_accounts'].flatMap((name) => known(textsAt(rule, name)).map((text) => describe(name, text))),
      ports,
    },
  ];
}

function describe(argument: string, value: string): string {
  return /tags$/.test(argument) ? `tag ${value}` : value;
}

function readPolicyRule(rule: Block, key: string): readonly FirewallRule[] {
  const action = known(textAt(rule, 'action'))?.toLowerCase() ?? 'allow';
  if (known(booleanAt(rule, 'disabled')) === true || action === 'goto_next') return [];
  const direction = readDirection(rule);
  const prefix = direction === 'ingress' ? 'src_' : 'dest_';
  const priority = known(numberAt(rule, 'priority')) ?? 0;
  const match = known(blocksAt(rule, 'match'))[0] ?? {};
  const layers = known([...blocksAt(match, 'layer4_configs'), ...blocksAt(match, 'layer4_config')]);
  const others = Object.keys(match).filter((name) => name.startsWith(prefix) && name !== `${prefix}ip_ranges`);
  return [
    {
      key,
      direction,
      action: action === 'deny' ? 'deny' : 'allow',
      priority,
      peers: {
        ranges: known(textsAt(match, `${prefix}ip_ranges`)),
        others: others.flatMap((name) => listAt(match, name).map((value) => formatName(value))),
      },
      targets: ['target_resources', 'target_service_accounts', 'target_secure_tags'].flatMap((name) =>
        listAt(rule, name).map((value) => formatName(value)),
      ),
      ports: layers.flatMap((layer) => readPorts(layer, 'ip_protocol', textsAt(layer, 'ports'))),
    },
  ];
}

function formatName(value: unknown): string {
  return typeof value === 'string' ? value : (known(textAt(value, 'name')) ?? JSON.stringify(value));
}

function readDirection(rule: unknown): 'ingress' | 'egress' {
  return known(textAt(rule, 'direction'))?.toUpperCase() === 'EGRESS' ? 'egress' : 'ingress';
}

function readAzureRule(rule: Block): readonly FirewallRule[] {
  const both = (name: string): readonly string[] => known([...textsAt(rule, `${name}_prefix`), ...textsAt(rule, `${name}_prefixes`)]);
  const direction = known(textAt(rule, 'direction'))?.toLowerCase() === 'outbound' ? 'egress' : 'ingress';
  const peers = both(direction === 'ingress' ? 'source_address' : 'destination_address').map(toRange);
  const isRange = (text: string): boolean => /^[\d.:a-f]+(\/\d+)?$/i.test(text);
  const ports = [...textsAt(rule, 'destination_port_range'), ...textsAt(rule, 'destination_port_ranges')];
  return [
    {
      key: known(textAt(rule, 'name')) ?? '',
      direction,
      action: known(textAt(rule, 'access'))?.toLowerCase() === 'deny' ? 'deny' : 'allow',
      priority: known(numberAt(rule, 'priority')) ?? 0,
      peers: { ranges: peers.filter(isRange), others: peers.filter((peer) => !isRange(peer)) },
      targets: both(direction === 'ingress' ? 'destination_address' : 'source_address').filter((name) => name !== '*'),
      ports: readPorts(
        rule,
        'protocol',
        ports.filter((port) => port !== '*'),
      ),
    },
  ];
}

/** Rule of a database of Azure: addresses from a first to a last one. The address 0.0.0.0 alone is for all services of Azure. */
function readAddressRule(rule: Block): readonly FirewallRule[] {
  const [start, end] = [known(textAt(rule, 'start_ip_address')) ?? '', known(textAt(rule, 'end_ip_address')) ?? ''];
  const isForAzure = start === '0.0.0.0' && end === start;
  const isForInternet = !isForAzure && Number(end.split('.')[0]) - Number(start.split('.')[0]) > 127;
  const range = isForInternet ? ['0.0.0.0/0'] : start === end ? [start] : [];
  return [
    {
      key: '',
      direction: 'ingress',
      action: 'allow',
      priority: 0,
      peers: isForAzure
        ? { ranges: [], others: ['all services of Azure'] }
        : { ranges: range, others: range.length > 0 ? [] : [`${start}-${end}`] },
      targets: [],
      ports: readPorts({}, 'protocol', []),
    },
  ];
}

function readAwsRule(rule: Block): readonly FirewallRule[] {
  const [from, to] = [known(numberAt(rule, 'from_port')), known(numberAt(rule, 'to_port'))];
  const isEgress = known(textAt(rule, 'type'))?.toLowerCase() === 'egress';
  const protocol = known(textAt(rule, 'protocol'));
  return [
    {
      key: '',
      direction: isEgress ? 'egress' : 'ingress',
      action: 'allow',
      priority: 0,
      peers: {
        ranges: known([...textsAt(rule, 'cidr_blocks'), ...textsAt(rule, 'ipv6_cidr_blocks')]),
        others: ['source_security_group_id', 'prefix_list_ids', 'self'].flatMap((name) => known(textsAt(rule, name))),
      },
      targets: [],
      ports: readPorts(rule, 'protocol', protocol === '-1' || from === undefined ? [] : [`${from}-${to ?? from}`]),
    },
  ];
}

const PROTOCOLS: Readonly<Record<string, string>> = { '*': 'all', '-1': 'all', '1': 'icmp', '6': 'tcp', '17': 'udp', '132': 'sctp' };

function readPorts(block: unknown, argument: string, ports: readonly unknown[]): readonly Ports[] {
  const text = known(textAt(block, argument))?.toLowerCase() ?? 'all';
  const protocol = PROTOCOLS[text] ?? text;
  if (ports.length === 0) return [{ protocol, intervals: undefined, words: protocol === 'all' ? 'all ports' : `all of ${protocol}` }];
  return ports.map((port) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(String(port)) ?? [];
    const intervals: readonly Interval[] | undefined = first === undefined ? undefined : [[Number(first), Number(last)]];
    return { protocol, intervals, words: `${protocol} ${String(port)}` };
  });
}
