import type { ResourceType } from '../resource-type';
import { compareCron } from '../schedule';

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
    protections: { none: 'no argument protects it' },
    running: [
      { path: ['paused'], safe: { oneOf: [false, undefined] }, stops: 'it is paused' },
      { path: ['schedule'], safe: compareCron('a run'), stops: 'its schedule' },
    ],
    backup: { none: 'the copies that its target takes are not known here' },
    exposes: { none: 'it gives no access' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'a price for each job', isLarge: false },
    secrets: [['http_target', '*', 'headers', '*']],
    rulesFor: { none: 'it decides about no traffic' },
  },
];
