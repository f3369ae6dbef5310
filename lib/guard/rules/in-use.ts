import type { ResourceChange } from '../../terraform/plan';
import { known, textAt, textsIn, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { isDestroyed, type Subject, stays } from '../subject';
import type { Finding } from '../verdict';
import { lastSegment, listed } from '../words';

/** Types that Google does not delete while others use them. A disk is not one of them: it is detached and deleted. */
const HELD_TYPES = new Set([
  'google_compute_resource_policy',
  'google_compute_network',
  'google_compute_subnetwork',
  'google_compute_address',
  'google_compute_global_address',
  'google_compute_router',
  'google_gke_backup_backup_plan',
  'google_container_cluster',
]);

/** Google refuses to delete what others use, in the middle of the apply. */
export const inUse: Rule = {
  id: 'in-use',
  title: 'The apply will fail half-way: what it deletes is used by something that stays',
  check: (subject) => {
    const held = subject.resources.filter((change) => HELD_TYPES.has(change.type) && isDestroyed(change));
    if (held.length === 0) return [];
    const uses = usesOf(subject);
    return held.flatMap((change): Finding[] => {
      const users = [...new Set(namesOf(change).flatMap((name) => uses.get(name) ?? []))].sort();
      if (users.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `it is used by ${listed(users)}, and ${users.length === 1 ? 'that stays' : 'those stay'}`,
          impact: '',
          recovery: '',
          remediation: 'let go of it first: change or delete what uses it, apply that, and then delete it',
        },
      ];
    });
  },
};

/** What others would call it by. */
function namesOf({ type, before }: ResourceChange): string[] {
  const name = known(textAt(before, 'name'));
  const address = known(textAt(before, 'address'));
  return [
    ...[known(textAt(before, 'self_link')), known(textAt(before, 'id'))].flatMap((link) => plainLink(link) ?? []),
    ...(type === 'google_compute_resource_policy' && name !== undefined
      ? [`policy ${name} ${lastSegment(known(textAt(before, 'region')))}`]
      : []),
    ...(type === 'google_container_cluster' && name !== undefined ? [`cluster ${name} ${known(textAt(before, 'location'))}`] : []),
    ...(type === 'google_compute_address' && address !== undefined ? [`address ${address}`] : []),
  ];
}

/** Addresses of what stays, by everything it calls others by. */
function usesOf(subject: Subject): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  const add = (name: string, { address }: ResourceChange): void => {
    const list = uses.get(name);
    if (list) list.push(address);
    else uses.set(name, [address]);
  };
  for (const change of subject.resources) {
    const { type, after } = change;
    if (!stays(change) || !type.startsWith('google_')) continue;
    for (const text of textsIn(after)) {
      const link = plainLink(text);
      if (link !== undefined) add(link, change);
    }
    if (/^google_compute_(region_)?disk_resource_policy_attachment$/.test(type)) {
      const place = lastSegment(known(textAt(after, 'zone'))) ?? '';
      add(`policy ${known(textAt(after, 'name'))} ${lastSegment(known(textAt(after, 'region'))) ?? place.replace(/-[a-z]$/, '')}`, change);
    }
    if (type === 'google_container_node_pool')
      add(`cluster ${known(textAt(after, 'cluster'))} ${known(textAt(after, 'location'))}`, change);
    if (type === 'google_compute_instance') {
      for (const text of textsIn(valueAt(after, 'network_interface'))) add(`address ${text}`, change);
    }
  }
  return uses;
}

/** A self link without the service it is asked of, so that it equals the id. */
function plainLink(link: string | undefined): string | undefined {
  return /(?:^|\/)(projects\/[^/]+\/(?:global|regions|zones|locations)\/.+)$/.exec(link ?? '')?.[1];
}
