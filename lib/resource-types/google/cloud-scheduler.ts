import type { ResourceType } from '../resource-type';

export const cloudScheduler: readonly ResourceType[] = [
  {
    names: ['google_cloud_scheduler_job'],
    what: 'a scheduled job',
    deletion: {
      kind: 'service',
      impact: 'its runs',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    running: [{ path: ['paused'], safe: { oneOf: [false, undefined] }, stops: 'it is paused' }],
    price: { unpriced: 'a price for each job', isLarge: false },
  },
];
