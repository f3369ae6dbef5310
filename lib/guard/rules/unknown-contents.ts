import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, valueAt } from '../../terraform/values';
import { nameBefore, readManifest, typeBefore } from '../manifest';
import type { Rule } from '../rule';
import { findStatefulType } from '../stateful-types';
import { isKnownStateless } from '../stateless-types';
import { describeDestruction, isDestroyed } from '../subject';
import type { Finding } from '../verdict';

/** Deletions of resource types that are on no list. They may hold data. */
export const unknownContents: Rule = {
  id: 'unknown-contents',
  severities: ['warn'],
  title: 'A resource is deleted or replaced, and the guard does not know whether it holds data',
  why: 'a resource type that is on no list may hold data, so its deletion is always reported',
  remediation: 'check whether it holds data, and copy what is needed before it is deleted',
  check: ({ resources }) =>
    resources.filter(isDestroyed).flatMap((change): Finding[] => {
      const unknown = unknownPart(change);
      if (unknown === undefined) return [];
      return [
        {
          severity: 'warn',
          address: change.address,
          action: change.action,
          reason: `the guard does not know what ${unknown}; ${nameBefore(change) ?? change.name} ${describeDestruction(change)}`,
          impact: 'its data, if it holds any',
          recovery: 'unknown',
        },
      ];
    }),
};

function unknownPart(change: ResourceChange): string | undefined {
  const { type, before } = change;
  if (findStatefulType(change) !== undefined) return undefined;
  if (type === 'google_compute_instance') {
    const keepsData = hasBlock(before, 'attached_disk') || valueAt(before, 'boot_disk', 'auto_delete') === false;
    return keepsData ? undefined : `${type} holds on its boot disk, which is deleted with it`;
  }
  if (isKnownStateless(typeBefore(change)) || /^google_compute_(region_)?instance_group_manager$/.test(type)) return undefined;
  const kind = readManifest(type, before)?.kind;
  return `${type}${kind === undefined ? '' : ` of ${kind}`} holds`;
}
