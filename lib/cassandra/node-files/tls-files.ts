/** Where the keys fetched from Secret Manager are: on the boot disk, never on the data disk, whose snapshots travel. */
export const TLS_DIRECTORY = '/etc/cassandra/tls';

/** The node's private key, its certificate and the authority's. */
export const NODE_KEY_FILE = `${TLS_DIRECTORY}/node.pem`;

/** Certificates of the authority; two while it is renewed. */
export const AUTHORITY_FILE = `${TLS_DIRECTORY}/ca.pem`;
