import {
  AUTHORITY_FILE,
  DATA_DIRECTORY,
  HINTS_DIRECTORY,
  INTERNODE_AUTHORITY_FILE,
  NODE_KEY_FILE,
} from '../../cassandra-contract/node-paths';
import { type CassandraConfiguration, NUM_TOKENS, type SettingValue } from '../cassandra-configuration';
import { resurrectionCheck } from './resurrection';
import { yamlSetting } from './yaml';

/** Setting with the reason for which it differs from Cassandra's default. */
type Setting = readonly [name: string, value: SettingValue, reason: string];

/** Settings of this library that a ring may override. */
export const REPLACEABLE_SETTINGS: readonly string[] = ['auto_snapshot_ttl', 'commitlog_sync_period', 'compressed_read_ahead_buffer_size'];

/** Content of `cassandra.yaml`, for Cassandra 5.0. */
export function cassandraYaml(configuration: CassandraConfiguration): string {
  const asked = Object.entries(configuration.settings).map(
    ([name, value]): Setting => [name, value, "Asked for by the ring's `settings`."],
  );
  const own = ownSettings(configuration).filter(([name]) => configuration.settings[name] === undefined);
  return `${[...own, ...asked].map(([name, value, reason]) => `# ${reason}\n${yamlSetting(name, value)}`).join('\n\n')}\n`;
}

/** Names of the settings that this library sets. */
export function ownSettingNames(configuration: CassandraConfiguration): string[] {
  return ownSettings(configuration).map(([name]) => name);
}

function ownSettings(node: CassandraConfiguration): Setting[] {
  return [
    ['cluster_name', node.clusterName, 'Written on the disk at the first start; a disk of another cluster is refused.'],
    ['num_tokens', NUM_TOKENS, 'Written on the disk at the first start; few enough that one lost node does not concern every other.'],
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
    ['hints_directory', HINTS_DIRECTORY, 'On the data disk.'],
    ['saved_caches_directory', `${DATA_DIRECTORY}/saved_caches`, 'On the data disk.'],
    ['cdc_raw_directory', `${DATA_DIRECTORY}/cdc_raw`, 'On the data disk.'],
    ['commitlog_sync', 'periodic', 'No default: acknowledged writes reach the disk within the period below.'],
    ['commitlog_sync_period', '10000ms', 'Goes with commitlog_sync.'],
    [
      'auto_snapshot_ttl',
      '7d',
      'Copies of dropped and truncated tables are deleted after a week; by default they stay for ever and fill the disk.',
    ],

    ['authenticator', 'PasswordAuthenticator', 'The default accepts every client.'],
    ['authorizer', 'CassandraAuthorizer', 'The default allows everything.'],
    [
      'auth_read_consistency_level',
      node.authReadConsistencyLevel,
      'Said aloud, since it decides who can log in when: LOCAL_QUORUM asks two of three racks, and no other region.',
    ],
    [
      'server_encryption_options',
      {
        internode_encryption: 'all',
        optional: false,
        ...PEM_FILES,
        ...internodeTrust(node),
      },
      node.joins === undefined
        ? 'Only holders of a key that the ring signed, each from its own address, talk to nodes; by default all may, in clear.'
        : 'Only holders of a key that this ring or the joined data center signed talk to nodes. Addresses of its pods are in no certificate.',
    ],
    [
      'client_encryption_options',
      { enabled: true, optional: false, ...PEM_FILES, require_client_auth: false },
      'Passwords and rows travel encrypted; clients check the node by the ring authority and show a password, no certificate.',
    ],
    ...auditSettings(node),

    ['disk_failure_policy', 'die', 'A node with a bad disk stops, instead of serving what it can still read.'],
    ['commit_failure_policy', 'die', 'A node that cannot write its commit log stops, instead of taking writes it may lose.'],
    [
      'startup_checks',
      {
        check_filesystem_ownership: { enabled: true, ownership_token: node.ownershipToken },
        check_data_resurrection: resurrectionCheck(node),
      },
      'Refuses a disk that is missing, blank, of another node, or older than the deletions that the others remember.',
    ],
    ...readAheadSettings(node),
  ];
}

/** Cassandra reloads the files every ten minutes, so a renewed key needs no restart. */
const PEM_FILES = {
  ssl_context_factory: { class_name: 'org.apache.cassandra.security.PEMBasedSslContextFactory' },
  keystore: NODE_KEY_FILE,
  truststore: AUTHORITY_FILE,
  accepted_protocols: ['TLSv1.3', 'TLSv1.2'],
};

function internodeTrust({ joins }: CassandraConfiguration): Record<string, SettingValue> {
  if (joins === undefined) return { require_client_auth: true, require_endpoint_verification: true };
  return { truststore: INTERNODE_AUTHORITY_FILE, require_client_auth: true, require_endpoint_verification: false };
}

/** Settings since Cassandra 5.0.4, which earlier releases reject at startup. */
function readAheadSettings({ cassandraVersion }: CassandraConfiguration): Setting[] {
  if (Number(cassandraVersion.split('.')[2]) < 4) return [];
  return [
    ['compressed_read_ahead_buffer_size', '0KiB', 'A read of a truncated file fails instead of spinning for ever (Cassandra 5.0.8).'],
  ];
}

function auditSettings({ auditCategories }: CassandraConfiguration): Setting[] {
  if (auditCategories.length === 0) return [];
  return [
    [
      'audit_logging_options',
      { enabled: true, logger: [{ class_name: 'FileAuditLogger' }], included_categories: auditCategories.join(',') },
      'Off by default; who logged in and who changed roles or tables is asked after every incident.',
    ],
  ];
}
