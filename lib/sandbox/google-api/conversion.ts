import type { BlockSchema } from '../schema';
import { conformBlock } from '../value-codec';
import type { Value, Values } from '../values';
import type { Body } from './api-request';

/**
 * Where the fields of an API differ from the arguments of Terraform by more than their case: by the path of the argument or block,
 * the path of the field in the object of the enclosing block, or a function that reads it from there.
 */
export type FieldNames = Readonly<Record<string, string | ((body: Body) => unknown)>>;

/**
 * The arguments that a request body means, in the shape of a resource type's schema. Fields that the schema does not have are left
 * out; a block that holds no field of the schema is an empty block.
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

/** `ip_cidr_range` becomes `ipCidrRange`. */
function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A copy without nulls, which mean to an API that a field is not there. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls) as T;
  if (!isBody(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (inner == null ? [] : [[name, withoutNulls(inner)]]))) as T;
}
