import {
  type Danger,
  findResourceType,
  GENERIC_PROTECTIONS,
  type Protection,
  parseQuantity,
  readFacet,
  type Safe,
} from '../resource-types';
import { holdsUnknown, type Plan, type ResourceChange } from '../terraform/plan';
import { isBlock, isSameValue, isUndetermined, toList, valueAt } from '../terraform/values';
import type { Subject } from './subject';
import type { SubjectChange } from './typed-change';
import type { Severity } from './verdict';
import { joinNames } from './words';

type Values = Pick<ResourceChange, 'before' | 'after' | 'afterUnknown'>;

/** Protections that a change makes weaker. */
export interface Weakening {
  /**
   * `warn` for a new resource, and when all of them are arguments of a replacement that the configuration does not set, so that the
   * provider decides about them.
   */
  readonly severity: Severity;

  /** Empty when no protection becomes weaker. */
  readonly clauses: readonly string[];
}

/**
 * Finds the protections that a change makes weaker. A deletion changes no protection, and a creation only those that apply to existing
 * data.
 *
 * @param ignored arguments that another rule compares
 */
export function findWeakening(
  { plan }: Subject,
  change: SubjectChange,
  dangers: readonly Danger[],
  ignored: readonly string[] = [],
): Weakening {
  const { before, after, afterUnknown } = change;
  if (after === null || change.action === 'no-op') return { severity: 'warn', clauses: [] };
  const isNew = before === null;
  const values = isNew ? { before: {}, after, afterUnknown } : change;
  const weaker = listProtections(change.type)
    .filter(({ path, against }) => dangers.includes(against) && !ignored.includes(path[0]!) && hasArgument(change, path))
    .filter(({ alsoNew }) => !isNew || alsoNew === true)
    .filter(({ path, createdWithIt }) => !(createdWithIt && change.actions.includes('create') && isUnknownAt(afterUnknown, path)))
    .flatMap((protection) =>
      describeWeakening(protection, values).map((clause) => ({ clause, isComputed: isComputed(plan, change, protection.path) })),
    );
  return {
    severity: isNew || weaker.every((each) => each.isComputed) ? 'warn' : 'refuse',
    clauses: [...new Set(weaker.map(({ clause }) => clause))],
  };
}

/** Tests that the values before or after a change have the first argument of a path. Without it, nothing becomes weaker. */
export function hasArgument({ before, after, afterUnknown }: Values, [name]: readonly string[]): boolean {
  return afterUnknown === true || [before, after, afterUnknown].some((values) => isBlock(values) && Object.hasOwn(values, name!));
}

/** Tests that an unknown value of a new object is one that its configuration does not set. */
function isComputed(plan: Plan, change: SubjectChange, path: readonly string[]): boolean {
  if (!change.actions.includes('create') || change.objectAfter !== undefined || !isUnknownAt(change.afterUnknown, path)) return false;
  const configured = plan.configured(change);
  return configured !== undefined && valueAt(configured.expressions, ...path) === undefined;
}

const listed = new Map<string, readonly Protection[]>();

/** Protections of a type. Arguments with the same meaning in all types apply to any type, also to an unknown one. */
export function listProtections(type: string): readonly Protection[] {
  const known = listed.get(type);
  if (known !== undefined) return known;
  const own = readFacet(findResourceType(type), 'protections') ?? [];
  const paths = new Set(own.map(({ path }) => path.join('.')));
  const protections = [...own, ...GENERIC_PROTECTIONS.filter(({ path }) => !paths.has(path.join('.')))];
  listed.set(type, protections);
  return protections;
}

/** Describes what becomes weaker; empty when the protection stays or becomes stronger. */
export function describeWeakening(
  { path, safe, weaker }: Omit<Protection, 'against'>,
  { before, after, afterUnknown }: Values,
): readonly string[] {
  const [was, is] = [read(before, path), read(after, path)];
  const mayHaveUnknownParts = 'set' in safe || ('compare' in safe && safe.unknownParts === 'absent');
  if (mayHaveUnknownParts ? isWhollyUnknownAt(afterUnknown, path) : isUnknownAt(afterUnknown, path)) {
    return protects(was, safe) ? [`${path.join('.')} is unknown until apply`] : [];
  }
  if ('compare' in safe) return isSameValue(was, is) ? [] : safe.compare(was, is);
  if ('all' in safe)
    return list(
      weaker,
      toList(was).filter((item) => !includes(toList(is), item)),
    );
  if ('none' in safe)
    return list(
      weaker,
      toList(is).filter((item) => !includes(toList(was), item)),
    );
  if ('more' in safe || 'less' in safe) return compareQuantities(weaker, safe, was, is);
  return rank(is, safe) > rank(was, safe) ? [weaker] : [];
}

/** Value at a path. Empty text is absent, since providers write it for unset arguments. */
function read(values: unknown, path: readonly string[]): unknown {
  const value = valueAt(values, ...path);
  return value === '' || isUndetermined(value) || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

/** Tests that a value is unknown as a whole, in a part, or with the block around it. */
function isUnknownAt(shape: unknown, path: readonly string[]): boolean {
  if (shape === true) return true;
  if (path.length === 0) return holdsUnknown(shape);
  const block = Array.isArray(shape) ? shape[0] : shape;
  return block === true || (isBlock(block) && isUnknownAt(block[path[0]!], path.slice(1)));
}

/** Tests that there is a protection that an unknown value may weaken. */
function protects(value: unknown, safe: Safe): boolean {
  if ('compare' in safe) return value !== undefined || safe.unset === 'strongest';
  if ('all' in safe) return value !== undefined;
  if ('none' in safe) return true;
  if ('less' in safe) return value !== undefined;
  if ('more' in safe) return value !== undefined || safe.unset === 'strongest';
  return rank(value, safe) < groupsOf(safe).length;
}

/** Tests that a value is unknown as a whole, or with the block around it. A block with an unknown part is set. */
function isWhollyUnknownAt(shape: unknown, path: readonly string[]): boolean {
  if (path.length === 0 || shape === true) return shape === true;
  const block = Array.isArray(shape) ? shape[0] : shape;
  return block === true || (isBlock(block) && isWhollyUnknownAt(block[path[0]!], path.slice(1)));
}

type Ranked = Exclude<Safe, { more: string } | { less: string } | { all: true } | { none: true } | { compare: unknown }>;

/** Position of a value among the groups of safe values; the number of groups when it is in none. */
function rank(value: unknown, safe: Ranked): number {
  if ('set' in safe) return value === undefined ? 1 : 0;
  const groups = groupsOf(safe);
  const index = groups.findIndex((group) => group.some((each) => each === value || (each !== undefined && String(each) === value)));
  return index < 0 ? groups.length : index;
}

function groupsOf(safe: Ranked): readonly (readonly unknown[])[] {
  return 'set' in safe ? [[]] : 'oneOf' in safe ? [safe.oneOf] : safe.ranked;
}

function compareQuantities(what: string, safe: Extract<Safe, { more: string } | { less: string }>, was: unknown, is: unknown): string[] {
  if (isSameValue(was, is)) return [];
  const strength = (value: unknown): number | undefined => {
    if (value === undefined) return 'more' in safe && safe.unset === 'strongest' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    if ('more' in safe && safe.unlimited?.some((each) => String(each) === String(value))) return Number.POSITIVE_INFINITY;
    const quantity = parseQuantity(value);
    return quantity === undefined || 'more' in safe ? quantity : -quantity;
  };
  const [before, after] = [strength(was), strength(is)];
  // Values that cannot be compared may be weaker.
  if (before !== undefined && after !== undefined && after >= before) return [];
  const unit = 'more' in safe ? safe.more : safe.less;
  const format = (value: unknown): string =>
    unit === '' || (typeof value === 'string' && !/^[\d.]+$/.test(value)) ? String(value) : `${value} ${unit}`;
  if (before === Number.POSITIVE_INFINITY) return [`${what} ${is === undefined ? 'no fixed time' : format(is)} instead of forever`];
  if (is === undefined) return [`${what} no fixed ${COUNTED.includes(unit) ? 'number' : 'time'} instead of ${format(was)}`];
  return [`${what} ${format(is)} instead of ${was}`];
}

/** Units that are not units of time. */
const COUNTED: readonly string[] = ['backups', 'copies', 'replicas', 'snapshots'];

function includes(items: readonly unknown[], item: unknown): boolean {
  return items.some((each) => isSameValue(each, item));
}

function list(clause: string, items: readonly unknown[]): string[] {
  if (items.length === 0) return [];
  const names = items.filter((item) => typeof item === 'string');
  return [names.length === items.length ? `${clause}: ${joinNames(names)}` : clause];
}
