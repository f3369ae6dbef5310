/** Label of a node's VM and disk: name of its cluster. Also a user label of alert policies and of snapshots. */
export const CLUSTER_LABEL = 'cassandra-cluster';

/** Label of a node's VM and disk: name of the node in its ring. */
export const NODE_LABEL = 'cassandra-node';

/** Label of a ring's secrets and of the snapshots of its sets: name of the ring. */
export const RING_LABEL = 'cassandra-ring';

/** Label of a snapshot: id of the set that it was taken for. */
export const SNAPSHOT_SET_LABEL = 'cassandra-snapshot-set';

/** Label of a snapshot of a set: `valid`, otherwise the reason why the set cannot be restored. */
export const SNAPSHOT_SET_STATE_LABEL = 'cassandra-snapshot-set-state';

/** Labels of a former data disk that is kept: the day on which it was replaced, by which operation, and the last day of its use. */
export const REPLACED_AT_LABEL = 'replaced-at';
export const REPLACED_BY_LABEL = 'replaced-by';
export const KEEP_UNTIL_LABEL = 'keep-until';

/** Label of the snapshot of a disk that is recovered: name of the disk. Nothing deletes it. */
export const RECOVERED_DISK_LABEL = 'cassandra-recovered-disk';

/** Label of the snapshot of a disk that was prepared for a node: name of the snapshot of the original. */
export const PREPARED_FROM_LABEL = 'cassandra-prepared-from';

/** Label of a snapshot of a disk on which commit logs were replayed: the point in time, in milliseconds since 1970. */
export const REPLAYED_UNTIL_LABEL = 'cassandra-replayed-until';

/** Label of a snapshot of a set: number of snapshots that the set has. */
export const SNAPSHOT_SET_SIZE_LABEL = 'cassandra-snapshot-set-size';

/** Labels of a snapshot of a set: Cassandra's data center and rack of the node, in lower case. */
export const DATACENTER_LABEL = 'cassandra-datacenter';
export const RACK_LABEL = 'cassandra-rack';

/** Label of a temporary disk: name of the `SnapshotSetCopies` that made it, and deletes it. */
export const COPIES_LABEL = 'cassandra-copies';

/** Labels of a copy of a snapshot: number, project, disk and zone of the original, and its time in seconds since 1970. */
export const COPY_OF_LABEL = 'cassandra-copy-of';
export const COPY_PROJECT_LABEL = 'cassandra-copy-project';
export const COPY_DISK_LABEL = 'cassandra-copy-disk';
export const COPY_ZONE_LABEL = 'cassandra-copy-zone';
export const COPY_TIME_LABEL = 'cassandra-copy-time';

/** Value of the label `COPY_PROJECT_LABEL`: ids of a domain's projects have a colon and dots. */
export function projectLabel(projectId: string): string {
  return projectId.replace(/[.:]/g, '_');
}

/** State of a set whose snapshots are READY and were taken together. */
export const VALID = 'valid';

/** State of a set that is being taken, or whose job was stopped. */
export const UNFINISHED = 'unfinished';
