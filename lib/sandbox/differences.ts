import type { PathStep } from './protocol';
import type { AttributeSchema, BlockSchema, Nesting } from './schema';
import { isValues, sameValue, type Value, type Values } from './values';

/** Difference between two versions of a resource. */
export interface Difference {
  /** Path without indices, as in type descriptions. */
  readonly path: string;
  /** Steps to the attribute, up to the first set: elements of a set have no address. */
  readonly steps: PathStep[];
}

/** Compares two versions of a resource. The order of elements in a set does not matter. */
export function findDifferences(schema: BlockSchema, before: Values, after: Values): Difference[] {
  return compareBlocks(schema, '', [], before, after);
}

function compareBlocks(schema: BlockSchema, prefix: string, steps: PathStep[], before: Values, after: Values): Difference[] {
  const found: Difference[] = [];
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    found.push(
      ...compareAttributes(attribute, prefix + name, [...steps, { attributeName: name }], before[name] ?? null, after[name] ?? null),
    );
  }
  for (const [name, { nesting, block }] of Object.entries(schema.blocks)) {
    const at = [...steps, { attributeName: name }];
    const inner = (path: string, way: PathStep[], one: Values, other: Values) => compareBlocks(block, `${path}.`, way, one, other);
    found.push(...compareNested(nesting, prefix + name, at, before[name] ?? null, after[name] ?? null, inner));
  }
  return found;
}

function compareAttributes({ type, nested }: AttributeSchema, path: string, steps: PathStep[], before: Value, after: Value): Difference[] {
  if (nested) {
    const schema = { attributes: nested.attributes, blocks: {} };
    const inner = (at: string, way: PathStep[], one: Values, other: Values) => compareBlocks(schema, `${at}.`, way, one, other);
    return compareNested(nested.nesting, path, steps, before, after, inner);
  }
  const isASet = Array.isArray(type) && type[0] === 'set';
  return (isASet ? isSameSet(before, after) : sameValue(before, after)) ? [] : [{ path, steps }];
}

type CompareInner = (path: string, steps: PathStep[], before: Values, after: Values) => Difference[];

function compareNested(nesting: Nesting, path: string, steps: PathStep[], before: Value, after: Value, inner: CompareInner): Difference[] {
  const here = [{ path, steps }];
  if (nesting === 'set') return isSameSet(before, after) ? [] : [...here, ...compareSetElements(path, steps, before, after, inner)];
  const [olds, news] = [listEntries(nesting, before), listEntries(nesting, after)];
  if (!olds || !news) return sameValue(before, after) ? [] : here;

  const keys = [...new Set([...olds.keys(), ...news.keys()])];
  const counts = olds.size === news.size ? [] : here;
  return [
    ...counts,
    ...keys.flatMap((key) => {
      const [one, other] = [olds.get(key), news.get(key)];
      if (!isValues(one ?? {}) || !isValues(other ?? {})) return sameValue(one, other) ? [] : here;
      const step = nesting === 'single' ? [] : [typeof key === 'number' ? { elementKeyInt: key } : { elementKeyString: key }];
      return inner(path, [...steps, ...step], (one ?? {}) as Values, (other ?? {}) as Values);
    }),
  ];
}

/** Compares the elements of two sets; steps end at the set. */
function compareSetElements(path: string, steps: PathStep[], before: Value, after: Value, inner: CompareInner): Difference[] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const gone = before.filter((item) => !after.some((other) => sameValue(item, other)));
  const come = after.filter((item) => !before.some((other) => sameValue(item, other)));
  const [all, found] = [Math.max(gone.length, come.length), [] as Difference[]];
  for (let index = 0; index < all; index++) {
    found.push(...inner(path, steps, (gone[index] ?? {}) as Values, (come[index] ?? {}) as Values));
  }
  return found.map((difference) => ({ path: difference.path, steps }));
}

/** Lists the elements by key, which is empty for a single block; undefined if the value has no elements. */
function listEntries(nesting: Nesting, value: Value): Map<string | number, Value> | undefined {
  if (value === null) return new Map();
  if (Array.isArray(value)) return new Map(value.map((item, index) => [index, item]));
  if (!isValues(value)) return undefined;
  return nesting === 'single' ? new Map([['', value]]) : new Map(Object.entries(value));
}

function isSameSet(one: Value, other: Value): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return sameValue(one, other);
  const left = [...other];
  return (
    one.length === other.length &&
    one.every((item) => {
      const at = left.findIndex((candidate) => sameValue(item, candidate));
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    })
  );
}
