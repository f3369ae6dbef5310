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
