import { isDeepStrictEqual } from 'node:util';
import type { Differences } from './differences';

/** What is read of `terraform show -json` of a plan. */
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
 * Notes every attribute that is planned differently.
 *
 * @param isBlock whether, for example, `google_compute_instance.boot_disk` is a block and not an attribute
 */
export function comparePlans(
  stack: string,
  real: Plan,
  sandbox: Plan,
  isBlock: (subject: string) => boolean,
  differences: Differences,
): void {
  const simulated = new Map(sandbox.resource_changes.map((change) => [change.address, change]));
  for (const { address, type, change } of real.resource_changes) {
    const where = `${stack} ${address}`;
    const other = simulated.get(address)?.change;
    if (!other) {
      differences.add(type, 'the sandbox does not plan it', where);
      continue;
    }
    if (!isDeepStrictEqual(change.actions, other.actions)) {
      differences.add(type, `real ${change.actions.join(' and ')}, sandbox ${other.actions.join(' and ')}`, where);
    }
    compare(type, planned(change.after, change.after_unknown), planned(other.after, other.after_unknown), (subject, what) =>
      differences.add(subject, `${isBlock(subject) ? 'block: ' : ''}${what}`, where),
    );
    compareSensitive(type, change.after_sensitive, other.after_sensitive, (subject, what) => differences.add(subject, what, where));
  }
}

const UNKNOWN = '(known after apply)';

/** The planned value with what is not known yet written into it. */
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

function compare(subject: string, real: Value, sandbox: Value, note: (subject: string, what: string) => void): void {
  if (isObject(real) && isObject(sandbox)) {
    for (const name of new Set([...Object.keys(real), ...Object.keys(sandbox)])) {
      compare(`${subject}.${name}`, real[name] ?? null, sandbox[name] ?? null, note);
    }
  } else if (Array.isArray(real) && Array.isArray(sandbox) && real.length === sandbox.length) {
    for (const [index, item] of real.entries()) compare(subject, item, sandbox[index], note);
  } else if (!isDeepStrictEqual(real, sandbox)) {
    note(subject, `real ${text(real)}, sandbox ${text(sandbox)}`);
  }
}

function compareSensitive(subject: string, real: Value, sandbox: Value, note: (subject: string, what: string) => void): void {
  if (isObject(real) && isObject(sandbox)) {
    for (const name of new Set([...Object.keys(real), ...Object.keys(sandbox)])) {
      compareSensitive(`${subject}.${name}`, real[name], sandbox[name], note);
    }
  } else if (Array.isArray(real) && Array.isArray(sandbox)) {
    for (const [index, item] of real.entries()) compareSensitive(subject, item, sandbox[index], note);
  } else if ((real === true) !== (sandbox === true)) {
    note(subject, real === true ? 'real sensitive, sandbox not' : 'sandbox sensitive, real not');
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
