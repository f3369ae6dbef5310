import type { Acknowledgement } from '../lib/guard';

/**
 * Accepted refusals of the guard: rule, address, reason, owner, and the last day. Entries that match nothing in a plan are
 * reported.
 */
export const acknowledgements: readonly Acknowledgement[] = [];
