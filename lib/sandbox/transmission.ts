import type { CloudResource } from './cloud-resource';
import type { ResourceType } from './resource-type';
import type { AttributeSchema, BlockSchema } from './schema';
import { copyValues, isSet, isValues, Unknown, type Value, type Values } from './values';

/*
 * Transmission of a resource between its provider and the API: the provider omits arguments from its requests, sends zeros for arguments
 * that are not set, and does not read back every argument.
 */

/**
 * Turns planned values into the values in the API after the request: arguments that are not sent keep their value or get the API's default,
 * those sent as zero are zero, and those that the API normalizes are normalized.
 *
 * @param before resource in the cloud; undefined for a creation
 */
export function send(type: ResourceType, resource: CloudResource, before?: CloudResource): void {
  const { notSentWhen = {}, storedAs = {}, values = {} } = type.description ?? {};
  for (const [path, isNotSent] of Object.entries(notSentWhen)) {
    eachBlockWith(path, type.schema, resource.values, before?.values, ({ block, name, other }) => {
      const value = block[name];
      if (Array.isArray(value)) {
        const sent = value.filter((item) => !isNotSent(item, resource));
        if (sent.length < value.length) block[name] = sent.length > 0 ? sent : (other?.[name] ?? []);
      } else if (isSet(value) && isNotSent(value, resource)) {
        block[name] = other ? (other[name] ?? null) : path in values ? Unknown.value : null;
      }
    });
  }
  for (const path of type.sentAsZero) {
    eachBlockWith(path, type.schema, resource.values, undefined, ({ block, name, schema }) => {
      const isWritten = Object.values(block).some((value) => isSet(value) && !(Array.isArray(value) && value.length === 0));
      if (isWritten && !isSet(block[name])) block[name] = zeroValue(schema.attributes[name]!);
    });
  }
  for (const [path, stored] of Object.entries(storedAs)) {
    eachBlockWith(path, type.schema, resource.values, undefined, ({ block, name }) => {
      block[name] = stored(block);
    });
  }
}

/** Returns the values of a resource after a refresh: arguments that are not read back keep their value in the state. */
export function readRefreshed(type: ResourceType, found: Values, state: Values): Values {
  return readBack(type, found, state, ({ block, name, other, schema }) => {
    const kept = other?.[name] ?? null;
    block[name] = isMap(schema.attributes[name]) && isValues(kept) ? pickKeys(kept, block[name]) : kept;
  });
}

/** Returns the values of a resource after an import, without a state. */
export function readImported(type: ResourceType, found: CloudResource): Values {
  const values = readBack(type, found.values, undefined, ({ block, name }, value) => {
    block[name] = typeof value === 'function' ? value(found) : value;
  });
  // Timeouts are in configurations and states alone.
  return type.schema.blocks.timeouts ? { ...values, timeouts: null } : values;
}

function readBack(
  type: ResourceType,
  found: Values,
  state: Values | undefined,
  set: (place: Place, value: ResourceType['notReadBack'][string]) => void,
): Values {
  const values: Values = copyValues(found);
  for (const [path, value] of Object.entries(type.notReadBack)) {
    eachBlockWith(path, type.schema, values, state, (place) => set(place, value));
  }
  return values;
}

/** Position of an attribute or block. */
interface Place {
  /** Enclosing block; the resource's values at the top level. */
  readonly block: Values;
  readonly name: string;
  readonly schema: BlockSchema;
  /** Block at the same position in the other values. */
  readonly other?: Values;
}

/** Visits each block that may contain the attribute or block at a path. */
function eachBlockWith(path: string, schema: BlockSchema, values: Values, other: Values | undefined, visit: (place: Place) => void): void {
  const [name, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) {
    visit({ block: values, name, schema, other });
    return;
  }
  const inner = schema.blocks[name]?.block;
  if (!inner) return;
  const others = [other?.[name] ?? []].flat();
  [values[name] ?? []].flat().forEach((item, index) => {
    const counterpart = others[index];
    if (isValues(item)) eachBlockWith(rest.join('.'), inner, item, isValues(counterpart) ? counterpart : undefined, visit);
  });
}

function zeroValue({ type }: AttributeSchema): Value {
  return type === 'bool' ? false : type === 'number' ? 0 : '';
}

function isMap(attribute: AttributeSchema | undefined): boolean {
  return Array.isArray(attribute?.type) && attribute.type[0] === 'map';
}

function pickKeys(known: Values, found: Value | undefined): Value {
  return isValues(found) ? Object.fromEntries(Object.entries(found).filter(([key]) => key in known)) : (found ?? null);
}
