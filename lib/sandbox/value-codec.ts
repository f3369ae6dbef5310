import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';
import type { AttributeSchema, BlockSchema, TypeExpression } from './schema';
import { isUnknown, isValues, Unknown, type Value, type Values } from './values';

/** msgpack with Terraform's extensions: 0 for an unknown value, 12 for a refined unknown value. */
const extensions = new ExtensionCodec();
extensions.register({ type: 0, encode: (value) => (isUnknown(value) ? new Uint8Array([0]) : null), decode: () => Unknown.value });
extensions.register({ type: 12, encode: () => null, decode: () => Unknown.value });

const encoder = new Encoder({ extensionCodec: extensions });
const decoder = new Decoder({ extensionCodec: extensions });

/** Encoded value: msgpack, or JSON from state files. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Decodes a resource; undefined for null, which means that there is none. */
export function decodeValues(value: DynamicValue | null | undefined, schema: BlockSchema): Values | undefined {
  const decoded = value?.msgpack?.length
    ? decoder.decode(value.msgpack)
    : value?.json?.length
      ? JSON.parse(Buffer.from(value.json).toString())
      : null;
  return decoded === null ? undefined : conformBlock(decoded as Value, schema);
}

/** Encodes a resource, with every attribute and block of the schema; null for none. */
export function encodeValues(values: Values | undefined, schema: BlockSchema): DynamicValue {
  return { msgpack: encoder.encode(values === undefined ? null : conformBlock(values, schema)) };
}

/** Conforms a block to the schema: every attribute and nested block is present and has its type, others are removed. */
export function conformBlock(value: Value | undefined, schema: BlockSchema): Values {
  const values = isValues(value) ? value : {};
  const conformed: Values = {};
  for (const [name, attribute] of Object.entries(schema.attributes)) conformed[name] = conformAttribute(values[name], attribute);
  for (const [name, { nesting, block }] of Object.entries(schema.blocks)) {
    const inner = values[name];
    if (isUnknown(inner)) conformed[name] = inner;
    else if (nesting === 'single') conformed[name] = inner == null ? null : conformBlock(inner, block);
    else if (nesting === 'map') conformed[name] = mapValues(isValues(inner) ? inner : {}, (item) => conformBlock(item, block));
    else conformed[name] = asList(inner).map((item) => (isUnknown(item) ? item : conformBlock(item, block)));
  }
  return conformed;
}

function conformAttribute(value: Value | undefined, { type, nested }: AttributeSchema): Value {
  if (value == null || isUnknown(value)) return value ?? null;
  if (!nested) return conform(value, type!);
  const conformObject = (item: Value): Value =>
    item === null || isUnknown(item)
      ? item
      : mapValues(nested.attributes, (attribute, name) => conformAttribute((item as Values)[name], attribute));
  if (nested.nesting === 'single') return conformObject(value);
  if (nested.nesting === 'map') return mapValues(value as Values, conformObject);
  return asList(value).map(conformObject);
}

function conform(value: Value | undefined, type: TypeExpression): Value {
  if (value == null || isUnknown(value)) return value ?? null;
  if (Array.isArray(type)) {
    const [kind, inner] = type;
    if (kind === 'object')
      return mapValues(inner as Record<string, TypeExpression>, (member, name) => conform((value as Values)[name], member));
    const item = inner as TypeExpression;
    if (kind === 'map') return mapValues(value as Values, (entry) => conform(entry, item));
    return asList(value).map((entry) => conform(entry, item));
  }
  if (type === 'dynamic') return conformDynamic(value);
  if (type === 'number') return typeof value === 'string' ? conformNumber(value) : value;
  if (type === 'bool') return typeof value === 'string' ? value === 'true' : value;
  if (type === 'string') return typeof value === 'string' ? value : String(value);
  return value;
}

/** Conforms a value of dynamic type, which is encoded as a pair of type and value, in JSON as an object of both. It stays a pair here. */
function conformDynamic(value: Value): Value {
  if (!Array.isArray(value)) return isValues(value) ? [JSON.stringify(value.type), value.value ?? null] : value;
  const [type, inner] = value;
  return [(type as unknown) instanceof Uint8Array ? Buffer.from(type as unknown as Uint8Array).toString() : type!, inner!];
}

/** Conforms a number: large or fractional ones can be encoded as text, and stay text if a double cannot represent them. */
function conformNumber(text: string): Value {
  const number = Number(text);
  return Number.isSafeInteger(number) || text.includes('.') ? number : text;
}

function asList(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  return value == null ? [] : [value];
}

function mapValues<T>(record: Record<string, T>, map: (value: T, name: string) => Value): Values {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
