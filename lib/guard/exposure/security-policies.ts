import type { ResourceChange } from '../../terraform/plan';
import { type Block, blocksAt, booleanAt, canonicalText, known, numberAt, textAt, textsAt, valueAt } from '../../terraform/values';
import { type Exposure, refuse, warn } from './exposure';
import { findAddedRanges } from './ranges';

const POLICY_TYPE = /^google_compute_(region_)?security_policy$/;
const RULE_TYPE = /^google_compute_(region_)?security_policy_rule$/;

/** Requests that a change of a Cloud Armor policy lets through. */
export function findArmorOpenings(change: ResourceChange): readonly Exposure[] {
  const { type, before, after } = change;
  if (before === null) return [];
  if (RULE_TYPE.test(type)) return findRuleOpenings(readRules([before]), after === null ? [] : readRules([after]));
  // A deleted policy is reported as a deletion, and the backends that used it by their own changes.
  if (!POLICY_TYPE.test(type) || after === null) return [];
  const rules = (state: unknown): readonly ArmorRule[] => readRules([...blocksAt(state, 'rule'), ...blocksAt(state, 'rules')]);
  return [...findRuleOpenings(rules(before), rules(after)), ...findLessDefense(before, after)];
}

interface ArmorRule {
  readonly priority: number;
  readonly isBlocking: boolean;

  /** It only logs what it would do. */
  readonly isPreview: boolean;
  readonly ranges: readonly string[];

  /** Expression and ranges, and the limits that it enforces, as canonical text. */
  readonly match: string;
}

function readRules(blocks: readonly unknown[]): readonly ArmorRule[] {
  return (known(blocks) as readonly Block[]).map((block) => ({
    priority: known(numberAt(block, 'priority')) ?? 0,
    isBlocking: !/^(allow|fairshare)/i.test(known(textAt(block, 'action')) ?? 'allow'),
    isPreview: known(booleanAt(block, 'preview')) === true,
    ranges: known(textsAt(block, 'match', 'config', 'src_ip_ranges')).map((range) => (range === '*' ? '0.0.0.0/0' : range)),
    match: canonicalText(readMatch(block)),
  }));
}

function findRuleOpenings(was: readonly ArmorRule[], is: readonly ArmorRule[]): readonly Exposure[] {
  const blocking = was.filter(({ isBlocking, isPreview }) => isBlocking && !isPreview);
  return [...blocking.flatMap((rule) => findWeakened(rule, is)), ...findAllowed(was, is)];
}

function findWeakened(rule: ArmorRule, rules: readonly ArmorRule[]): readonly Exposure[] {
  const name = `rule ${rule.priority}`;
  const isSame = (other: ArmorRule): boolean => other.isBlocking && !other.isPreview && rule.match === other.match;
  if (rules.some((other) => other.priority <= rule.priority && isSame(other))) return [];
  const moved = rules.find(isSame);
  if (moved) return [warn(`${name} is evaluated later, at ${moved.priority}`)];
  const later = rules.find(({ priority }) => priority === rule.priority);
  if (later === undefined) return [refuse(`${name} is removed, which blocked requests`)];
  if (later.isPreview) return [refuse(`${name} is only a preview, and blocks no requests`)];
  if (!later.isBlocking) return [refuse(`${name} allows requests that it blocked`)];
  const isWider = rule.ranges.length > 0 && later.ranges.length > 0 && findAddedRanges(later.ranges, rule.ranges).length === 0;
  return isWider ? [] : [warn(`${name} blocks other requests`)];
}

function readMatch(block: Block): readonly unknown[] {
  const expression = valueAt(block, 'match', 'expr', 'expression');
  const ranges = [...known(textsAt(block, 'match', 'config', 'src_ip_ranges'))].sort();
  const others = ['rate_limit_options', 'preconfigured_waf_config', 'network_match'].map((name) => valueAt(block, name) ?? []);
  return [expression ?? '', ranges, valueAt(block, 'match', 'versioned_expr') ?? '', ...others];
}

/** Rules that allow requests before those that block them. */
function findAllowed(was: readonly ArmorRule[], is: readonly ArmorRule[]): readonly Exposure[] {
  const last = Math.max(...is.filter(({ isBlocking }) => isBlocking).map(({ priority }) => priority));
  const wasAllowed = (rule: ArmorRule): boolean =>
    was.some((other) => !other.isBlocking && other.priority <= rule.priority && other.match === rule.match);
  return is
    .filter((rule) => !rule.isBlocking && rule.priority < last && !wasAllowed(rule))
    .filter(({ priority }) => !was.some((rule) => rule.isBlocking && !rule.isPreview && rule.priority === priority))
    .map(({ priority }) => warn(`rule ${priority} allows requests before rules that block them`));
}

function findLessDefense(before: unknown, after: unknown): readonly Exposure[] {
  const isOn = (state: unknown): boolean =>
    known(booleanAt(state, 'adaptive_protection_config', 'layer_7_ddos_defense_config', 'enable')) === true;
  return isOn(before) && !isOn(after) ? [warn('adaptive protection is turned off')] : [];
}
