export { MASK } from './mask';
export { redactMessage } from './redacted-message';
export { Redaction } from './redaction';
export type { Place } from './secret-places';
export { structuredText } from './structured-text';
