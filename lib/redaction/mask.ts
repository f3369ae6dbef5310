/** Replacement of a secret. */
export const MASK = '(sensitive)';
