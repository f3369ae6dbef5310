import type { ResourceType } from '../resource-type';

export const accessContextManager: readonly ResourceType[] = [
  {
    names: [],
    family: /^google_access_context_manager_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of VPC Service Controls',
    deletion: {
      kind: 'service',
      impact: 'the protection of services by it: they can be called from outside of the perimeter',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares roles, members and conditions' },
    running: { none: 'it does not run' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
];
