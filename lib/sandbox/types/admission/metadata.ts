import type { Field, Syntax } from './field';
import { labelValue, qualifiedName } from './syntax';

/** Maximum total size of an object's annotations, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** Validates the metadata of an object. The plugin has validated keys and values of labels while planning. */
export function checkMetadata(metadata: Field, name: Syntax): void {
  metadata.get('name').check(name);
  const annotations = metadata.entries('annotations');
  const size = annotations.reduce((total, [key, { text }]) => total + Buffer.byteLength(key) + Buffer.byteLength(text), 0);
  if (size > ANNOTATIONS_LIMIT) metadata.get('annotations').tooLong(`may not be more than ${ANNOTATIONS_LIMIT} bytes`);
}

/** Validates labels of a selector; errors have the path of the map. */
export function checkLabels(owner: Field, path: string): number {
  let count = 0;
  const add = (value: string, details: readonly string[]): void => {
    count += details.length;
    for (const detail of details) owner.get(path).as(value).invalid(detail);
  };
  for (const [key, { text }] of owner.entries(path)) {
    add(key, qualifiedName(key));
    add(text, labelValue(text));
  }
  return count;
}
