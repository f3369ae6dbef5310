import { propertyLine } from '../../core/quote';
import { type CassandraConfiguration, NUM_TOKENS } from '../cassandra-configuration';

/** Content of `cassandra-rackdc.properties`. */
export function rackdcProperties({ datacenter, rack }: Pick<CassandraConfiguration, 'datacenter' | 'rack'>): string {
  return `# Fixed names, so that a disk that comes back in another zone is still the node it was.\n${propertyLine('dc', datacenter)}${propertyLine('rack', rack)}`;
}

/** Ownership marker in the root of the data disk, for Cassandra's `check_filesystem_ownership`. */
export function ownershipMarker({ ownershipToken }: Pick<CassandraConfiguration, 'ownershipToken'>): string {
  return `version=1\nvolume_count=1\n${propertyLine('ownership_token', ownershipToken)}`;
}

/**
 * Identity that is written to the data disk once the node has joined the ring, besides Cassandra's version and the host id. It is checked
 * before Cassandra starts, which would detect a mismatch late or, with an empty disk, never.
 */
export function joinedIdentity({
  clusterName,
  datacenter,
  rack,
}: Pick<CassandraConfiguration, 'clusterName' | 'datacenter' | 'rack'>): string {
  const identity = { cluster_name: clusterName, datacenter, rack, num_tokens: `${NUM_TOKENS}` };
  return Object.entries(identity)
    .map(([key, value]) => propertyLine(key, value))
    .join('');
}
