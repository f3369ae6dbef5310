import { known, textAt, valueAt } from '../../terraform/values';
import type { Rule } from '../rule';
import { isDestroyed } from '../subject';

/** The provider looks at the value in the state, and only when it is about to delete: the plan looks fine. */
export const deletionProtected: Rule = {
  id: 'deletion-protected',
  title: 'The apply will fail half-way: what it deletes is protected by its provider',
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
        reason:
          'its deletion protection is on in the state, so the provider refuses when the apply comes to it; what came before stays done',
        impact: '',
        recovery: '',
        remediation: 'if it is meant to go: switch the protection off, apply that, and only then let it go',
      })),
};
