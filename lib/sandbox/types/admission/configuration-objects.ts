import type { Field } from './field';
import { configKey } from './syntax';

/** Maximum total size of the values of a config map or secret, in bytes. */
const DATA_LIMIT = 1024 * 1024;

/** Validates a config map or secret. */
export function checkData(object: Field, sizeField = ''): void {
  const all = [...object.entries('data'), ...object.entries('binaryData')];
  for (const [key, value] of all) value.as(key).check(configKey);
  const size = all.reduce((total, [, { text }]) => total + Buffer.byteLength(text), 0);
  if (size > DATA_LIMIT) object.at(sizeField || '[]').tooLong(`may not be more than ${DATA_LIMIT} bytes`);
}

/** Maximum value of a user-defined priority class. */
const GREATEST_PRIORITY = 1_000_000_000;

export function checkPriorityClass(object: Field): void {
  const name = object.get('metadata.name');
  if (name.text.startsWith('system-')) {
    name.forbidden(
      `priority class names with 'system-' prefix are reserved for system use only. error: ${name.text} is not a known system priority class`,
    );
  }
  if (object.get('value').number > GREATEST_PRIORITY) {
    object.get('value').forbidden(`maximum allowed value of a user defined priority is ${GREATEST_PRIORITY}`);
  }
}
