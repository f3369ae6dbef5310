/** Namespace of the guest attributes that a node publishes. */
export const GUEST_ATTRIBUTES = 'cassandra';

/** Key of the code of the node's state, one of `STATE_CODES`. */
export const CODE_KEY = 'code';

/** Key of the sentence that describes the node's state. */
export const STATE_KEY = 'state';

/** Key of the files that Cassandra reads at its next start: `no`, or `yes: FILES`. */
export const RESTART_PENDING_KEY = 'restart-pending';

/** Guest attribute with the sentence that describes the node's state, as `NAMESPACE/KEY`. */
export const STATE_ATTRIBUTE = `${GUEST_ATTRIBUTES}/${STATE_KEY}`;
