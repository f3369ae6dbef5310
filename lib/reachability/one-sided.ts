import { holds } from './addresses';
import { Allowance } from './allowance';
import { priorityText } from './firewall';
import type { Inventory } from './inventory';
import { type Direction, portsOf } from './network-policy';
import type { Peer } from './peer';
import type { PolicySide } from './policy-side';

/** What one side alone lets through. */
export interface Side {
  readonly peer: string;

  /** Whether nothing on this side closes the direction. */
  readonly open: boolean;

  /** Ports by the name of the other end, or by the words of the rule where it names nobody known. */
  readonly lets: Readonly<Record<string, string>>;
}

/** What clients' own rules let out, and what servers' own rules let in. */
export interface OneSided {
  readonly egress: readonly Side[];
  readonly ingress: readonly Side[];
}

export function oneSided(inventory: Inventory, side: (peer: Peer, direction: Direction) => PolicySide): OneSided {
  const of = (direction: Direction) =>
    inventory.peers.flatMap((peer) => {
      if (peer.kind === 'pods') return peer.platform ? [] : [policies(side(peer, direction))];
      return peer.kind === 'machine' || peer.kind === 'node' ? [firewall(inventory, peer, direction)] : [];
    });
  return { egress: of('egress'), ingress: of('ingress') };
}

/** By entries of the policies, so that an entry that means nobody here counts too. */
function policies({ peer, direction, policies: selected, isolated }: PolicySide): Side {
  const lets = new Map<string, Allowance>();
  for (const rule of selected.flatMap((policy) => policy[direction] ?? [])) {
    const ports = portsOf(rule, direction === 'ingress' ? peer.pods : undefined);
    for (const name of rule.peers?.flatMap(({ texts }) => texts) ?? ['everybody'])
      lets.set(name, (lets.get(name) ?? Allowance.nothing).union(ports));
  }
  return { peer: peer.id, open: isolated === 'no', lets: asTexts(lets) };
}

/** By rules, since a rule may admit more than anybody here. */
function firewall({ firewall: { rules } }: Inventory, peer: Peer, direction: Direction): Side {
  const lets = new Map<string, Allowance>();
  const [machine] = peer.machines ?? [];
  for (const rule of rules) {
    const { ranges, ownRanges, sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts, targetCluster } = rule;
    if (rule.direction !== direction || rule.network !== peer.network) continue;
    const isTarget =
      targetCluster === undefined
        ? targetTags.length + targetServiceAccounts.length === 0 ||
          targetTags.some((tag) => machine?.tags.includes(tag)) ||
          targetServiceAccounts.some((account) => account === machine?.serviceAccount)
        : peer.kind === 'node' && targetCluster === peer.cluster?.key;
    if (!isTarget || (ownRanges && holds(ownRanges, peer.location) === 'no')) continue;
    const whom = ranges ? [...ranges.map(({ text }) => text), ...sourceTags, ...sourceServiceAccounts] : ['everybody'];
    const own = ownRanges ? `, at ${ownRanges.map(({ text }) => text).join(', ')}` : '';
    for (const name of whom) {
      const key = `${rule.action} ${name}${own} (priority ${priorityText(rule)})`;
      lets.set(key, (lets.get(key) ?? Allowance.nothing).union(rule.ports));
    }
  }
  return { peer: peer.id, open: direction === 'egress' && lets.size === 0, lets: asTexts(lets) };
}

function asTexts(lets: ReadonlyMap<string, Allowance>): Record<string, string> {
  return Object.fromEntries([...lets].map(([name, allowance]) => [name, allowance.toString()]));
}
