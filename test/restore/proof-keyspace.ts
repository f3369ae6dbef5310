import { staging } from '../../environments';
import type { RealRing } from '../cassandra-vms/real-ring';

/** Waits for all nodes, and creates keyspace `proof` with a replica on each. @param statements CQL that follows, for example of its tables */
export async function createProofKeyspace(ring: RealRing, statements: readonly string[]): Promise<void> {
  await ring.ready(undefined, 420);
  await ring.allUp();
  const replication = `{'class': 'NetworkTopologyStrategy', '${staging.region}': 3}`;
  await ring.cql('b', [`CREATE KEYSPACE proof WITH replication = ${replication}`, ...statements]);
}
