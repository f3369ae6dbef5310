import { AddressSet } from '../../reachability/addresses';
import { FIREWALL_TYPES, findInternetExposures } from '../../reachability/internet-exposure';
import { holdsUnknown, type ResourceChange } from '../../terraform/plan';
import { isBlock, known, textAt } from '../../terraform/values';
import type { Subject } from '../subject';
import { joinNames, lastSegment } from '../words';
import { type Exposure, refuse, warn } from './exposure';
import { type FirewallRule, findWiderParts, isFirewallType, isForInternet, readFirewallRules } from './firewall-rule';

/** Traffic that a change of firewall rules lets through, by the plan alone. */
export function findFirewallOpenings(subject: Subject, change: ResourceChange): readonly Exposure[] {
  if (!isFirewallType(change.type)) return [];
  const unknown = listUnknownArguments(change);
  const ports = findInternetPorts(change, unknown.length > 0);
  if (ports.length > 0) return [refuse(`allows ingress from the internet at ${joinNames(ports)}`)];
  // A new rule with some known sources is for these and for single addresses, as most that are known after apply are.
  const isReported = change.before !== null || findInternetPorts(change, false).length > 0;
  if (unknown.length > 0) return isReported ? [warn(`allows traffic that is known after apply (${unknown.join(', ')})`)] : [];
  const was = readFirewallRules(change.type, change.before);
  const is = readFirewallRules(change.type, change.after);
  return [
    ...is.filter(({ action }) => action === 'allow').flatMap((rule) => findWidenedAllow(rule, was, change, subject)),
    ...was.filter(({ action }) => action === 'deny').flatMap((rule) => findWeakenedDeny(subject, rule, is, change)),
  ];
}

/** Ports that a rule of Google Cloud newly opens to the internet. With unknown sources, a rule without known ones is not for all. */
function findInternetPorts({ type, before, after }: ResourceChange, hasUnknown: boolean): readonly string[] {
  if (!FIREWALL_TYPES.includes(type)) return [];
  const open = (state: unknown): readonly string[] =>
    state === null
      ? []
      : findInternetExposures(type, state)
          .filter(({ ranges }) => !hasUnknown || ranges.length > 0)
          .flatMap(({ ports }) => ports);
  const was = new Set(open(before));
  return open(after).filter((port) => !was.has(port));
}

function findWidenedAllow(
  rule: FirewallRule,
  rules: readonly FirewallRule[],
  { type, before }: ResourceChange,
  { synthesized }: Subject,
): readonly Exposure[] {
  const name = formatRule(rule);
  const earlier = rules.find(({ key, action, direction }) => key === rule.key && action === 'allow' && direction === rule.direction);
  if (earlier === undefined) {
    if (!type.startsWith('google_') && rule.direction === 'ingress' && isForInternet(rule)) {
      return [refuse(`${name}allows ingress from the internet at ${joinNames(rule.ports.map(({ words }) => words))}`)];
    }
    // New rules are reported when they are for the internet, and a rule that was disabled or denied is an opening of its own.
    const wasOff = before !== null && (rule.key === '' || rules.some(({ key }) => key === rule.key));
    return wasOff && rule.direction === 'ingress' ? [warn(`${name}allows traffic that it did not allow`)] : [];
  }
  const wider = findWiderParts(earlier, rule);
  // With the configuration, the report of the preview shows which endpoints newly reach each other.
  const isShown = synthesized !== undefined;
  const isLarge = rule.direction === 'ingress' && (coversPrivateRange(rule, earlier) || isForInternet(rule));
  return [
    ...(wider.length === 0 || (!isLarge && isShown)
      ? []
      : [{ severity: isLarge ? 'refuse' : 'warn', words: `${name}allows more traffic: ${joinNames(wider)}` } as const]),
    ...(rule.priority < earlier.priority ? [warn(`${name}is evaluated before other rules: its priority is ${rule.priority}`)] : []),
  ];
}

const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((range) => AddressSet.of(range));

/** Tests that a rule newly allows a whole private range. */
function coversPrivateRange(rule: FirewallRule, earlier: FirewallRule): boolean {
  const [is, was] = [AddressSet.of(...rule.peers.ranges), AddressSet.of(...earlier.peers.ranges)];
  return PRIVATE_RANGES.some((range) => is.contains(range) && !was.contains(range));
}

function findWeakenedDeny(
  subject: Subject,
  rule: FirewallRule,
  rules: readonly FirewallRule[],
  change: ResourceChange,
): readonly Exposure[] {
  const name = formatRule(rule);
  const later = rules.find(({ key, action, direction }) => key === rule.key && action === 'deny' && direction === rule.direction);
  if (later === undefined) {
    if (isDeniedElsewhere(subject, rule, change) || isNetworkDeleted(subject, change)) return [];
    return [refuse(`${name}no longer denies traffic`)];
  }
  const narrower = findWiderParts(later, rule);
  return [
    ...(narrower.length === 0 ? [] : [refuse(`${name}denies less traffic: no longer ${joinNames(narrower)}`)]),
    ...(later.priority > rule.priority ? [refuse(`${name}is evaluated after other rules: its priority is ${later.priority}`)] : []),
  ];
}

/** Tests that another rule of the plan denies at least the same traffic. */
function isDeniedElsewhere(subject: Subject, rule: FirewallRule, change: ResourceChange): boolean {
  const place = readPlace(change.before);
  return subject
    .ofType(change.type)
    .some(
      (other) =>
        readPlace(other.after) === place &&
        readFirewallRules(other.type, other.after).some(
          (candidate) =>
            candidate.action === 'deny' &&
            candidate.direction === rule.direction &&
            candidate.priority <= rule.priority &&
            findWiderParts(candidate, rule).length === 0,
        ),
    );
}

const PLACES = ['network', 'firewall_policy', 'network_security_group_name', 'security_group_id'];

function readPlace(state: unknown): string | undefined {
  return PLACES.map((name) => lastSegment(known(textAt(state, name)))).find((name) => name !== undefined);
}

/** Tests that the network or policy of a rule is deleted too, so that there is no traffic to deny. */
function isNetworkDeleted(subject: Subject, { before, after, type }: ResourceChange): boolean {
  if (after !== null) return false;
  const place = readPlace(before);
  return subject
    .ofType('google_compute_network', ...(type.includes('policy') ? POLICY_TYPES : []), 'azurerm_network_security_group')
    .some((other) => other.after === null && [textAt(other.before, 'name'), textAt(other.before, 'short_name')].includes(place));
}

const POLICY_TYPES = ['', 'network_', 'region_network_'].map((scope) => `google_compute_${scope}firewall_policy`);

/** Arguments that decide which traffic a rule is for. */
const DECIDING = [
  'source_ranges',
  'source_tags',
  'source_service_accounts',
  'destination_ranges',
  'allow',
  'deny',
  'disabled',
  'match',
  'rule',
];

function listUnknownArguments({ after, afterUnknown }: ResourceChange): readonly string[] {
  if (after === null || !isBlock(afterUnknown)) return [];
  return DECIDING.filter((name) => holdsUnknown(afterUnknown[name]));
}

function formatRule({ key }: FirewallRule): string {
  return key === '' ? '' : `rule ${key} `;
}
