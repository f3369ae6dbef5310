/** Port of CQL clients. */
export const CQL_PORT = 9042;

/** Port between nodes. */
export const STORAGE_PORT = 7000;

/** Port of JMX, on loopback only. */
export const JMX_PORT = 7199;
