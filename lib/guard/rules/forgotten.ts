import type { Rule } from '../rule';
import { statefulType } from '../stateful-types';

/** What Terraform forgets goes on running, and on costing, where nobody plans it. */
export const forgotten: Rule = {
  id: 'forgotten',
  title: 'Terraform lets go of something that stays where it is',
  check: ({ resources }) =>
    resources
      .filter(({ actions }) => actions.includes('forget'))
      .map((change) => ({
        severity: 'warn',
        address: change.address,
        action: change.action,
        reason: change.forgetsOld
          ? 'the one that is replaced stays where it is, and Terraform no longer knows it'
          : 'it stays where it is, and Terraform no longer knows it',
        impact: statefulType(change) ? 'nothing, but nobody plans its protection, its schedule or its cost any more' : '',
        recovery: statefulType(change) ? 'everything, by importing it' : '',
        remediation: 'write down who looks after it from now on, or delete it by hand when nobody needs it',
      })),
};
