import { staging } from '../../environments';
import { ComputeEngine, type LiveRows, readLiveRows } from '../../lib/recovery';
import type { RealRing } from '../cassandra-vms/real-ring';
import { ROWS } from './kept-sets';

/** State of the live ring that no verification may change. */
export interface LiveState {
  readonly rows: readonly LiveRows[];

  /** State, address, host id and rack of each node, as each node sees it. */
  readonly members: readonly string[];

  /** Rows of `system.peers_v2`, by node. */
  readonly peers: Readonly<Record<string, readonly string[]>>;

  /** Attached disks with their numbers, by VM. */
  readonly disks: Readonly<Record<string, readonly string[]>>;
}

/** Reads the state of the live ring. */
export async function readLiveState(ring: RealRing): Promise<LiveState> {
  const described = ring.described();
  const tables = Object.keys(ROWS).map((table) => ({ keyspace: 'proof', table }));
  const rows = await readLiveRows(ring.shell, described, tables);
  const members: string[] = [];
  const peers: Record<string, readonly string[]> = {};
  const disks: Record<string, readonly string[]> = {};
  const compute = new ComputeEngine({ project: staging.projectId, environment: ring.sandbox.environment });
  for (const { name, vm, zone } of described.nodes) {
    const seen = await ring.status(name);
    members.push(...seen.map(({ state, address, hostId, rack }) => `${name}: ${[state, address, hostId, rack].join(' ')}`).sort());
    const found = await ring.cql(name, ['SELECT peer, host_id, data_center, rack, tokens FROM system.peers_v2'], 'ONE');
    peers[name] = found.map((columns) => columns.join(' ')).sort();
    const instance = await compute.instance({ zone, name: vm });
    const attached = (instance?.disks ?? []) as readonly { readonly source?: string; readonly boot?: boolean }[];
    const names = attached.filter(({ boot }) => !boot).map(({ source }) => String(source).split('/').at(-1)!);
    disks[vm] = await Promise.all(names.map(async (disk) => `${disk} ${(await compute.disk({ zone, name: disk }))?.id}`));
  }
  return { rows, members, peers, disks };
}
