import { findDataLoss } from '../destruction';
import type { Rule } from '../rule';

/** Resources that Terraform removes from the state without destroying them. */
export const forgotten: Rule = {
  id: 'forgotten',
  severities: ['warn'],
  title: 'A resource is removed from the state and not destroyed',
  why: 'it keeps running and costing, and no plan shows or protects it',
  remediation: 'record which system or team manages it from now on, or delete it by hand when it is no longer needed',
  check: ({ resources }) =>
    resources
      .filter(({ actions }) => actions.includes('forget'))
      .map((change) => ({
        severity: 'warn',
        address: change.address,
        action: change.action,
        reason: change.forgetsOld
          ? 'the replaced resource keeps existing, and Terraform no longer manages it'
          : 'it keeps existing, and Terraform no longer manages it',
        impact: findDataLoss(change) ? 'no data; its protection, its schedule and its cost are no longer managed' : '',
        recovery: findDataLoss(change) ? 'complete, by importing it' : '',
      })),
};
