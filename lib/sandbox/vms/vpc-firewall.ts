import type { CloudResource } from '../cloud-resource';
import { relativeName } from '../references';
import type { Cloud } from '../type-description';
import { isSet, type Values } from '../values';
import type { Machine } from './machine';
import { METADATA_ADDRESS } from './metadata-server';

/**
 * The firewall rules of a cloud for nftables, as a whole that replaces what was there.
 *
 * What a VPC does: the rules of the sender for what leaves, then those of the receiver for what comes in; by priority, a
 * denial first; nothing comes in and everything leaves that no rule speaks of; answers always pass.
 */
export function firewallRules(machines: readonly Machine[], cloud: Cloud): string {
  const rules = cloud
    .list('google_compute_firewall')
    .filter((rule) => !rule.flag('disabled'))
    .sort((one, other) => priority(one) - priority(other) || Number(isAllowed(one)) - Number(isAllowed(other)));
  const chains = machines.flatMap((machine) => [
    `  chain out_${machine.id} {`,
    ...lines(rules, 'EGRESS', machine, machines, 'return'),
    '  }',
    `  chain in_${machine.id} {`,
    ...lines(rules, 'INGRESS', machine, machines, 'accept'),
    '    counter drop',
    '  }',
  ]);
  const jumps = (direction: 'out' | 'in') =>
    machines.map(({ id, address }) => `    ip ${direction === 'out' ? 'saddr' : 'daddr'} ${address} jump ${direction}_${id}`);
  return [
    'table inet vpc',
    'delete table inet vpc',
    'table inet vpc {',
    ...chains,
    '  chain between {',
    '    type filter hook forward priority 0; policy accept;',
    '    ct state established,related accept',
    ...jumps('out'),
    ...jumps('in'),
    '  }',
    '  chain to_servers {',
    '    type filter hook input priority 0; policy accept;',
    `    ip daddr ${METADATA_ADDRESS} accept`,
    '    ct state established,related accept',
    ...jumps('out'),
    '  }',
    '}',
    '',
  ].join('\n');
}

type Direction = 'INGRESS' | 'EGRESS';

/** What the rules of a direction say of one machine. */
function lines(
  rules: readonly CloudResource[],
  direction: Direction,
  machine: Machine,
  machines: readonly Machine[],
  allowed: string,
): string[] {
  return rules.flatMap((rule) => {
    const is = (rule.text('direction') || 'INGRESS') === direction && concerns(rule, machine);
    const match = is ? ends(rule, direction, machines) : undefined;
    if (match === undefined) return [];
    const blocks = rule.all(isAllowed(rule) ? 'allow' : 'deny').flat() as Values[];
    return blocks.map((block) => `    ${[...match, ...protocol(block), 'counter', isAllowed(rule) ? allowed : 'drop'].join(' ')}`);
  });
}

/** Whether a machine is a target of a rule. */
function concerns(rule: CloudResource, machine: Machine): boolean {
  if (relativeName(rule.text('network')) !== machine.network && !machine.network.endsWith(`/${rule.text('network')}`)) return false;
  const tags = list(rule, 'target_tags');
  const accounts = list(rule, 'target_service_accounts');
  if (tags.length + accounts.length === 0) return true;
  return tags.some((tag) => machine.tags.includes(tag)) || accounts.includes(machine.serviceAccount?.email ?? '');
}

/** Where packets of a rule come from and go to; undefined when nothing can match. */
function ends(rule: CloudResource, direction: Direction, machines: readonly Machine[]): string[] | undefined {
  const tags = list(rule, 'source_tags');
  const accounts = list(rule, 'source_service_accounts');
  const senders = machines.filter(
    (each) => each.tags.some((tag) => tags.includes(tag)) || accounts.includes(each.serviceAccount?.email ?? ''),
  );
  const sources = [...list(rule, 'source_ranges'), ...senders.map(({ address }) => `${address}/32`)];
  if (direction === 'INGRESS' && sources.length === 0 && tags.length + accounts.length > 0) return undefined;
  return [...addresses('saddr', sources), ...addresses('daddr', list(rule, 'destination_ranges'))];
}

/** Ranges of the other version of IP are left out, since the lab has none; all addresses need no match. */
function addresses(field: 'saddr' | 'daddr', ranges: readonly string[]): string[] {
  const known = ranges.filter((range) => !range.includes(':'));
  if (known.length === 0 || known.includes('0.0.0.0/0')) return [];
  return [`ip ${field} { ${known.join(', ')} }`];
}

function protocol(block: Values): string[] {
  const name = String(block.protocol);
  if (name === 'all') return [];
  const ports = Array.isArray(block.ports) ? block.ports.filter(isSet).map(String) : [];
  return ports.length > 0 ? [`${name} dport { ${ports.join(', ')} }`] : [`meta l4proto ${name}`];
}

function list(rule: CloudResource, path: string): string[] {
  return rule.all(path).flat().filter(isSet).map(String);
}

function isAllowed(rule: CloudResource): boolean {
  return rule.all('allow').flat().length > 0;
}

function priority(rule: CloudResource): number {
  return rule.text('priority') === '' ? 1000 : rule.number('priority');
}
