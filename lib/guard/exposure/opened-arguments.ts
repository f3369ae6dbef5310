import { coversInternet } from '../../reachability/internet-exposure';
import { ANY_DEPTH_ARGUMENTS, findGenericOpenings, findResourceType, type Opening, readFacet } from '../../resource-types';
import type { ResourceChange } from '../../terraform/plan';
import { isBlock } from '../../terraform/values';
import { isPublicMember } from '../identity/members';
import { joinNames } from '../words';
import type { Exposure } from './exposure';
import { findAddedRanges, toRange } from './ranges';

/** Openings of a type: those of its facts, or else of arguments that mean the same in all types. */
export function findOpeningsOfType(type: string): readonly Opening[] {
  return readFacet(findResourceType(type), 'exposes') ?? findGenericOpenings(type);
}

/** Openings of a list that a change makes. */
export function findOpened(known: readonly Opening[], change: ResourceChange): readonly Exposure[] {
  return known.flatMap((opening) => findOne(opening, change));
}

function findOne(opening: Opening, { before, after, afterUnknown }: ResourceChange): readonly Exposure[] {
  const { path, open, words, severity = 'refuse', whenNew = severity, remediation } = opening;
  const isNew = before === null;
  if (after === null || (isNew && whenNew === 'none')) return [];
  const report = (text: string, how: Exposure['severity'] = isNew ? (whenNew as 'refuse' | 'warn') : severity): Exposure[] => [
    { severity: how, words: text, ...(remediation !== undefined && { remediation }) },
  ];

  if ('ranges' in open) {
    const [was, is] = [readRanges(before, path, isNew ? 'none' : open.unset), readRanges(after, path, open.unset)];
    if (isUnknownAt(afterUnknown, path)) return isNew ? [] : report(`${words}: from ranges that are known after apply`, 'warn');
    if (coversInternet(is)) return coversInternet(was) ? [] : report(`${words}: from the whole internet`);
    const added = isNew ? [] : findAddedRanges(was, is);
    return added.length === 0 ? [] : report(`${words}: from ${joinNames(added)}`, 'warn');
  }
  if ('members' in open) {
    const was = readTexts(before, path);
    const added = readTexts(after, path).filter((member) => !was.includes(member));
    const [isForAll, isForMany] = [added.filter(isOpenToAll), added.filter((member) => /(^|:|-)domain[-:]/i.test(member))];
    if (isForAll.length > 0) return report(`${words}: ${joinNames(isForAll)}`);
    return isForMany.length > 0 ? report(`${words}: ${joinNames(isForMany)}`, 'warn') : [];
  }
  if ('changed' in open) {
    const read = (state: unknown): string => JSON.stringify(findAt(state, path).filter(isPresent));
    if (read(before) === '[]') return [];
    const isChanged = read(after) !== '[]' && read(before) !== read(after);
    return isChanged || isUnknownAt(afterUnknown, path) ? report(words) : [];
  }
  const count = (state: unknown): number => (state === null ? 0 : findAt(state, path).filter((value) => isOpen(open, value)).length);
  if ('unset' in open) {
    const isGone = !isNew && count(before) > 0 && findAt(after, path).every((value) => !isPresent(value));
    if (!isGone) return [];
    return isUnknownAt(afterUnknown, path) ? report(`${words}, or not: it is known after apply`, 'warn') : report(words);
  }
  if (!isNew && isUnknownAt(afterUnknown, path))
    return count(before) > 0 ? [] : report(`${words}, or not: it is known after apply`, 'warn');
  return count(after) > count(before) ? report(words) : [];
}

function isOpen(
  open: Exclude<Opening['open'], { readonly ranges: true } | { readonly members: true } | { readonly changed: true }>,
  value: unknown,
): boolean {
  if (!('oneOf' in open)) return isPresent(value);
  if (value === undefined || value === null) return open.isDefault === true || open.oneOf.includes(false);
  return open.oneOf.some((each) => String(each).toLowerCase() === String(value).toLowerCase());
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);
}

/**
 * Values at a path. Blocks are objects or lists of them, so a list is passed through. A value that is absent, or whose block is, is undefined;
 * at any depth, only present ones are found.
 */
function findAt(state: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return [state];
  if (name === '**') return findAtAnyDepth(state).get(rest[0]!) ?? [];
  if (name === '*') return children(state).flatMap((child) => findAt(child, rest));
  if (Array.isArray(state) && state.length > 0) return state.flatMap((item) => findAt(item, path));
  return isBlock(state) ? findAt(state[name], rest) : path.includes('*') ? [] : [undefined];
}

const AT_ANY_DEPTH = new WeakMap<object, ReadonlyMap<string, readonly unknown[]>>();
const NOTHING: ReadonlyMap<string, readonly unknown[]> = new Map();

/** Values of all arguments that are read at any depth, by name. A state is searched once, since there are many such arguments. */
function findAtAnyDepth(state: unknown): ReadonlyMap<string, readonly unknown[]> {
  if (typeof state !== 'object' || state === null) return NOTHING;
  const cached = AT_ANY_DEPTH.get(state);
  if (cached) return cached;
  const found = new Map<string, unknown[]>();
  collectAtAnyDepth(state, found);
  AT_ANY_DEPTH.set(state, found);
  return found;
}

function collectAtAnyDepth(state: object, found: Map<string, unknown[]>): void {
  for (const [name, value] of Object.entries(state)) {
    if (value === null || value === undefined) continue;
    if (ANY_DEPTH_ARGUMENTS.has(name)) {
      const list = found.get(name);
      if (list) list.push(value);
      else found.set(name, [value]);
    }
    if (typeof value === 'object') collectAtAnyDepth(value, found);
  }
}

function children(state: unknown): readonly unknown[] {
  return Array.isArray(state) ? state : isBlock(state) ? Object.values(state) : [];
}

/** Tests that a value at a path, or what it is in, is known after apply. */
function isUnknownAt(shape: unknown, path: readonly string[]): boolean {
  if (shape === true) return true;
  const [name, ...rest] = path;
  if (name === undefined) return Array.isArray(shape) && shape.some((item) => isUnknownAt(item, []));
  if (name === '**') return findAtAnyDepth(shape).get(rest[0]!)?.includes(true) ?? false;
  if (name === '*') return children(shape).some((child) => isUnknownAt(child, rest));
  if (Array.isArray(shape)) return shape.some((item) => isUnknownAt(item, path));
  return isBlock(shape) && isUnknownAt(shape[name], rest);
}

function readTexts(state: unknown, path: readonly string[]): readonly string[] {
  return findAt(state, path)
    .flat()
    .filter((value): value is string => typeof value === 'string' && value !== '');
}

function readRanges(state: unknown, path: readonly string[], unset: 'all' | 'none'): readonly string[] {
  const ranges = readTexts(state, path).map(toRange);
  return ranges.length === 0 && unset === 'all' ? ['0.0.0.0/0'] : ranges;
}

/** Tests a principal, which access control lists write as `READER:allUsers`. */
function isOpenToAll(member: string): boolean {
  return isPublicMember(member.slice(member.lastIndexOf(':') + 1));
}
