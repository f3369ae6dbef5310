import { DEFAULT_CASSANDRA_VERSION } from '../../lib/cassandra/cassandra-ring';
import { missingForVms } from '../../lib/sandbox/vms';
import { baseImage } from '../../lib/sandbox/vms/base-image';
import { cassandraPackages } from '../../lib/sandbox/vms/cassandra-package';
import { OLD_VERSION } from './versions';

/** Builds the shared VM image and packages once, before concurrent rings request them. */
export default async function prepare(): Promise<void> {
  if (missingForVms().length > 0) return;
  await baseImage();
  await Promise.all([OLD_VERSION, DEFAULT_CASSANDRA_VERSION].map(cassandraPackages));
}
