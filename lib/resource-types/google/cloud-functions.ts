import type { ResourceType } from '../resource-type';

export const cloudFunctions: readonly ResourceType[] = [
  {
    names: ['google_cloudfunctions_function', 'google_cloudfunctions2_function'],
    what: 'a function',
    deletion: {
      kind: 'service',
      impact: 'what calls it',
      recovery: 'the function, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its calls and instances', isLarge: false },
  },
];
