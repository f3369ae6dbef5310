import { findResourceType, readFacet } from '../../resource-types';
import type { ResourceChange } from '../../terraform/plan';
import { known, textAt, textsIn, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { mayShareScope } from '../scope';
import { isDestroyed, type Subject, stays } from '../subject';
import type { Finding } from '../verdict';
import { joinNames, lastSegment } from '../words';

/** Deletions that Google Cloud refuses during the apply, since another resource uses what is deleted. */
export const inUse: Rule = {
  id: 'in-use',
  severities: ['refuse'],
  title: 'The apply would fail: a resource to be deleted is in use',
  why: 'Google Cloud refuses to delete what another resource uses, after earlier changes have been applied',
  remediation: 'change or delete the resources that use it, apply that, and delete it in a second apply',
  check: (subject) => {
    const held = subject.resources.filter((change) => isHeld(change.type) && isDestroyed(change));
    if (held.length === 0) return [];
    const uses = usesOf(subject);
    return held.flatMap((change): Finding[] => {
      const users = namesOf(change)
        .flatMap((name) =>
          // A link names the project itself.
          (uses.get(name) ?? []).filter((user) => name.startsWith('projects/') || mayShareScope(subject.plan, change, user)),
        )
        .map(({ address }) => address);
      const distinct = [...new Set(users)].sort();
      if (distinct.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: `it is used by ${joinNames(distinct)}, and ${distinct.length === 1 ? 'that stays' : 'those stay'}`,
        },
      ];
    });
  },
};

function isHeld(type: string): boolean {
  return readFacet(findResourceType(type), 'use')?.whileUsed === 'held';
}

/** Names by which other resources refer to it. */
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

/** Resources that stay, by the names they refer to. */
function usesOf(subject: Subject): ReadonlyMap<string, readonly ResourceChange[]> {
  const uses = new Map<string, ResourceChange[]>();
  const add = (name: string, change: ResourceChange): void => {
    const list = uses.get(name);
    if (list) list.push(change);
    else uses.set(name, [change]);
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

/** Self link without its host, so that it equals the id. */
function plainLink(link: string | undefined): string | undefined {
  return /(?:^|\/)(projects\/[^/]+\/(?:global|regions|zones|locations)\/.+)$/.exec(link ?? '')?.[1];
}
