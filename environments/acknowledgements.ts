import type { Acknowledgement } from '../lib/guard';

/**
 * What the guard refuses and may happen all the same: one rule, one address, one action, until a day. What is no longer
 * in a plan is reported and can go.
 */
export const acknowledgements: readonly Acknowledgement[] = [];
