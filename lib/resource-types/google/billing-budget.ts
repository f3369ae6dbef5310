import type { ResourceType } from '../resource-type';

export const billingBudget: readonly ResourceType[] = [
  {
    names: ['google_billing_budget'],
    what: 'a budget',
    deletion: {
      kind: 'service',
      impact: 'the warnings of spending',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'budgets have no price' },
  },
];
