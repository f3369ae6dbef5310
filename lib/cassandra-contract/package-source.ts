/** Host of the apt repository of Cassandra. */
export const PACKAGE_HOST = 'debian.cassandra.apache.org';

/** Suite of the 5.0 series in that repository. */
export const PACKAGE_SUITE = '50x';

/** Host of the public keys that sign the repository, and their path. */
export const KEYS_HOST = 'downloads.apache.org';
export const KEYS_PATH = '/cassandra/KEYS';

/** List of apt on a node. Absent when the boot image brings Cassandra. */
export const PACKAGE_LIST = '/etc/apt/sources.list.d/cassandra.list';
