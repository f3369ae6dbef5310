import { structuredText } from '../redaction';
import type { ValueChange } from '../terraform/plan';
import type { ValuePath } from '../terraform/value-path';
import { isBlock } from '../terraform/values';
import { alignLists } from './list-alignment';

/** Value before or after a change. */
export interface Cell {
  readonly value: unknown;

  /** True when it is known after apply. */
  readonly isUnknown: boolean;

  /** True when Terraform marks it, or a parent, as sensitive. */
  readonly isSensitive: boolean;
}

/** Leaf of a value that differs, or is sensitive. */
export interface Difference {
  /** Path for readers: `spec[0].container["app"].image`; `⟨values⟩` steps into a JSON or YAML text. */
  readonly label: string;

  /** Names in the path, with those inside JSON and YAML texts, without indexes. */
  readonly names: readonly string[];

  /** Path for Terraform, up to the text that contains it. */
  readonly path: ValuePath;

  /** Value before; undefined without one. */
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;

  /** False for sensitive values that do not change. */
  readonly isChanged: boolean;
}

/** Finds the differences of a value, leaf by leaf, including those in JSON and YAML texts. */
export function findDifferences(change: ValueChange): Difference[] {
  const found: Difference[] = [];
  compare(
    { value: change.before, unknown: false, sensitive: change.beforeSensitive },
    { value: change.after, unknown: change.afterUnknown, sensitive: change.afterSensitive },
    { label: '', names: [], path: [], isInText: false },
    found,
  );
  return found;
}

interface Side {
  readonly value: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

interface Place {
  readonly label: string;
  readonly names: readonly string[];
  readonly path: ValuePath;
  readonly isInText: boolean;
}

const NOTHING: Side = { value: undefined, unknown: false, sensitive: false };

function compare(before: Side, after: Side, place: Place, found: Difference[]): void {
  const isUnknown = after.unknown === true;
  if (isUnknown || before.sensitive === true || after.sensitive === true) {
    add(before, after, place, found);
    return;
  }
  const was = opened(before.value);
  const is = opened(after.value);
  const isText = typeof before.value === 'string' || typeof after.value === 'string';
  const inside: Place = isText && (was || is) ? { ...place, label: `${place.label}⟨text⟩`, isInText: true } : place;
  // The shapes of unknown and sensitive values are `true` or absent at a text.
  const shape = (side: Side): Side => (typeof side.value === 'string' ? { ...side, unknown: false, sensitive: false } : side);

  const [b, a] = [shape(before), shape(after)];
  const isOpen = was !== undefined || is !== undefined || typeof a.unknown === 'object';
  if (!isOpen || isScalar(before.value, was) || isScalar(after.value, is)) {
    if (!isSame(before.value, after.value)) add(before, after, place, found);
  } else if ([was, is, a.unknown].every((open) => !Array.isArray(open))) {
    for (const key of keysOf(was, is, b.unknown, a.unknown)) {
      if (isUnchanged(b, was, a, is, key)) continue;
      compare(member(b, was, key), member(a, is, key), step(inside, key), found);
    }
  } else if ([was, is].every((open) => open === undefined || Array.isArray(open))) {
    const unknown = Array.isArray(a.unknown) ? a.unknown : [];
    const [old, now] = [toList(was), toList(is)];
    const elements = Array.from({ length: Math.max(now.length, unknown.length) }, (_, index) => now[index]);
    for (const [from, to, name] of alignLists(old, elements, unknown)) {
      const pair = [from === undefined ? NOTHING : member(b, was, from), to === undefined ? NOTHING : member(a, is, to)] as const;
      compare(...pair, element(inside, to ?? from ?? 0, name), found);
    }
  } else {
    add(before, after, place, found);
  }
}

/** Tests for an unchanged scalar that is neither unknown nor sensitive, which most values of a plan are. */
function isUnchanged(before: Side, was: unknown, after: Side, is: unknown, key: string): boolean {
  return (
    memberOf(was, key) === memberOf(is, key) &&
    memberOf(after.unknown, key) === undefined &&
    memberOf(before.sensitive, key) === undefined &&
    memberOf(after.sensitive, key) === undefined
  );
}

/** Returns a value as an object or a list, if it is one or a text of one. */
function opened(value: unknown): Readonly<Record<string, unknown>> | readonly unknown[] | undefined {
  if (typeof value === 'string') return structuredText(value) as Readonly<Record<string, unknown>> | undefined;
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function isScalar(value: unknown, open: unknown): boolean {
  return open === undefined && value !== undefined && value !== null;
}

function add(before: Side, after: Side, { label, names, path }: Place, found: Difference[]): void {
  const isUnknown = after.unknown === true;
  // An absent value and null are the same to Terraform.
  const isAbsent = (side: Side): boolean => side.value === undefined || side.value === null;
  if (isAbsent(before) && isAbsent(after) && !isUnknown) return;
  found.push({
    label,
    names,
    path,
    before: isAbsent(before) ? undefined : { value: before.value, isUnknown: false, isSensitive: before.sensitive === true },
    after: isAbsent(after) && !isUnknown ? undefined : { value: after.value ?? null, isUnknown, isSensitive: after.sensitive === true },
    isChanged: isUnknown || !isSame(before.value, after.value),
  });
}

function member(side: Side, open: unknown, key: string | number): Side {
  return { value: memberOf(open, key), unknown: memberOf(side.unknown, key) ?? false, sensitive: memberOf(side.sensitive, key) ?? false };
}

/** Member of a value or a shape. A shape that is `true` is true for all its members. */
function memberOf(value: unknown, key: string | number): unknown {
  if (value === true) return true;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

function keysOf(...objects: readonly unknown[]): string[] {
  const keys = new Set<string>();
  for (const object of objects) if (isBlock(object)) for (const key of Object.keys(object)) keys.add(key);
  return [...keys].sort();
}

function step(place: Place, key: string): Place {
  const isPlain = /^[A-Za-z_][\w-]*$/.test(key);
  return {
    label: isPlain ? (place.label === '' ? key : `${place.label}.${key}`) : `${place.label}[${JSON.stringify(key)}]`,
    names: [...place.names, key],
    path: place.isInText ? place.path : [...place.path, key],
    isInText: place.isInText,
  };
}

function element(place: Place, index: number, name: string | undefined): Place {
  return {
    label: `${place.label}[${name === undefined ? index : JSON.stringify(name)}]`,
    names: name === undefined ? place.names : [...place.names, name],
    path: place.isInText ? place.path : [...place.path, index],
    isInText: place.isInText,
  };
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b || ((a ?? null) === null && (b ?? null) === null)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.every((key) => isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
