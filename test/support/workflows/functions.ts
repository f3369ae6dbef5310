import { randomUUID } from 'node:crypto';
import { requireBoolean, requireList, requireMap, requireNumber, requireText, type Value, WorkflowError } from './expression';

type Pure = (...args: readonly Value[]) => Value;

const [any, number, text] = [
  (value: Value | undefined) => value ?? null,
  (value?: Value) => requireNumber(any(value)),
  (value?: Value) => requireText(any(value)),
];

/**
 * Functions of the standard library of Workflows, as far as they are used.
 *
 * @see https://cloud.google.com/workflows/docs/reference/stdlib/overview
 */
export const FUNCTIONS: Readonly<Record<string, Pure>> = {
  default: (value, other) => value ?? any(other),
  if: (condition, one, other) => (requireBoolean(any(condition)) ? any(one) : any(other)),
  int: (value) => {
    const found = Number(value);
    if (!Number.isFinite(found)) throw new WorkflowError({ tags: ['ValueError'], message: `not a number: ${value}` });
    return Math.trunc(found);
  },
  keys: (map) => Object.keys(requireMap(any(map))),
  len: (value) => (typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys(requireMap(any(value))).length),
  string: (value) => String(value),
  'json.encode_to_string': (value) => JSON.stringify(value),
  'list.concat': (list, item) => [...requireList(any(list)), any(item)],
  'map.get': (map, key) => {
    const keys = Array.isArray(key) ? key : [any(key)];
    return keys.reduce<Value>((found, each) => (found === null ? null : (requireMap(found)[text(each)] ?? null)), any(map));
  },
  'math.max': (one, other) => Math.max(number(one), number(other)),
  'math.min': (one, other) => Math.min(number(one), number(other)),
  'text.match_regex': (source, pattern) => new RegExp(text(pattern)).test(text(source)),
  'text.replace_all': (source, part, other) => text(source).replaceAll(text(part), text(other)),
  'text.split': (source, separator) => text(source).split(text(separator)),
  'text.substring': (source, start, end) => text(source).slice(number(start), number(end)),
  'time.format': (seconds) => new Date(number(seconds) * 1000).toISOString(),
  'time.parse': (value) => {
    const milliseconds = Date.parse(text(value));
    if (Number.isNaN(milliseconds)) throw new WorkflowError({ tags: ['ValueError'], message: `not a time: ${value}` });
    return milliseconds / 1000;
  },
  'uuid.generate': () => randomUUID(),
};
