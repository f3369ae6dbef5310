/** Keyspace of the platform: it has the canaries of snapshots. Restores, comparisons and the newest write leave it out. */
export const PLATFORM_KEYSPACE = 'gke_platform';

/** Keyspaces of Cassandra itself. */
export const CASSANDRA_KEYSPACES = [
  'system',
  'system_schema',
  'system_auth',
  'system_distributed',
  'system_traces',
  'system_views',
  'system_virtual_schema',
] as const;
