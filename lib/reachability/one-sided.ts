import { testRanges } from './addresses';
import { Allowance } from './allowance';
import type { Endpoint } from './endpoint';
import { formatPriority } from './firewall';
import type { Inventory } from './inventory';
import { type Direction, resolvePorts } from './network-policy';
import type { PolicySide } from './policy-side';

/** Ports that the rules at one endpoint allow, whatever the rules at the other end are. */
export interface Side {
  readonly endpoint: string;

  /** True when no rule restricts the direction. */
  readonly open: boolean;

  /** Ports by the description of the rule, such as its range or selector. */
  readonly lets: Readonly<Record<string, string>>;
}

/** Egress rules of clients and ingress rules of servers. A changed rule shows here even when the matrix stays the same. */
export interface OneSided {
  readonly egress: readonly Side[];
  readonly ingress: readonly Side[];
}

export function summarizeSides(inventory: Inventory, side: (endpoint: Endpoint, direction: Direction) => PolicySide): OneSided {
  const of = (direction: Direction) =>
    inventory.endpoints.flatMap((endpoint) => {
      if (endpoint.kind === 'pods') return endpoint.platform ? [] : [summarizePolicies(side(endpoint, direction))];
      return endpoint.kind === 'machine' || endpoint.kind === 'node' ? [summarizeFirewall(inventory, endpoint, direction)] : [];
    });
  return { egress: of('egress'), ingress: of('ingress') };
}

/** Ports by entries of policies, including entries that match no endpoint of the stack. */
function summarizePolicies({ endpoint, direction, policies: selected, ordered, isolated, enforces }: PolicySide): Side {
  const lets = new Map<string, Allowance>();
  for (const rule of selected.flatMap((policy) => policy[direction] ?? [])) {
    const ports = resolvePorts(rule, direction === 'ingress' ? endpoint.pods : undefined);
    for (const name of rule.peers?.flatMap(({ texts }) => texts) ?? ['any endpoint'])
      lets.set(name, (lets.get(name) ?? Allowance.nothing).union(ports));
  }
  for (const { policy, rule } of ordered) {
    for (const name of rule.peers?.flatMap(({ texts }) => texts) ?? ['any endpoint']) {
      const key = `${rule.action} ${name} (${policy.address})`;
      lets.set(key, (lets.get(key) ?? Allowance.nothing).union(resolvePorts(rule, direction === 'ingress' ? endpoint.pods : undefined)));
    }
  }
  return { endpoint: endpoint.id, open: (isolated === 'no' || enforces === 'no') && ordered.length === 0, lets: formatAllowances(lets) };
}

/** Ports by firewall rules, which may allow more than the endpoints of the stack. */
function summarizeFirewall({ firewall: { rules } }: Inventory, endpoint: Endpoint, direction: Direction): Side {
  const lets = new Map<string, Allowance>();
  const [vm] = endpoint.vms ?? [];
  for (const rule of rules) {
    const { ranges, ownRanges, sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts, targetCluster } = rule;
    if (rule.direction !== direction || rule.network !== endpoint.network) continue;
    const isTarget =
      targetCluster === undefined
        ? targetTags.length + targetServiceAccounts.length === 0 ||
          targetTags.some((tag) => vm?.tags.includes(tag)) ||
          targetServiceAccounts.some((account) => account === vm?.serviceAccount)
        : endpoint.kind === 'node' && targetCluster === endpoint.cluster?.key;
    if (!isTarget || (ownRanges && testRanges(ownRanges, endpoint.location) === 'no')) continue;
    const others = ranges ? [...ranges.map(({ text }) => text), ...sourceTags, ...sourceServiceAccounts] : ['any endpoint'];
    const own = ownRanges ? `, at ${ownRanges.map(({ text }) => text).join(', ')}` : '';
    for (const name of others) {
      const key = `${rule.action} ${name}${own} (priority ${formatPriority(rule)})`;
      lets.set(key, (lets.get(key) ?? Allowance.nothing).union(rule.ports));
    }
  }
  return { endpoint: endpoint.id, open: direction === 'egress' && lets.size === 0, lets: formatAllowances(lets) };
}

function formatAllowances(lets: ReadonlyMap<string, Allowance>): Record<string, string> {
  return Object.fromEntries([...lets].map(([name, allowance]) => [name, allowance.toString()]));
}
