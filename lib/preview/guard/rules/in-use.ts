import type { ResourceChange } from '../../plan';
import type { Rule } from '../rule';
import { isDestroyed, type Subject, stays } from '../subject';
import { listed, member, textAt, textsIn } from '../values';
import type { Finding } from '../verdict';

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
  'google_service_account',
]);

/** Google refuses to delete what others use, in the middle of the apply. */
export const inUse: Rule = {
  id: 'in-use',
  title: 'The apply will fail half-way: what it deletes is used by something that stays',
  check: (subject) =>
    subject.resources
      .filter((change) => HELD_TYPES.has(change.type) && isDestroyed(change))
      .flatMap((change): Finding[] => {
        const users = usersOf(subject, change);
        if (users.length === 0) return [];
        return [
          {
            severity: 'refuse',
            address: change.address,
            action: change.action,
            reason: `it is used by ${listed(users.map(({ address }) => address))}, and ${users.length === 1 ? 'that stays' : 'those stay'}`,
            lost: '',
            comesBack: '',
            fix: 'let go of it first: change or delete what uses it, apply that, and then delete it',
          },
        ];
      }),
};

/** What stays, and names it by its link, its id, or in the way that is special to its type. */
function usersOf(subject: Subject, change: ResourceChange): readonly ResourceChange[] {
  const links = new Set([textAt(change.before, 'self_link'), textAt(change.before, 'id')].flatMap((link) => plainLink(link) ?? []));
  const name = textAt(change.before, 'name');
  const address = change.type === 'google_compute_address' ? textAt(change.before, 'address') : undefined;
  const email = change.type === 'google_service_account' ? textAt(change.before, 'email') : undefined;
  return subject.resources.filter((candidate) => {
    if (candidate === change || !stays(candidate)) return false;
    if (
      change.type === 'google_compute_resource_policy' &&
      /^google_compute_(region_)?disk_resource_policy_attachment$/.test(candidate.type)
    ) {
      return name !== undefined && textAt(candidate.after, 'name') === name;
    }
    if (change.type === 'google_container_cluster' && candidate.type === 'google_container_node_pool') {
      return (
        name !== undefined &&
        textAt(candidate.after, 'cluster') === name &&
        member(candidate.after, 'location') === member(change.before, 'location')
      );
    }
    if (candidate.type.startsWith('google_')) {
      if (email !== undefined)
        return candidate.type === 'google_compute_instance' && textAt(candidate.after, 'service_account', 'email') === email;
      if (address !== undefined && candidate.type === 'google_compute_instance') {
        return textsIn(member(candidate.after, 'network_interface')).includes(address);
      }
      return textsIn(candidate.after).some((text) => links.has(plainLink(text) ?? ''));
    }
    return false;
  });
}

/** A self link without the service it is asked of, so that it equals the id. */
function plainLink(link: string | undefined): string | undefined {
  const found = /(?:^|\/)(projects\/[^/]+\/(?:global|regions|zones|locations|serviceAccounts)\/.+)$/.exec(link ?? '')?.[1];
  return found;
}
