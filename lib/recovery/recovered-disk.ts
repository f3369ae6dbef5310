import type { Shape } from '../core/shape';

/** Keyspace on a recovered disk. */
export interface RecoveredKeyspace {
  readonly name: string;

  /** Name of its strategy without the package, for example `NetworkTopologyStrategy`. */
  readonly strategy: string;

  /** Options of the strategy: replicas by data center, or `replication_factor`. */
  readonly replication: Readonly<Record<string, string>>;

  /** Replicas in the data center of the disk. */
  readonly copies: number;

  /** Share of all rows for which the disk is a replica, from 0 to 1. */
  readonly share: number;

  /** Keyspace of Cassandra itself, for example `system_auth`. */
  readonly isSystem: boolean;
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
}

/** Identity and contents of one data disk, all read from the disk. */
export interface RecoveredDisk {
  readonly cluster: string;
  readonly datacenter: string;
  readonly rack: string;
  readonly hostId: string;

  /** Release of Cassandra that last wrote the disk. */
  readonly cassandraVersion: string;
  readonly tokens: readonly string[];

  /** The ownership marker of this library is on the disk. */
  readonly hasMarker: boolean;

  /** User id of the owner of the files: 999 on volumes of K8ssandra. */
  readonly owner: number;

  /** Other nodes of its ring, as the node knew them. @default - unknown: Cassandra did not boot */
  readonly peers?: readonly { readonly address: string; readonly datacenter: string; readonly rack: string; readonly tokens: number }[];

  /** Keyspaces that are replicated. @default - unknown: Cassandra did not boot */
  readonly keyspaces?: readonly RecoveredKeyspace[];
}

const PEER: Shape = { members: { address: 'string', datacenter: 'string', rack: 'string', tokens: 'number' } };
const KEYSPACE: Shape = {
  members: {
    ...{ name: 'string', strategy: 'string', replication: { mapOf: 'string' }, copies: 'number', share: 'number', isSystem: 'boolean' },
    tables: { listOf: { members: { name: 'string', bytes: 'number' } } },
  },
};

/** Shape of a recovered disk in the report of a recovery VM. */
export const RECOVERED_DISK_SHAPE: Shape = {
  members: {
    ...{ cluster: 'string', datacenter: 'string', rack: 'string', hostId: 'string', cassandraVersion: 'string' },
    ...{ tokens: { listOf: 'string' }, hasMarker: 'boolean', owner: 'number' },
    ...{ 'peers?': { listOf: PEER }, 'keyspaces?': { listOf: KEYSPACE } },
  },
};

/** Keyspaces of users, which have rows of applications. */
export function listUserKeyspaces({ keyspaces = [] }: RecoveredDisk): readonly RecoveredKeyspace[] {
  return keyspaces.filter(({ isSystem }) => !isSystem);
}

/** Keyspaces of which the disk does not have all rows. */
export function listIncomplete(disk: RecoveredDisk): readonly RecoveredKeyspace[] {
  return listUserKeyspaces(disk).filter(({ share }) => share < 1);
}
