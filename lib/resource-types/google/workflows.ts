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
    protections: { none: 'only deletion_protection protects it, which has the same meaning in every type' },
    running: { none: 'it runs when it is called' },
    backup: { none: 'the copies that its steps take are not known here' },
    exposes: { none: 'it gives no access' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { none: 'its callers stay, and fail' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'a price for each step', isLarge: false },
    secrets: [['user_env_vars', '*']],
    rulesFor: { none: 'it decides about no traffic' },
  },
];
