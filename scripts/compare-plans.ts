import { isDeepStrictEqual } from 'node:util';
import type { Differences } from './differences';

/** Plan JSON of `terraform show -json`, as far as it is read here. */
export interface Plan {
  readonly resource_changes: readonly ResourceChange[];
}

interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly after: Value;
    readonly after_unknown: Value;
    readonly after_sensitive: Value;
  };
}

type Value = null | boolean | number | string | Value[] | { [key: string]: Value } | undefined;

/**
 * Records every attribute that is planned differently.
 *
 * @param describeKind returns the prefix of a difference at a path such as `google_compute_instance.boot_disk`: `block: ` or nothing
 */
export function comparePlans(
  stack: string,
  first: Plan,
  second: Plan,
  describeKind: (subject: string) => string,
  differences: Differences,
): void {
  const [one, two] = differences.sides;
  const others = new Map(second.resource_changes.map((change) => [change.address, change]));
  for (const { address, type, change } of first.resource_changes) {
    const where = `${stack} ${address}`;
    const other = others.get(address)?.change;
    if (!other) {
      differences.add(type, `planned by ${one}, not by ${two}`, where);
      continue;
    }
    if (!isDeepStrictEqual(change.actions, other.actions)) {
      differences.add(type, `${one} ${change.actions.join(' and ')}, ${two} ${other.actions.join(' and ')}`, where);
    }
    compare(type, planned(change.after, change.after_unknown), planned(other.after, other.after_unknown), (subject, ours, theirs) =>
      differences.add(subject, `${describeKind(subject)}${one} ${text(ours)}, ${two} ${text(theirs)}`, where),
    );
    compareSensitive(type, change.after_sensitive, other.after_sensitive, (subject, isFirst) =>
      differences.add(subject, isFirst ? `${one} sensitive, ${two} not` : `${two} sensitive, ${one} not`, where),
    );
  }
}

const UNKNOWN = '(known after apply)';

/** Merges unknown values into a planned value. */
function planned(after: Value, unknown: Value): Value {
  if (unknown === true) return UNKNOWN;
  if (Array.isArray(after) || Array.isArray(unknown)) {
    const values = (after as Value[] | undefined) ?? [];
    const unknowns = (Array.isArray(unknown) ? unknown : []) as Value[];
    return Array.from({ length: Math.max(values.length, unknowns.length) }, (_, index) => planned(values[index], unknowns[index]));
  }
  if (isObject(after) || isObject(unknown)) {
    const values = isObject(after) ? after : {};
    const unknowns = isObject(unknown) ? unknown : {};
    const names = new Set([...Object.keys(values), ...Object.keys(unknowns)]);
    return Object.fromEntries([...names].map((name) => [name, planned(values[name], unknowns[name])]));
  }
  return after ?? null;
}

function compare(subject: string, first: Value, second: Value, note: (subject: string, first: Value, second: Value) => void): void {
  if (isObject(first) && isObject(second)) {
    for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
      compare(`${subject}.${name}`, first[name] ?? null, second[name] ?? null, note);
    }
  } else if (Array.isArray(first) && Array.isArray(second) && first.length === second.length) {
    for (const [index, item] of first.entries()) compare(subject, item, second[index], note);
  } else if (!isDeepStrictEqual(first, second)) {
    note(subject, first, second);
  }
}

function compareSensitive(subject: string, first: Value, second: Value, note: (subject: string, isFirst: boolean) => void): void {
  if (isObject(first) && isObject(second)) {
    for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
      compareSensitive(`${subject}.${name}`, first[name], second[name], note);
    }
  } else if (Array.isArray(first) && Array.isArray(second)) {
    for (const [index, item] of first.entries()) compareSensitive(subject, item, second[index], note);
  } else if ((first === true) !== (second === true)) {
    note(subject, first === true);
  }
}

function isObject(value: Value): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: Value): string {
  if (value === UNKNOWN) return value;
  if (JSON.stringify(value).includes(UNKNOWN)) return '(known in part)';
  const written = JSON.stringify(value);
  return written.length > 120 ? `${written.slice(0, 120)}...` : written;
}
