import type { CloudResource } from '../cloud-resource';
import { relativeName } from '../references';
import type { Cloud } from '../type-description';
import { isSet, type Values } from '../values';
import { METADATA_ADDRESS } from './metadata-server';
import type { VmInstance } from './vm-instance';

/**
 * Renders the firewall rules of a cloud as an nftables ruleset that replaces the previous one.
 *
 * Semantics of a VPC: egress rules of the sender, then ingress rules of the receiver; by priority, deny before allow; by default ingress is
 * denied and egress allowed; replies always pass.
 */
export function firewallRules(instances: readonly VmInstance[], cloud: Cloud): string {
  const rules = cloud
    .list('google_compute_firewall')
    .filter((rule) => !rule.flag('disabled'))
    .sort((one, other) => priority(one) - priority(other) || Number(isAllowed(one)) - Number(isAllowed(other)));
  const chains = instances.flatMap((instance) => [
    `  chain out_${instance.id} {`,
    ...lines(rules, 'EGRESS', instance, instances, 'return'),
    '  }',
    `  chain in_${instance.id} {`,
    ...lines(rules, 'INGRESS', instance, instances, 'accept'),
    '    counter drop',
    '  }',
  ]);
  const jumps = (direction: 'out' | 'in') =>
    instances.map(({ id, address }) => `    ip ${direction === 'out' ? 'saddr' : 'daddr'} ${address} jump ${direction}_${id}`);
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

/** Renders the rules of a direction for one instance. */
function lines(
  rules: readonly CloudResource[],
  direction: Direction,
  instance: VmInstance,
  instances: readonly VmInstance[],
  allowed: string,
): string[] {
  return rules.flatMap((rule) => {
    const is = (rule.text('direction') || 'INGRESS') === direction && concerns(rule, instance);
    const match = is ? ends(rule, direction, instances) : undefined;
    if (match === undefined) return [];
    const blocks = rule.all(isAllowed(rule) ? 'allow' : 'deny').flat() as Values[];
    return blocks.map((block) => `    ${[...match, ...protocol(block), 'counter', isAllowed(rule) ? allowed : 'drop'].join(' ')}`);
  });
}

/** Matches an instance against the targets of a rule. */
function concerns(rule: CloudResource, instance: VmInstance): boolean {
  if (relativeName(rule.text('network')) !== instance.network && !instance.network.endsWith(`/${rule.text('network')}`)) return false;
  const tags = list(rule, 'target_tags');
  const accounts = list(rule, 'target_service_accounts');
  if (tags.length + accounts.length === 0) return true;
  return tags.some((tag) => instance.tags.includes(tag)) || accounts.includes(instance.serviceAccount?.email ?? '');
}

/** Renders the source and destination matches of a rule; `undefined` if it matches no packet. */
function ends(rule: CloudResource, direction: Direction, instances: readonly VmInstance[]): string[] | undefined {
  const tags = list(rule, 'source_tags');
  const accounts = list(rule, 'source_service_accounts');
  const senders = instances.filter(
    (each) => each.tags.some((tag) => tags.includes(tag)) || accounts.includes(each.serviceAccount?.email ?? ''),
  );
  const sources = [...list(rule, 'source_ranges'), ...senders.map(({ address }) => `${address}/32`)];
  if (direction === 'INGRESS' && sources.length === 0 && tags.length + accounts.length > 0) return undefined;
  return [...addresses('saddr', sources), ...addresses('daddr', list(rule, 'destination_ranges'))];
}

/** Renders a match of addresses. Excludes IPv6 ranges, which the lab does not have; a range of all addresses needs no match. */
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
