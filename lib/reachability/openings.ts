import type { Allowance } from './allowance';
import type { Cells } from './cell';
import { matrixOf, type Unit } from './matrix';
import type { Peer } from './peer';
import type { Way } from './way';

/** One thing that is open, to some at the same servers for the same reason. */
interface Opening {
  readonly clients: string[];
  readonly servers: string[];
  readonly allowance: Allowance;
  readonly reason: string;
}

/** Sentences on what is open to those of whom the stack does not tell, and by what. */
export function openings(reachability: Cells, wayOf: (from: Peer, to: Peer) => Way | undefined): string[] {
  const { units, at } = matrixOf(reachability);
  const found: Opening[] = [];
  for (const from of units.filter(isForeign)) {
    for (const to of from.reaches) {
      if (isForeign(to) && to.members[0]!.kind !== 'control-plane') continue;
      const allowance = at(from, to)!;
      found.push({
        clients: [from.name],
        servers: [to.name],
        allowance,
        reason: reasonOf(wayOf(from.members[0]!, to.members[0]!), allowance),
      });
    }
  }
  const byClient = merged(found, ({ clients, allowance, reason }) => `${clients} ${allowance} ${reason}`, 'servers');
  const sentences = merged(byClient, ({ servers, allowance, reason }) => `${servers} ${allowance} ${reason}`, 'clients').map(sentence);
  if (!reachability.peers.some(({ kind }) => kind === 'node')) return sentences;
  return [
    ...sentences,
    'nodes reach the pods that are on them, and these their node: Kubernetes lets no policy stop it',
    'the control plane reaches its nodes, and pods that are not of this stack reach each other',
  ];
}

function merged(list: readonly Opening[], keyOf: (opening: Opening) => string, what: 'clients' | 'servers'): Opening[] {
  const result = new Map<string, Opening>();
  for (const opening of list) {
    const same = result.get(keyOf(opening));
    if (same) same[what].push(...opening[what]);
    else result.set(keyOf(opening), { ...opening, [what]: [...opening[what]] });
  }
  return [...result.values()];
}

function sentence({ clients, servers, allowance, reason }: Opening): string {
  const isPlural = clients.length > 1 || clients[0]!.endsWith('s');
  const verb = allowance.certain.isEmpty ? 'may reach' : isPlural ? 'reach' : 'reaches';
  const ports = (allowance.certain.isEmpty ? allowance.possible : allowance.certain).inWords();
  return `${joined(clients)} ${verb} ${joined(servers)} at ${ports}: ${reason}`;
}

/** Those the stack does not tell of. The nodes are its own, but what runs on them is not. */
function isForeign({ members }: Unit): boolean {
  return members[0]!.platform;
}

/** What lets the first of the ports in, and whether anything holds the client back. */
function reasonOf(way: Way | undefined, { certain, possible }: Allowance): string {
  const port = (certain.isEmpty ? possible : certain).first;
  const [first, ...others] = way?.gates ?? [];
  const last = others.at(-1)?.reason(port);
  if (last === undefined) return first?.reason(port) ?? '';
  return first!.isUnrestricted ? `${last}, and no NetworkPolicy holds them back` : last;
}

function joined(names: readonly string[]): string {
  if (names.length > 6) return `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}
