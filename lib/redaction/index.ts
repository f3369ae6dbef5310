export { redactMessage } from './redacted-message';
export { MASK, Redaction } from './redaction';
export { structuredText } from './structured-text';
