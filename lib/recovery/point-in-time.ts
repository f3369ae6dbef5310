import { diskPrefix } from '../cassandra-contract/commit-log-archive';
import { RefusedError } from '../core/reported-error';
import type { Ring } from '../operations/ring';
import type { CloudStorage } from './cloud-storage';
import { type ChainEnd, type CommitLogChain, describeChainEnd, findChain, readArchivedDisk } from './commit-log-chain';
import type { SnapshotSet } from './snapshot-set';
import type { ReplayTask } from './vm/recovery-script';

/** Commit logs that take a set to a point in time. Times are in milliseconds since 1970. */
export interface PointInTime {
  /** Time that was asked for. */
  readonly asked: number;

  /** Time until which the archive has every write to every node: that of the restored ring. At most `asked`. */
  readonly reached: number;

  /** Nodes whose archive ends before `asked`, with the time until which it is complete. */
  readonly ends: readonly { readonly node: string; readonly until: number; readonly end: ChainEnd }[];

  /** Number of segments, and of their bytes in the archive. */
  readonly count: number;
  readonly bytes: number;

  /** Tasks of recovery VMs, by name of the node. */
  readonly replay: ReadonlyMap<string, ReplayTask>;
}

/** Properties for `planPointInTime`. */
export interface PlanPointInTimeOptions {
  readonly storage: Pick<CloudStorage, 'list'>;
  readonly ring: Ring;
  readonly set: SnapshotSet;

  /** In milliseconds since 1970. */
  readonly at: number;
}

/**
 * Finds the commit logs that take a set to a point in time. All nodes are taken to the same time: the earliest until which an archive is
 * complete.
 *
 * @throws RefusedError if the ring has no archive, or it does not go beyond the set
 */
export async function planPointInTime({ storage, ring, set, at }: PlanPointInTimeOptions): Promise<PointInTime> {
  const bucket = ring.archive;
  if (bucket === undefined) throw new RefusedError(`ring ${ring.name} has no archive of its commit logs`);
  const chains = new Map<string, { readonly prefix: string; readonly chain: CommitLogChain }>();
  for (const { name } of ring.nodes) {
    const { diskNumber, takenAt } = set.snapshots.get(name)!;
    const prefix = diskPrefix(ring.name, name, diskNumber);
    chains.set(name, { prefix, chain: findChain(readArchivedDisk(await storage.list(bucket, prefix)), takenAt, at) });
  }
  const all = [...chains.values()].map(({ chain }) => chain);
  const reached = Math.min(...all.map(({ until }) => until));
  const ends = [...chains].flatMap(([node, { chain }]) => (chain.end === undefined ? [] : [{ node, until: chain.until, end: chain.end }]));
  if (reached <= set.lastTakenAt || all.some(({ count }) => count === 0))
    throw new RefusedError(
      `the archive in bucket ${bucket} does not go beyond set ${set.id} of ${formatMoment(set.lastTakenAt)}: ${describeEnds(ends).join('; ')}. Restore the set itself with '--set ${set.id}'`,
    );
  return {
    ...{ asked: at, reached, ends },
    count: all.reduce((sum, { count }) => sum + count, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    replay: new Map(
      [...chains].map(([node, { prefix, chain }]) => [
        node,
        {
          ...{ bucket, prefix, until: formatForCassandra(reached), segments: chain.segments },
          ...(chain.open !== undefined && { open: chain.open }),
        },
      ]),
    ),
  };
}

/** Describes where the archives of nodes end, one line for each node. */
export function describeEnds(ends: PointInTime['ends']): string[] {
  return ends.map(({ node, until, end }) => `${node} until ${formatMoment(until)} (${describeChainEnd(end)})`);
}

/** Formats a time for people, with milliseconds. */
export function formatMoment(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

/** Format of `restore_point_in_time`, in UTC. Cassandra replays writes up to and including that microsecond. */
function formatForCassandra(time: number): string {
  const [day, clock] = new Date(time).toISOString().slice(0, 23).split('T') as [string, string];
  return `${day.replaceAll('-', ':')} ${clock}000`;
}
