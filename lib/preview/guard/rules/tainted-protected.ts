import type { Rule } from '../rule';
import { statefulType } from '../stateful-types';
import { member } from '../values';

/** A failed creation leaves a taint, and the next plan replaces what is there, protected or not. */
export const taintedProtected: Rule = {
  id: 'tainted-protected',
  title: 'The apply will fail half-way: something protected is tainted',
  check: (subject) =>
    subject.resources
      .filter(
        (change) =>
          change.reason === 'replace_because_tainted' &&
          (statefulType(change) !== undefined ||
            member(change.before, 'deletion_protection') === true ||
            isProtectedIn(subject.synthesized, change)),
      )
      .map((change) => ({
        severity: 'refuse',
        address: change.address,
        action: change.action,
        reason: 'it is tainted: its creation, or a step after it, failed once, and Terraform replaces it whether it is well or not',
        lost: statefulType(change)?.lost ?? '',
        comesBack: statefulType(change)?.comesBack ?? '',
        fix: `look at it, and run terraform untaint '${change.address}' when it is well`,
      })),
};

function isProtectedIn(synthesized: unknown, { type, name }: { type: string; name: string }): boolean {
  return member(synthesized, 'resource', type, name, 'lifecycle', 'prevent_destroy') === true;
}
