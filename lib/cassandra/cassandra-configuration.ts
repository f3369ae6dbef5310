import type { ExistingDatacenter } from './existing-datacenter';

/** Cassandra's `num_tokens`. Written to the disk at the first start. */
export const NUM_TOKENS = 16;

/** A value of `cassandra.yaml`. */
export type SettingValue = string | number | boolean | readonly SettingValue[] | { readonly [key: string]: SettingValue };

/** Consistency levels of reads of roles and permissions. */
export const AUTH_CONSISTENCY_LEVELS = ['ONE', 'LOCAL_ONE', 'LOCAL_QUORUM', 'QUORUM'] as const;
export type AuthConsistencyLevel = (typeof AUTH_CONSISTENCY_LEVELS)[number];

/** Modes of repair: a timer on each node, or Cassandra Reaper. */
export const REPAIRS = ['timer', 'reaper'] as const;
export type Repair = (typeof REPAIRS)[number];

/** Categories of statements in the audit log. */
export const AUDIT_CATEGORIES = ['AUTH', 'DCL', 'DDL', 'DML', 'ERROR', 'PREPARE', 'QUERY'] as const;
export type AuditCategory = (typeof AUDIT_CATEGORIES)[number];

/** Configuration that all nodes of a ring share. */
export interface RingConfiguration {
  /** Prefix of the names of VMs and secrets. */
  readonly ringName: string;

  /** Id of the stack, for commands in messages. */
  readonly environment: string;
  readonly projectId: string;
  readonly clusterName: string;
  readonly datacenter: string;
  readonly replicationFactor: number;

  /** Addresses of the seeds, one for each rack. */
  readonly seeds: readonly string[];

  /** Addresses of all nodes in the order of their names, in which new nodes join. */
  readonly addresses: readonly string[];

  readonly superuser: string;

  /** Replication factor of `system_auth`. */
  readonly authReplicas: number;
  readonly authReadConsistencyLevel: AuthConsistencyLevel;

  /** Categories of the audit log; empty if it is disabled. */
  readonly auditCategories: readonly AuditCategory[];

  readonly repair: Repair;

  /** Shortest `gc_grace_seconds` of the tables, in days. */
  readonly gcGraceDays: number;

  /** Keyspaces, and tables as `KEYSPACE.TABLE`, excluded from the startup check for resurrected rows. */
  readonly resurrectionCheckExclusions: readonly string[];

  /** JVM heap in MiB; derived from the memory of the VM if absent. */
  readonly heapMiB?: number;

  /** Lets a boot install packages; otherwise the boot image contains all of them. */
  readonly packageAccess: boolean;

  /** Bucket of the commit logs and of the manifests of snapshots. @default - they are not archived */
  readonly archive?: string;

  /** Data center of an existing ring, which this ring joins as another one. @default - the ring begins by itself */
  readonly joins?: Omit<ExistingDatacenter, 'ranges'>;
  /** Days for which the bucket keeps its objects. @default - there is no bucket */
  readonly archiveRetentionDays?: number;

  /** Further settings of `cassandra.yaml`. */
  readonly settings: Readonly<Record<string, SettingValue>>;
}

/** Configuration of one node. */
export interface CassandraConfiguration extends RingConfiguration {
  /** Name in the ring, for example `b1`. */
  readonly nodeName: string;

  /** Name of the VM in Compute Engine. */
  readonly machineName: string;
  readonly rack: string;
  readonly address: string;

  /** Exact version, for example `5.0.8`. */
  readonly cassandraVersion: string;

  /** Token in the ownership marker of the data disk. */
  readonly ownershipToken: string;

  /** Position of the node in the repair schedule. */
  readonly repairOrder: { readonly index: number; readonly count: number };
}
