import { findTypeBefore } from '../destruction';
import { nameBefore } from '../manifest';
import type { Rule } from '../rule';
import { describeDestruction, isDestroyed } from '../subject';
import type { SubjectChange } from '../typed-change';
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

function unknownPart(change: SubjectChange): string | undefined {
  if (findTypeBefore(change) !== undefined) return undefined;
  const kind = change.objectBefore?.kind;
  return `${change.type}${kind === undefined ? '' : ` of ${kind}`} holds`;
}
