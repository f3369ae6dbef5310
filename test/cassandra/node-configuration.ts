import type { CassandraConfiguration } from '../../lib/cassandra/cassandra-configuration';

/** A node as a ring in the middle of Europe would have it. */
export const CONFIGURATION: CassandraConfiguration = {
  ringName: 'staging-cassandra',
  environment: 'staging',
  projectId: 'parking-staging',
  clusterName: 'parking',
  datacenter: 'europe-west1',
  replicationFactor: 3,
  seeds: ['10.10.16.11', '10.10.16.12', '10.10.16.13'],
  addresses: ['10.10.16.11', '10.10.16.12', '10.10.16.13'],
  superuser: 'operator',
  authReplicas: 3,
  authReadConsistencyLevel: 'LOCAL_QUORUM',
  auditCategories: ['AUTH', 'DCL', 'DDL'],
  repair: 'timer',
  gcGraceDays: 10,
  resurrectionCheckExclusions: [],
  packageAccess: true,
  settings: {},
  nodeName: 'b1',
  machineName: 'staging-cassandra-b1',
  rack: 'europe-west1-b',
  address: '10.10.16.11',
  cassandraVersion: '5.0.8',
  ownershipToken: 'parking/b1',
  repairOrder: { index: 0, count: 3 },
};
