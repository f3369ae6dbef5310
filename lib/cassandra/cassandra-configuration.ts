/** What one node's configuration is made of. */
export interface CassandraConfiguration {
  readonly clusterName: string;
  readonly datacenter: string;
  readonly rack: string;
  readonly address: string;

  /** Addresses of the ring's seeds, one a rack. */
  readonly seeds: readonly string[];
  readonly replicationFactor: number;

  /** What the marker on the node's data disk must say. */
  readonly ownershipToken: string;
}

/** Where a node's data disk is mounted. Everything Cassandra writes is on it, since each disk is snapshotted by itself. */
export const DATA_DIRECTORY = '/var/lib/cassandra';

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** A setting, and in one line why it is not left to Cassandra. */
type Setting = readonly [name: string, value: Value, reason: string];

/** The node's `cassandra.yaml`, for Cassandra 5.0. */
export function cassandraYaml(configuration: CassandraConfiguration): string {
  return `${settings(configuration)
    .map(([name, value, reason]) => `# ${reason}\n${name}: ${JSON.stringify(value)}`)
    .join('\n\n')}\n`;
}

/** The node's `cassandra-rackdc.properties`. */
export function rackdcProperties({ datacenter, rack }: CassandraConfiguration): string {
  return `# Fixed names, so that a disk that comes back in another zone is still the node it was.\ndc=${datacenter}\nrack=${rack}\n`;
}

/** The marker in the root of the node's data disk, which Cassandra's `check_filesystem_ownership` looks for. */
export function ownershipMarker({ ownershipToken }: Pick<CassandraConfiguration, 'ownershipToken'>): string {
  return `version=1\nvolume_count=1\nownership_token=${ownershipToken}\n`;
}

function settings(node: CassandraConfiguration): Setting[] {
  return [
    ['cluster_name', node.clusterName, 'Written on the disk at the first start; a disk of another cluster is refused.'],
    ['num_tokens', 16, 'Written on the disk at the first start; few enough that one lost node does not concern every other.'],
    [
      'allocate_tokens_for_local_replication_factor',
      node.replicationFactor,
      'Places the tokens of a joining node where they even out the ring, instead of at random.',
    ],
    ['partitioner', 'org.apache.cassandra.dht.Murmur3Partitioner', 'No default: it is written on the disk at the first start.'],
    ['endpoint_snitch', 'GossipingPropertyFileSnitch', 'Takes data centre and rack from a file instead of the place the VM runs in.'],
    [
      'seed_provider',
      [{ class_name: 'org.apache.cassandra.locator.SimpleSeedProvider', parameters: [{ seeds: node.seeds.join(',') }] }],
      'One node of each rack, so that a lost zone leaves seeds.',
    ],
    ['listen_address', node.address, 'The static address of the node; the default is loopback.'],
    ['rpc_address', node.address, 'Clients come to the same static address; the default is loopback.'],

    ['data_file_directories', [`${DATA_DIRECTORY}/data`], 'On the data disk.'],
    [
      'commitlog_directory',
      `${DATA_DIRECTORY}/commitlog`,
      'On the same disk as the data: a snapshot of one without the other is no backup.',
    ],
    ['hints_directory', `${DATA_DIRECTORY}/hints`, 'On the data disk.'],
    ['saved_caches_directory', `${DATA_DIRECTORY}/saved_caches`, 'On the data disk.'],
    ['cdc_raw_directory', `${DATA_DIRECTORY}/cdc_raw`, 'On the data disk.'],
    ['commitlog_sync', 'periodic', 'No default: acknowledged writes reach the disk within the period below.'],
    ['commitlog_sync_period', '10000ms', 'Goes with commitlog_sync.'],

    ['authenticator', 'PasswordAuthenticator', 'The default lets everybody in.'],
    ['authorizer', 'CassandraAuthorizer', 'The default allows everything.'],

    ['disk_failure_policy', 'die', 'A node with a bad disk stops, instead of serving what it can still read.'],
    ['commit_failure_policy', 'die', 'A node that cannot write its commit log stops, instead of taking writes it may lose.'],
    [
      'startup_checks',
      { check_filesystem_ownership: { enabled: true, ownership_token: node.ownershipToken } },
      'Refuses to start on a disk that is missing, blank or of another node: a seed would join empty and look healthy.',
    ],
    ['compressed_read_ahead_buffer_size', '0KiB', 'A read of a truncated file fails instead of spinning for ever (Cassandra 5.0.8).'],
  ];
}
