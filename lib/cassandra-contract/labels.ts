/** Label of a node's VM and disk: name of its cluster. Also a user label of alert policies and of snapshots. */
export const CLUSTER_LABEL = 'cassandra-cluster';

/** Label of a node's VM and disk: name of the node in its ring. */
export const NODE_LABEL = 'cassandra-node';

/** Label of a ring's secrets: name of the ring. */
export const RING_LABEL = 'cassandra-ring';

/** Label of a snapshot: id of the set that it was taken for. */
export const SNAPSHOT_SET_LABEL = 'cassandra-snapshot-set';

/** Label of a snapshot of a set: `valid`, otherwise the reason why the set cannot be restored. */
export const SNAPSHOT_SET_STATE_LABEL = 'cassandra-snapshot-set-state';

/** Labels of a former data disk that is kept: the day on which it was replaced, by which operation, and the last day of its use. */
export const REPLACED_AT_LABEL = 'replaced-at';
export const REPLACED_BY_LABEL = 'replaced-by';
export const KEEP_UNTIL_LABEL = 'keep-until';
