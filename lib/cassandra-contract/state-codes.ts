/**
 * Codes of a node's state with their meanings. A code is published as the guest attribute `cassandra/code`, beside the sentence in
 * `cassandra/state`. The part before the first hyphen is the kind, which is also the first word of the sentence:
 *
 * - `ready`: Cassandra takes clients. Only `ready` itself is without a finding.
 * - `starting`: the startup script runs.
 * - `waiting`: the startup script is blocked by a transient condition; it runs again after two minutes.
 * - `refused`: the startup script has determined that the node must not start. An operator has to act.
 * - `failed`: Cassandra or the startup script ended unexpectedly.
 * - `stopped`: the node was ready and takes no clients now, as during a restart.
 */
export const STATE_CODES = {
  ready: 'Cassandra takes clients',
  'ready-old-secret': 'Cassandra takes clients with the keys that the node had, since the present version of a secret is refused',
  starting: 'the startup script runs',
  'starting-seeds': 'a node with an empty disk asks the seeds whether the ring has begun',
  'starting-turn': 'another node joins the ring first',
  'starting-peers': 'the superuser is made once enough nodes are members of the ring',
  'starting-join': 'Cassandra runs and takes no clients yet: it copies its data',
  'starting-rebuild': 'the node is a member of a second data center, and waits until its rows are complete',
  'waiting-disk': 'the data disk is not attached',
  'waiting-metadata': 'the metadata server did not answer',
  'waiting-packages': 'a package cannot be installed',
  'waiting-clock': 'the clock is not synchronised',
  'waiting-secret': 'Secret Manager did not answer',
  'waiting-seeds': 'a node with an empty disk got no answer from a seed',
  'waiting-peers': 'the ring is not secured, and clients are not let in: too few nodes are up',
  'waiting-roles': 'the superuser cannot log in, or the roles cannot be copied',
  'waiting-datacenter': 'the data center that the ring joins does not answer, or its nodes do not agree on the schema',
  'refused-blank-disk': 'the data disk is blank and must not be formatted',
  'refused-foreign-disk': 'the data disk belongs to another node or ring, or something else is mounted in its place',
  'refused-damaged-disk': 'the data disk cannot be read, mounted or written to',
  'refused-identity': 'the data disk joined the ring with another configuration',
  'refused-empty-disk': 'the data disk joined the ring and holds no data any more',
  'refused-version': 'another version of Cassandra is installed than the disk or the configuration has',
  'refused-package': 'a package is not in the boot image and must not be installed',
  'refused-secret': 'a secret is missing or does not fit this node or the running ring',
  'refused-resurrection': 'the node was down longer than deleted rows are remembered',
  'refused-datacenter': 'the ring and the data center that it joins do not trust the certificates of each other',
  'failed-cassandra': 'Cassandra ended',
  'failed-seeds': 'seeds are up and do not become members of one ring',
  'failed-firewall': 'the port of clients cannot be closed until the ring is secured',
  'failed-script': 'a phase of the startup script ended with an error',
  stopped: 'Cassandra was ready and takes no clients now',
  'stopped-by-operator': 'an operator stopped the node, and its data disk is unmounted until it is started again',
} as const satisfies Readonly<Record<string, string>>;

/** Code of a node's state. */
export type StateCode = keyof typeof STATE_CODES;

/** Kind of a state: the part of its code before the first hyphen. */
export type StateKind = StateCode extends infer Code ? (Code extends `${infer Kind}-${string}` ? Kind : Code) : never;

/** Checks that a guest attribute is a known code. An older startup script publishes none, a newer one may publish unknown codes. */
export function isStateCode(value: string): value is StateCode {
  return Object.hasOwn(STATE_CODES, value);
}

/** Kind of a code. */
export function stateKind(code: StateCode): StateKind {
  return code.split('-')[0] as StateKind;
}
