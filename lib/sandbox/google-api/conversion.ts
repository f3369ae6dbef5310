import type { BlockSchema } from '../schema';
import { conformBlock } from '../value-codec';
import type { Value, Values } from '../values';
import type { Body } from './api-request';

/**
 * Fields of an API that differ from Terraform's arguments in more than their case, by path of the argument or block: the path of the field
 * in the object of the enclosing block, or a function that reads it from there.
 */
export type FieldNames = Readonly<Record<string, string | ((body: Body) => unknown)>>;

/**
 * Converts a request body to Terraform arguments, conforming to a resource type's schema. Fields that the schema does not have are ignored;
 * an object without any field of the schema becomes an empty block.
 */
export function readArguments(schema: BlockSchema, body: Body, names: FieldNames = {}): Values {
  return conformBlock(convert(schema, body, names, ''), schema);
}

function convert(schema: BlockSchema, body: Body, names: FieldNames, prefix: string): Values {
  const converted: Values = {};
  for (const name of Object.keys(schema.attributes)) {
    const value = readField(body, names, prefix, name);
    if (value !== undefined) converted[name] = value as Value;
  }
  for (const [name, { block }] of Object.entries(schema.blocks)) {
    const value = readField(body, names, prefix, name);
    if (value === undefined || value === null) continue;
    const items = Array.isArray(value) ? value : [value];
    converted[name] = items.filter(isBody).map((item) => convert(block, item, names, `${prefix}${name}.`));
  }
  return converted;
}

function readField(body: Body, names: FieldNames, prefix: string, name: string): unknown {
  const field = names[prefix + name] ?? camelCase(name);
  if (typeof field === 'function') return field(body);
  return field.split('.').reduce<unknown>((value, key) => (isBody(value) ? value[key] : undefined), body);
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Converts `ip_cidr_range` to `ipCidrRange`. */
function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Copies a value without nulls, which an API treats as absent fields. */
export function removeNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(removeNulls) as T;
  if (!isBody(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (inner == null ? [] : [[name, removeNulls(inner)]]))) as T;
}
