/** Mount point of the data disk, which holds everything that Cassandra writes: each disk has snapshots of its own. */
export const DATA_DIRECTORY = '/var/lib/cassandra';

/** Files of hints, one or more for each node that missed writes. */
export const HINTS_DIRECTORY = `${DATA_DIRECTORY}/hints`;

/** Identity under which the data disk joined the ring, as lines `KEY=VALUE`. Absent before the node has joined. */
export const JOINED_FILE = `${DATA_DIRECTORY}/joined`;

/** End of the last successful repair, in seconds since 1970. */
export const LAST_REPAIR_FILE = `${DATA_DIRECTORY}/last-repair`;

/**
 * File that Cassandra touches every minute while it runs. It is on the data disk and so in every snapshot: a disk that was detached or
 * restored shows for how long it was away.
 */
export const HEARTBEAT_FILE = `${DATA_DIRECTORY}/cassandra-heartbeat`;

/** Manifest of a snapshot, as JSON: what is on the data disk at that moment. Written before each snapshot with a guest flush. */
export const SNAPSHOT_MANIFEST = `${DATA_DIRECTORY}/snapshot-manifest.json`;

/** Configuration of Cassandra, on the boot disk. */
export const CONFIGURATION_DIRECTORY = '/etc/cassandra';

export const CASSANDRA_YAML = `${CONFIGURATION_DIRECTORY}/cassandra.yaml`;

/** Keys fetched from Secret Manager. On the boot disk: snapshots of the data disk must not hold them. */
export const TLS_DIRECTORY = `${CONFIGURATION_DIRECTORY}/tls`;

/** The node's private key, its certificate and that of its certificate authority. */
export const NODE_KEY_FILE = `${TLS_DIRECTORY}/node.pem`;

/** Certificates of the certificate authority; two during its renewal. */
export const AUTHORITY_FILE = `${TLS_DIRECTORY}/ca.pem`;

/** Certificates of the authorities whose nodes this node talks to: those of the ring, and those of the data center that it joins. */
export const INTERNODE_AUTHORITY_FILE = `${TLS_DIRECTORY}/internode-ca.pem`;

/**
 * Folder of a node of a second data center whose rows are not known to be complete. It has an ownership marker of its own, so that a startup
 * script that does not know it refuses the disk.
 */
export const REBUILD_DIRECTORY = `${DATA_DIRECTORY}/rebuild`;

/** Present once all rows of the other data center were copied and compared: the startup script may let clients in. */
export const REBUILD_COMPLETE_FILE = `${REBUILD_DIRECTORY}/complete`;

/** Steps of a rebuild that succeeded, one a line: `rebuilt KEYSPACE` or `repaired KEYSPACE`. */
export const REBUILD_RECORD = `${DATA_DIRECTORY}/rebuilt-keyspaces`;

export const LOG_DIRECTORY = '/var/log/cassandra';

export const SYSTEM_LOG = `${LOG_DIRECTORY}/system.log`;

/**
 * Number of the blank data disk that an operator allows the startup script to format; with `bootstrap` after it if the ring does not know the
 * node, and otherwise the node takes over its former tokens. On the boot disk: it is for this VM alone.
 */
export const REPLACE_DISK_FILE = '/etc/cassandra-replace-disk';

/** Present while an operator keeps the node stopped; holds the node's host id. On the boot disk: the data disk is unmounted meanwhile. */
export const STOPPED_FILE = '/etc/cassandra-stopped';

/** Prefix of files with the guest attributes that were published last: a value is not published twice. */
export const PUBLISHED_RECORD = '/run/cassandra-published-';

/** nftables table that closes the CQL port to clients until the ring is secured. Absent when clients are let in. */
export const CLIENT_FIREWALL = 'cassandra_clients';

/** Files that changed since Cassandra read them, one a line. Absent when there are none. */
export const PENDING_RECORD = '/run/cassandra-restart-pending';

/** Present while a start is refused because the node was down longer than `gc_grace_seconds`, until the next attempt. */
export const RESURRECTION_RECORD = '/run/cassandra-resurrection-refused';
