import type { ResourceChange } from '../../terraform/plan';
import { booleanAt, isSameValue, known, textAt, textsAt } from '../../terraform/values';
import type { Subject } from '../subject';
import { joinNames, lastSegment } from '../words';
import { type Exposure, refuse, warn } from './exposure';

/** Traffic between networks, or past firewall rules, that a change lets through. */
export function findNetworkOpenings(subject: Subject, change: ResourceChange): readonly Exposure[] {
  switch (change.type) {
    case 'google_compute_network_peering':
    case 'google_compute_network_peering_routes_config':
      return findOfPeering(change);
    case 'google_compute_network':
      return findOfOrder(change);
    case 'google_compute_route':
      return findOfRoute(change);
    case 'google_compute_instance':
      return findOfTags(subject, change);
    default:
      return [];
  }
}

const ROUTES: readonly string[] = [
  'export_custom_routes',
  'import_custom_routes',
  'export_subnet_routes_with_public_ip',
  'import_subnet_routes_with_public_ip',
];

function findOfPeering({ type, before, after }: ResourceChange): readonly Exposure[] {
  if (after === null) return [];
  const isNew = before === null && type === 'google_compute_network_peering';
  const peer = (state: unknown): string => lastSegment(known(textAt(state, 'peer_network'))) ?? 'another network';
  const isOn = (state: unknown, name: string): boolean => known(booleanAt(state, name)) === true;
  const added = before === null ? [] : ROUTES.filter((name) => isOn(after, name) && !isOn(before, name));
  return [
    ...(isNew || (before !== null && peer(before) !== peer(after))
      ? [warn(`the network is connected to ${peer(after)}, as its firewall rules allow`)]
      : []),
    ...(added.length > 0 ? [warn(`more routes are exchanged with the peer (${added.join(', ')})`)] : []),
  ];
}

/** A route to the internet, for VM instances with public addresses. */
function findOfRoute({ before, after }: ResourceChange): readonly Exposure[] {
  const isToInternet = (state: unknown): boolean => known(textAt(state, 'next_hop_gateway')) !== undefined;
  return after !== null && isToInternet(after) && !isToInternet(before) ? [warn('the network gets a route to the internet')] : [];
}

function findOfOrder({ before, after }: ResourceChange): readonly Exposure[] {
  const order = 'network_firewall_policy_enforcement_order';
  const [was, is] = [known(textAt(before, order)), known(textAt(after, order))];
  if (before === null || after === null || is === undefined || isSameValue(was ?? 'AFTER_CLASSIC_FIREWALL', is)) return [];
  return [warn('firewall policies and firewall rules are evaluated in another order')];
}

/** Firewall rules of the plan that no longer deny, or newly allow, traffic to a VM instance by its tags. */
function findOfTags(subject: Subject, { before, after }: ResourceChange): readonly Exposure[] {
  if (before === null || after === null) return [];
  const [was, is] = [known(textsAt(before, 'tags')), known(textsAt(after, 'tags'))];
  const applying = (tags: readonly string[], argument: 'allow' | 'deny'): readonly string[] =>
    subject
      .ofType('google_compute_firewall')
      .filter(({ after: rule }) => rule !== null && textsAt(rule, argument, 'protocol').length > 0)
      .filter(({ after: rule }) => known(textsAt(rule, 'target_tags')).some((tag) => tags.includes(tag)))
      .map(({ after: rule, name }) => known(textAt(rule, 'name')) ?? name);
  const lost = applying(was, 'deny').filter((name) => !applying(is, 'deny').includes(name));
  const added = applying(is, 'allow').filter((name) => !applying(was, 'allow').includes(name));
  return [
    ...(lost.length > 0 ? [refuse(`its tags change, so ${joinNames(lost)} no longer denies traffic to it`)] : []),
    ...(added.length > 0 ? [warn(`its tags change, so ${joinNames(added)} allows traffic to it`)] : []),
  ];
}
