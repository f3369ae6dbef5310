import { known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { isDestroyed } from '../subject';

/** Deletions that the provider refuses during the apply. It reads the protection from the state, so the plan does not show it. */
export const deletionProtected: Rule = {
  id: 'deletion-protected',
  severities: ['refuse'],
  title: 'The apply would fail: a resource to be deleted has deletion protection',
  why: 'the provider checks the protection in the state when it deletes, so the plan succeeds and the apply stops half-way',
  remediation: 'turn the protection off and apply that first; delete the resource in a second apply',
  check: ({ resources }) =>
    resources
      .filter(
        (change) =>
          isDestroyed(change) &&
          (valueAt(change.before, 'deletion_protection') === true ||
            valueAt(change.before, 'deletion_protection_enabled') === true ||
            known(textAt(change.before, 'deletion_policy')) === 'PREVENT'),
      )
      .map((change) => ({
        severity: 'refuse',
        address: change.address,
        action: change.action,
        reason: 'its deletion protection is on in the state, so the provider refuses to delete it; changes applied before it stay',
      })),
};
