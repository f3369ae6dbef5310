import { blocksAt, known, numberAt, textAt, textsAt, valueAt } from '../../terraform/values';
import type { Comparison } from '../protection';

/** Rules of a bucket that delete objects. A rule is new, or deletes more or earlier, when no previous rule deleted the same objects. */
export const LIFECYCLE_RULES: Comparison = {
  compare: (before, after) => {
    const previous = deletionsIn(before);
    const added = deletionsIn(after).filter((rule) => !previous.some((other) => covers(other, rule)));
    return added.length > 0 ? [`a lifecycle rule deletes more objects, or earlier: ${added.map(describe).join(', ')}`] : [];
  },
  unset: 'strongest',
  examples: {
    strong: [{ action: [{ type: 'Delete' }], condition: [{ age: 365 }] }],
    weak: [{ action: [{ type: 'Delete' }], condition: [{ age: 7 }] }],
  },
};

const LIMITS = ['age', 'num_newer_versions', 'days_since_custom_time', 'days_since_noncurrent_time'] as const;
const DATES = ['created_before', 'custom_time_before', 'noncurrent_time_before'] as const;
const MATCHES = ['matches_prefix', 'matches_suffix', 'matches_storage_class'] as const;

/** Conditions of the rules that delete objects. All conditions of a rule have to be met. */
function deletionsIn(rules: unknown): readonly unknown[] {
  return blocksAt(rules)
    .filter((rule) => known(textAt(rule, 'action', 'type')) === 'Delete')
    .map((rule) => valueAt(rule, 'condition'));
}

/** Tests that a rule deletes every object that the other one deletes, and not later. */
function covers(rule: unknown, other: unknown): boolean {
  const isWider = <T>(one: T | undefined, two: T | undefined, holds: (one: T, two: T) => boolean): boolean =>
    one === undefined || (two !== undefined && holds(one, two));
  return (
    LIMITS.every((name) => isWider(limitOf(rule, name), limitOf(other, name), (one, two) => one <= two)) &&
    DATES.every((name) => isWider(known(textAt(rule, name)), known(textAt(other, name)), (one, two) => one >= two)) &&
    MATCHES.every((name) =>
      isWider(matchesOf(rule, name), matchesOf(other, name), (one, two) =>
        two.every((text) => one.some((each) => isWithin(name, text, each))),
      ),
    ) &&
    isWider(stateOf(rule), stateOf(other), (one, two) => one === two)
  );
}

/** Minimum of a condition. Providers write 0 for a condition that is not set. */
function limitOf(condition: unknown, name: string): number | undefined {
  return known(numberAt(condition, name)) || undefined;
}

function matchesOf(condition: unknown, name: string): readonly string[] | undefined {
  const texts = known(textsAt(condition, name));
  return texts.length > 0 ? texts : undefined;
}

function stateOf(condition: unknown): string | undefined {
  const state = known(textAt(condition, 'with_state'));
  return state === 'ANY' ? undefined : state;
}

function isWithin(name: (typeof MATCHES)[number], text: string, pattern: string): boolean {
  if (name === 'matches_prefix') return text.startsWith(pattern);
  return name === 'matches_suffix' ? text.endsWith(pattern) : text === pattern;
}

/** Describes the minimum of a rule: `after 7 days`. */
function describe(condition: unknown): string {
  const age = limitOf(condition, 'age');
  const versions = limitOf(condition, 'num_newer_versions');
  return [
    ...(age === undefined ? [] : [`after ${age} days`]),
    ...(versions === undefined ? [] : [`with ${versions} newer versions`]),
    ...(age === undefined && versions === undefined ? ['by other conditions'] : []),
  ].join(' and ');
}
