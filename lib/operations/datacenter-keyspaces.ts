import { OperationsError } from './operations-error';
import type { RingNode } from './ring';
import type { NodeShell } from './shell/node-shell';
import { runCql } from './table-import';

/** Replication of a keyspace. */
export interface Replication {
  readonly keyspace: string;

  /** Class without its package. */
  readonly strategy: string;

  /** Other options: data centers with their replicas. */
  readonly options: Readonly<Record<string, string>>;
}

/** Keyspace of the roles. */
export const AUTH_KEYSPACE = 'system_auth';

/** Cassandra creates them with `SimpleStrategy`, and no application depends on their rows. */
const OPTIONAL_KEYSPACES: readonly string[] = ['system_distributed', 'system_traces'];

/** Reads the replicated keyspaces of a ring on one node, sorted by name. */
export async function readReplication(shell: NodeShell, node: RingNode): Promise<Replication[]> {
  const rows = await runCql(shell, node, ['SELECT keyspace_name, replication FROM system_schema.keyspaces'], 'ONE');
  const all = rows.map((columns) => parseReplication(node, columns));
  return all.filter(({ strategy }) => strategy !== 'LocalStrategy').sort((one, other) => (one.keyspace < other.keyspace ? -1 : 1));
}

function parseReplication(node: RingNode, [keyspace = '', map = '']: readonly string[]): Replication {
  const entries = /^\{(.*)\}$/.exec(map)?.[1]?.split(', ') ?? [];
  const options = Object.fromEntries(entries.map((entry) => entry.split(': ') as [string, string]));
  const { class: strategy, ...rest } = options;
  if (!/^\w+$/.test(keyspace) || strategy === undefined || Object.keys(rest).some((name) => !/^[\w-]+$/.test(name)))
    throw new OperationsError(`${node.name} has a keyspace with a replication that cannot be read: ${keyspace} ${map}`);
  return { keyspace, strategy: strategy.split('.').at(-1)!, options: rest };
}

/** Keyspaces with rows that have to be in every data center. The others keep their replication. */
export function listDatacenterKeyspaces(all: readonly Replication[]): Replication[] {
  return all.filter(({ keyspace, strategy }) => strategy === 'NetworkTopologyStrategy' || !OPTIONAL_KEYSPACES.includes(keyspace));
}

/** Statement that adds replicas in a data center, and leaves those in other ones as they are. */
export function formatPlacement({ keyspace, options }: Replication, datacenter: string, copies: number): string {
  const placed = Object.entries({ ...options, [datacenter]: String(copies) }).map(([name, value]) => `'${name}': '${value}'`);
  return `ALTER KEYSPACE "${keyspace}" WITH replication = {'class': 'NetworkTopologyStrategy', ${placed.join(', ')}}`;
}
