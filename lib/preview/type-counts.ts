import type { Action } from '../terraform/plan';
import type { Group } from './report';

/** Actions by risk, for the order of columns and rows. */
const ACTIONS_BY_RISK: readonly Action[] = [
  'unknown',
  'delete',
  'replace',
  'forget',
  'update',
  'create',
  'import',
  'move',
  'read',
  'no-op',
];

/** Numbers of changes of one type, by action. */
export interface TypeCounts {
  readonly type: string;
  readonly counts: ReadonlyMap<Action, number>;
}

/** Counts changes by type and action, both riskiest first. */
export function countByType(groups: readonly Group[]): { readonly actions: readonly Action[]; readonly types: readonly TypeCounts[] } {
  const types = new Map<string, Map<Action, number>>();
  const found = new Set<Action>();
  for (const { type, action } of groups.flatMap(({ entries }) => entries)) {
    const counts = types.get(type) ?? new Map<Action, number>();
    types.set(type, counts.set(action, (counts.get(action) ?? 0) + 1));
    found.add(action);
  }
  const actions = ACTIONS_BY_RISK.filter((action) => found.has(action));
  const byRisk = (a: TypeCounts, b: TypeCounts): number => {
    for (const action of actions) {
      const difference = (b.counts.get(action) ?? 0) - (a.counts.get(action) ?? 0);
      if (difference !== 0) return difference;
    }
    return a.type < b.type ? -1 : 1;
  };
  return { actions, types: [...types].map(([type, counts]) => ({ type, counts })).sort(byRisk) };
}
