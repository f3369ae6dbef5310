import { structuredText } from '../redaction';
import { holdsUnknown } from '../terraform/plan';
import { isBlock } from '../terraform/values';

/** Element before and after, by index; undefined for elements that are added or removed. */
export type AlignedElements = readonly [before: number | undefined, after: number | undefined, name?: string];

/**
 * Aligns the elements of two lists, in this order: by name, by equality, and by likeness. A plan does not tell lists from sets, whose order
 * has no meaning. So elements that are equally alike to several others are not aligned: they are removed and added. Equal elements
 * are left out.
 *
 * @param unknown for each element of `after` its shape of unknown values
 */
export function alignLists(before: readonly unknown[], after: readonly unknown[], unknown: readonly unknown[]): AlignedElements[] {
  const named = alignByName(before, after);
  if (named) return named;
  const was = before.map((value) => JSON.stringify(value) ?? 'null');
  // An unknown value equals none.
  const is = after.map(
    (value, index) => `${JSON.stringify(value) ?? 'null'}${holdsUnknown(unknown[index]) ? JSON.stringify(unknown[index]) : ''}`,
  );
  const { removed, added, isSamePlace, start, end } = matchEqual(was, is);
  // Moved elements are shown only when nothing else differs.
  if (added.length === 0 && removed.length === 0) return Array.from({ length: end - start }, (_, index) => [start + index, start + index]);
  if (before.length === 1 && after.length === 1) return [[0, 0]];
  const pairs = new Map<number, number>();
  const [from, to] = [removed[0], added[0]];
  if (
    removed.length === 1 &&
    added.length === 1 &&
    from !== undefined &&
    to !== undefined &&
    !(isDocument(before[from]) && isDocument(after[to]))
  ) {
    if (isSamePlace) pairs.set(to, from);
  } else {
    matchAlike(groupByKey(before, removed, was), groupByKey(after, added, is), pairs);
  }
  const paired = new Set(pairs.values());
  const rest = removed.filter((index) => !paired.has(index)).map((index): AlignedElements => [index, undefined]);
  return [...rest, ...added.map((index): AlignedElements => [pairs.get(index), index])].sort(
    (a, b) => (a[1] ?? a[0] ?? 0) - (b[1] ?? b[0] ?? 0),
  );
}

/** Arguments that name an element of a list. */
const NAMES = ['name', 'key'];

function alignByName(before: readonly unknown[], after: readonly unknown[]): AlignedElements[] | undefined {
  for (const attribute of before.length + after.length === 0 ? [] : NAMES) {
    const [was, is] = [readNames(before, attribute), readNames(after, attribute)];
    if (!was || !is) continue;
    return [...new Set([...was.keys(), ...is.keys()])].map((name) => [was.get(name), is.get(name), name]);
  }
  return undefined;
}

/** Maps the names of the elements to their indexes, when all elements have unique names. */
function readNames(values: readonly unknown[], attribute: string): Map<string, number> | undefined {
  const names = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const name = isBlock(value) ? value[attribute] : undefined;
    if (typeof name !== 'string' || names.has(name)) return undefined;
    names.set(name, index);
  }
  return names;
}

interface Unequal {
  readonly removed: readonly number[];
  readonly added: readonly number[];

  /** The first removed element and the first added one have the same equal neighbours. */
  readonly isSamePlace: boolean;

  /** Range of indexes outside of which both lists are equal. */
  readonly start: number;
  readonly end: number;
}

/** Matches equal elements, each with at most one. */
function matchEqual(was: readonly string[], is: readonly string[]): Unequal {
  let start = 0;
  while (start < was.length && start < is.length && was[start] === is[start]) start++;
  let end = 0;
  while (end < was.length - start && end < is.length - start && was[was.length - 1 - end] === is[is.length - 1 - end]) end++;
  const left = new Map<string, number[]>();
  for (let index = was.length - end - 1; index >= start; index--) {
    const indexes = left.get(was[index]!);
    if (indexes) indexes.push(index);
    else left.set(was[index]!, [index]);
  }
  const added: number[] = [];
  const matches = new Map<number, number>();
  for (let index = start; index < is.length - end; index++) {
    const match = left.get(is[index]!)?.pop();
    if (match === undefined) added.push(index);
    else matches.set(match, index);
  }
  const removed = [...left.values()].flat().sort((a, b) => a - b);
  const [from = 0, to = 0] = [removed[0], added[0]];
  const matchOf = (index: number): number | undefined =>
    index < start ? index : index >= was.length - end ? index - was.length + is.length : matches.get(index);
  const isSamePlace =
    (from === 0 ? to === 0 : matchOf(from - 1) === to - 1) &&
    (from === was.length - 1 ? to === is.length - 1 : matchOf(from + 1) === to + 1);
  return { removed, added, isSamePlace, start, end: is.length - end };
}

/** Equal elements of a list. */
interface ElementGroup {
  readonly indexes: readonly number[];

  /** Leaves of the value, each with its path. */
  readonly leaves: ReadonlySet<string>;
}

function groupByKey(values: readonly unknown[], indexes: readonly number[], keys: readonly string[]): ElementGroup[] {
  const groups = new Map<string, { indexes: number[]; leaves: Set<string> }>();
  for (const index of indexes) {
    const group = groups.get(keys[index]!);
    if (group) group.indexes.push(index);
    else {
      const leaves = new Set<string>();
      if (isDocument(values[index])) collectLeaves(values[index], '', leaves);
      groups.set(keys[index]!, { indexes: [index], leaves });
    }
  }
  return [...groups.values()];
}

/** Tests for elements that have parts: objects, lists, and texts of several lines. */
function isDocument(value: unknown): boolean {
  return (
    (typeof value === 'object' && value !== null) ||
    (typeof value === 'string' && (value.includes('\n') || structuredText(value) !== undefined))
  );
}

/** Collects the leaves of a value. Empty values are left out: most of them are defaults, which all elements have. */
function collectLeaves(value: unknown, path: string, leaves: Set<string>): void {
  if (value === null || value === undefined || value === '' || value === false || value === 0) return;
  const inside = typeof value === 'string' ? structuredText(value) : value;
  if (Array.isArray(inside)) {
    for (const element of inside) collectLeaves(element, `${path}[]`, leaves);
  } else if (isBlock(inside)) {
    for (const key of Object.keys(inside)) collectLeaves(inside[key], `${path}.${key}`, leaves);
  } else if (typeof value === 'string' && value.includes('\n')) {
    for (const line of value.split('\n')) if (line.trim() !== '') leaves.add(`${path}=${line}`);
  } else {
    leaves.add(`${path}=${JSON.stringify(value)}`);
  }
}

/** Maximum number of pairs that are all compared. In longer lists, only elements that share a rare leaf are compared. */
const MAX_PAIRS = 250_000;

/** Maximum number of elements that have a rare leaf. */
const MAX_SHARING = 20;

interface Candidate {
  readonly before: number;
  readonly after: number;
  readonly likeness: number;
}

/** Maximum number of rounds. Most lists need one or two. */
const MAX_ROUNDS = 10;

/** Pairs groups that are most alike to each other and equally alike to no other, round by round. */
function matchAlike(before: readonly ElementGroup[], after: readonly ElementGroup[], pairs: Map<number, number>): void {
  let candidates = findCandidates(before, after);
  for (let round = 0; round < MAX_ROUNDS && candidates.length > 0; round++) {
    const bestBefore = findBest(candidates, 'before');
    const bestAfter = findBest(candidates, 'after');
    const found = candidates.filter((each) => bestBefore.get(each.before) === each && bestAfter.get(each.after) === each);
    if (found.length === 0) return;
    for (const { before: old, after: now } of found) {
      const [from, to] = [before[old]!.indexes, after[now]!.indexes];
      for (let index = 0; index < Math.min(from.length, to.length); index++) pairs.set(to[index]!, from[index]!);
    }
    const [usedBefore, usedAfter] = [new Set(found.map((each) => each.before)), new Set(found.map((each) => each.after))];
    candidates = candidates.filter((each) => !usedBefore.has(each.before) && !usedAfter.has(each.after));
  }
}

/** Finds the candidate of each group that is more alike than all others; undefined with several. */
function findBest(candidates: readonly Candidate[], side: 'before' | 'after'): Map<number, Candidate | undefined> {
  const likeness = new Map<number, number>();
  const best = new Map<number, Candidate | undefined>();
  for (const candidate of candidates) {
    const most = likeness.get(candidate[side]) ?? 0;
    if (candidate.likeness < most) continue;
    best.set(candidate[side], candidate.likeness === most ? undefined : candidate);
    likeness.set(candidate[side], candidate.likeness);
  }
  return best;
}

/** Finds pairs of which one has at least half of the leaves of the other. */
function findCandidates(before: readonly ElementGroup[], after: readonly ElementGroup[]): Candidate[] {
  const maxSharing = before.length * after.length <= MAX_PAIRS ? Number.POSITIVE_INFINITY : MAX_SHARING;
  const owners = new Map<string, number[]>();
  for (const [index, { leaves }] of before.entries()) {
    for (const leaf of leaves) {
      const known = owners.get(leaf);
      if (known) known.push(index);
      else owners.set(leaf, [index]);
    }
  }
  return after.flatMap(({ leaves }, index) => {
    const similar = new Set<number>();
    for (const leaf of leaves) {
      const sharing = owners.get(leaf) ?? [];
      if (sharing.length <= maxSharing) for (const owner of sharing) similar.add(owner);
    }
    return [...similar].flatMap((owner): Candidate[] => {
      const other = before[owner]!.leaves;
      const [few, many] = other.size < leaves.size ? [other, leaves] : [leaves, other];
      let shared = 0;
      for (const leaf of few) if (many.has(leaf)) shared++;
      return 2 * shared < few.size ? [] : [{ before: owner, after: index, likeness: (2 * shared) / (few.size + many.size) }];
    });
  });
}
