import type { Allowance } from './allowance';
import type { Cells } from './cell';
import type { Endpoint } from './endpoint';
import { createMatrix, type Unit } from './matrix';
import type { Trace } from './trace';

/** Exposure of servers to clients outside of the stack, for one reason. */
interface Exposure {
  readonly clients: string[];
  readonly servers: string[];
  readonly allowance: Allowance;
  readonly reason: string;
}

/** Describes the exposures of a stack: ports that are open to endpoints it does not declare, with the reason. */
export function describeExposures(reachability: Cells, traceOf: (from: Endpoint, to: Endpoint) => Trace | undefined): string[] {
  const { units, at } = createMatrix(reachability);
  const found: Exposure[] = [];
  for (const from of units.filter(isPlatform)) {
    for (const to of from.reaches) {
      if (isPlatform(to) && to.members[0]!.kind !== 'control-plane') continue;
      const allowance = at(from, to)!;
      found.push({
        clients: [from.name],
        servers: [to.name],
        allowance,
        reason: explainExposure(traceOf(from.members[0]!, to.members[0]!), allowance),
      });
    }
  }
  const byClient = mergeBy(found, ({ clients, allowance, reason }) => `${clients} ${allowance} ${reason}`, 'servers');
  const sentences = mergeBy(byClient, ({ servers, allowance, reason }) => `${servers} ${allowance} ${reason}`, 'clients').map(
    formatSentence,
  );
  if (!reachability.endpoints.some(({ kind }) => kind === 'node')) return sentences;
  return [
    ...sentences,
    'nodes and their own pods reach each other, whatever NetworkPolicies apply',
    'the control plane reaches its nodes, and pods of other stacks reach each other',
  ];
}

function mergeBy(list: readonly Exposure[], keyOf: (exposure: Exposure) => string, what: 'clients' | 'servers'): Exposure[] {
  const result = new Map<string, Exposure>();
  for (const exposure of list) {
    const same = result.get(keyOf(exposure));
    if (same) same[what].push(...exposure[what]);
    else result.set(keyOf(exposure), { ...exposure, [what]: [...exposure[what]] });
  }
  return [...result.values()];
}

function formatSentence({ clients, servers, allowance, reason }: Exposure): string {
  const isPlural = clients.length > 1 || clients[0]!.endsWith('s');
  const verb = allowance.certain.isEmpty ? 'may reach' : isPlural ? 'reach' : 'reaches';
  const ports = (allowance.certain.isEmpty ? allowance.possible : allowance.certain).inWords();
  return `${joinNames(clients)} ${verb} ${joinNames(servers)} at ${ports}: ${reason}`;
}

/** True for endpoints that the stack does not declare. Nodes are among them, since other software runs there too. */
function isPlatform({ members }: Unit): boolean {
  return members[0]!.platform;
}

/** Reason for the first port, and a remark when no NetworkPolicy restricts the client. */
function explainExposure(trace: Trace | undefined, { certain, possible }: Allowance): string {
  const port = (certain.isEmpty ? possible : certain).first;
  const [first, ...others] = trace?.checkpoints ?? [];
  const last = others.at(-1)?.reason(port);
  if (last === undefined) return first?.reason(port) ?? '';
  return first!.isUnrestricted ? `${last}, and no NetworkPolicy restricts them` : last;
}

/** Joins names for a sentence; of many, the first ones and the number of the others. */
export function joinNames(names: readonly string[]): string {
  if (names.length > 6) return `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}
