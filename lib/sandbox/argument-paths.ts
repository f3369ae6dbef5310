import type { BlockSchema } from './schema';
import { isValues, type Value, type Values } from './values';

/**
 * Lists the paths of arguments that are set, that is neither null nor an empty list, such as `boot_disk.auto_delete`. A map is one argument.
 *
 * @param values configured values: a block is an object, or a list of objects
 */
export function listArgumentPaths(values: Values, schema: BlockSchema, prefix = ''): string[] {
  const attributes = Object.keys(schema.attributes).filter((name) => isWritten(values[name]));
  const nested = Object.entries(schema.blocks).flatMap(([name, { block }]) => {
    const value = values[name];
    const items = Array.isArray(value) ? value : [value];
    return items.flatMap((item) => (isValues(item) ? listArgumentPaths(item, block, `${prefix}${name}.`) : []));
  });
  return [...new Set([...attributes.map((name) => prefix + name), ...nested])];
}

function isWritten(value: Value | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
