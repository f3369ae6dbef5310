import type { ResourceType } from '../resource-type';

export const workflows: readonly ResourceType[] = [
  {
    names: ['google_workflows_workflow'],
    what: 'a workflow',
    deletion: {
      kind: 'service',
      impact: 'its runs, and what calls it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each step', isLarge: false },
  },
];
