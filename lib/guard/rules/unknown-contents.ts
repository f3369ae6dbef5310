import type { ResourceChange } from '../../terraform/plan';
import { hasBlock, valueAt } from '../../terraform/values';
import { manifestObject, nameBefore, typeBefore } from '../manifest';
import type { Rule } from '../rule';
import { statefulType } from '../stateful-types';
import { isKnownStateless } from '../stateless-types';
import { destruction, isDestroyed } from '../subject';
import type { Finding } from '../verdict';

/** A type that is on no list may hold data: the guard warns of its deletion, and is never silent on it. */
export const unknownContents: Rule = {
  id: 'unknown-contents',
  title: 'Something is deleted or replaced, and the guard does not know whether it holds data',
  check: ({ resources }) =>
    resources.filter(isDestroyed).flatMap((change): Finding[] => {
      const unknown = unknownPart(change);
      if (unknown === undefined) return [];
      return [
        {
          severity: 'warn',
          address: change.address,
          action: change.action,
          reason: `the guard does not know what ${unknown}; ${nameBefore(change) ?? change.name} ${destruction(change)}`,
          impact: 'what it holds, if it holds anything',
          recovery: 'not known',
          remediation: 'look at what it holds, and copy elsewhere what is needed, before it goes',
        },
      ];
    }),
};

function unknownPart(change: ResourceChange): string | undefined {
  const { type, before } = change;
  if (statefulType(change) !== undefined) return undefined;
  if (type === 'google_compute_instance') {
    const keepsData = hasBlock(before, 'attached_disk') || valueAt(before, 'boot_disk', 'auto_delete') === false;
    return keepsData ? undefined : `${type} holds on its boot disk, which is deleted with it`;
  }
  if (isKnownStateless(typeBefore(change)) || /^google_compute_(region_)?instance_group_manager$/.test(type)) return undefined;
  const kind = manifestObject(type, before)?.kind;
  return `${type}${kind === undefined ? '' : ` of ${kind}`} holds`;
}
