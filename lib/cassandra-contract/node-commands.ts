/** Folder of the commands of a node, which is on the PATH of root. */
export const COMMAND_DIRECTORY = '/usr/local/sbin';

/** Command that runs CQL statements as the superuser. */
export const CQL_COMMAND = 'cassandra-cql';

/** Exit codes of `CQL_COMMAND`. 2 is that of Python's argparse. */
export const CQL_EXIT = { done: 0, statementFailed: 1, unknownOption: 2, loginRefused: 3, noConnection: 4 } as const;

/** Command that prints a secret. */
export const SECRET_COMMAND = 'cassandra-secret';
