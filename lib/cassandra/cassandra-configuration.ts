/** Tokens of a node. Written on its disk at the first start. */
export const NUM_TOKENS = 16;

/** A value of `cassandra.yaml`. */
export type SettingValue = string | number | boolean | readonly SettingValue[] | { readonly [key: string]: SettingValue };

/** How many replicas answer a read of roles and permissions. */
export const AUTH_CONSISTENCY_LEVELS = ['ONE', 'LOCAL_ONE', 'LOCAL_QUORUM', 'QUORUM'] as const;
export type AuthConsistencyLevel = (typeof AUTH_CONSISTENCY_LEVELS)[number];

/** Who repairs the ring: each node by a timer of its own, or a Reaper that somebody runs. */
export const REPAIRS = ['timer', 'reaper'] as const;
export type Repair = (typeof REPAIRS)[number];

/** Kinds of statements that the audit log can hold. */
export const AUDIT_CATEGORIES = ['AUTH', 'DCL', 'DDL', 'DML', 'ERROR', 'PREPARE', 'QUERY'] as const;
export type AuditCategory = (typeof AUDIT_CATEGORIES)[number];

/** What all nodes of a ring have in common. */
export interface RingConfiguration {
  /** Beginning of the names of VMs and secrets. */
  readonly ringName: string;

  /** Stack the ring is in, as operators name it in commands. */
  readonly environment: string;
  readonly projectId: string;
  readonly clusterName: string;
  readonly datacenter: string;
  readonly replicationFactor: number;

  /** Addresses of the ring's seeds, one a rack. */
  readonly seeds: readonly string[];

  /** Addresses of all nodes, in the order of their names, which is the order in which new ones join. */
  readonly addresses: readonly string[];

  readonly superuser: string;

  /** How many nodes hold each role and permission. */
  readonly authReplicas: number;
  readonly authReadConsistencyLevel: AuthConsistencyLevel;

  /** What the audit log holds; nothing when empty. */
  readonly auditCategories: readonly AuditCategory[];

  readonly repair: Repair;

  /** Days after which the tables forget that a row was deleted. */
  readonly gcGraceDays: number;

  /** Keyspaces, and tables as `KEYSPACE.TABLE`, that the startup check against rows that come back leaves out. */
  readonly resurrectionCheckExclusions: readonly string[];

  /** Heap of each node in MiB; by the memory of the VM when there is none. */
  readonly heapMiB?: number;

  /** Whether a boot may install packages; otherwise the boot image has all of them. */
  readonly packageAccess: boolean;

  /** Settings of Cassandra's own that were asked for. */
  readonly settings: Readonly<Record<string, SettingValue>>;
}

/** What one node's configuration is made of. */
export interface CassandraConfiguration extends RingConfiguration {
  /** Name in the ring, for example `b1`. */
  readonly nodeName: string;

  /** Name of the VM in Compute Engine. */
  readonly machineName: string;
  readonly rack: string;
  readonly address: string;

  /** Exact version, for example `5.0.8`. */
  readonly cassandraVersion: string;

  /** What the marker on the node's data disk must say. */
  readonly ownershipToken: string;

  /** When this node's turn to repair is: which one of how many it is. */
  readonly repairOrder: { readonly index: number; readonly count: number };
}
