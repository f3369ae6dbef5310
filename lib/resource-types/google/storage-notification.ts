import type { ResourceType } from '../resource-type';

export const storageNotification: readonly ResourceType[] = [
  {
    names: ['google_storage_notification'],
    what: 'a notification of a bucket',
    deletion: {
      kind: 'service',
      impact: 'the messages about changed objects',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
