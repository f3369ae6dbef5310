import { coversInternet } from '../../reachability/internet-exposure';
import { holdsUnknown, type ResourceChange } from '../../terraform/plan';
import { isBlock, isSameValue, known, listAt, textAt, textsAt, valueAt } from '../../terraform/values';
import { joinNames } from '../words';
import { type Exposure, refuse, warn } from './exposure';

const TYPE = /^kubernetes_network_policy(_v1)?$/;

/** Connections of pods that a change of a network policy allows. Its deletion is reported by what goes with it. */
export function findNetworkPolicyOpenings({ type, before, after, afterUnknown }: ResourceChange): readonly Exposure[] {
  if (!TYPE.test(type) || after === null) return [];
  if (before === null)
    return findAdded('ingress', before, after)
      .filter(({ severity }) => severity === 'refuse')
      .map(toWarning);
  const lost = ['Ingress', 'Egress'].filter((name) => limits(before, name) && !limits(after, name));
  return [
    ...(lost.length > 0 ? [refuse(`it no longer limits ${joinNames(lost.map((name) => name.toLowerCase()))}`)] : []),
    ...(isNarrower(valueAt(before, 'spec', 'pod_selector'), valueAt(after, 'spec', 'pod_selector'))
      ? [refuse('it no longer selects all pods that it selected')]
      : []),
    ...(lost.includes('Ingress') ? [] : findAdded('ingress', before, after)),
    ...(lost.includes('Egress') ? [] : findAdded('egress', before, after)),
    ...(holdsUnknown(valueAt(afterUnknown, 'spec')) ? [warn('what it allows is known after apply')] : []),
  ];
}

/** Tests that a policy limits a direction. Without types, it limits ingress, and egress when it has rules for it. */
function limits(state: unknown, direction: string): boolean {
  const types = known(textsAt(state, 'spec', 'policy_types'));
  if (types.length > 0) return types.includes(direction);
  return direction === 'Ingress' || listAt(state, 'spec', 'egress').length > 0;
}

/** Tests that a selector has more conditions than another, or other ones. */
function isNarrower(before: unknown, after: unknown): boolean {
  const conditions = (selector: unknown): readonly string[] => [
    ...Object.entries(asMap(valueAt(selector, 'match_labels'))).map((entry) => JSON.stringify(entry)),
    ...listAt(selector, 'match_expressions').map((expression) => JSON.stringify(expression)),
  ];
  const had = new Set(conditions(before));
  return conditions(after).some((condition) => !had.has(condition));
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return isBlock(value) ? value : {};
}

type Direction = 'ingress' | 'egress';

function findAdded(direction: Direction, before: unknown, after: unknown): readonly Exposure[] {
  if (before !== null && !limits(before, direction === 'ingress' ? 'Ingress' : 'Egress')) return [];
  const had = listAt(before, 'spec', direction);
  return listAt(after, 'spec', direction)
    .filter((rule) => !had.some((other) => covers(other, rule, direction)))
    .map((rule) => describeRule(rule, direction));
}

function describeRule(rule: unknown, direction: Direction): Exposure {
  if (direction === 'egress') return warn('it opens more connections');
  const peers = listAt(rule, 'from');
  if (peers.length === 0) return refuse('it accepts connections from everywhere');
  const ranges = peers.flatMap((peer) => known(textAt(peer, 'ip_block', 'cidr')) ?? []);
  if (coversInternet(ranges)) return refuse('it accepts connections from the internet');
  const isForAll = peers.some((peer) => isEmptySelector(peer, 'namespace_selector') && !hasConditions(valueAt(peer, 'pod_selector')));
  return isForAll ? refuse('it accepts connections from the pods of all namespaces') : warn('it accepts more connections');
}

function isEmptySelector(peer: unknown, name: string): boolean {
  return listAt(peer, name).length > 0 && !hasConditions(valueAt(peer, name));
}

function hasConditions(selector: unknown): boolean {
  return Object.keys(asMap(valueAt(selector, 'match_labels'))).length > 0 || listAt(selector, 'match_expressions').length > 0;
}

/** Tests that a rule allows all that another does: all of its peers, and all of its ports. */
function covers(outer: unknown, inner: unknown, direction: Direction): boolean {
  const name = direction === 'ingress' ? 'from' : 'to';
  return includesAll(listAt(outer, name), listAt(inner, name)) && includesAll(listAt(outer, 'ports'), listAt(inner, 'ports'));
}

/** An empty list means all. */
function includesAll(outer: readonly unknown[], inner: readonly unknown[]): boolean {
  if (outer.length === 0) return true;
  return inner.length > 0 && inner.every((item) => outer.some((other) => isSameValue(other, item)));
}

function toWarning({ words }: Exposure): Exposure {
  return warn(words);
}
