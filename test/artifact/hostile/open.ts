/** Names of cases that remain open in the verifier. */
export const OPEN: ReadonlySet<string> = new Set([]);
