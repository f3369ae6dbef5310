import type { ResourceType } from '../resource-type';

export const cloudRun: readonly ResourceType[] = [
  {
    names: [
      'google_cloud_run_service',
      'google_cloud_run_v2_service',
      'google_cloud_run_v2_worker_pool',
      'google_cloud_run_domain_mapping',
    ],
    what: 'a Cloud Run service',
    deletion: {
      kind: 'service',
      impact: 'what it serves, and its URL',
      recovery: 'the service, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its instances and requests', isLarge: true },
  },
  {
    names: ['google_cloud_run_v2_job'],
    what: 'a Cloud Run job',
    deletion: {
      kind: 'service',
      impact: 'its runs',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its runs', isLarge: false },
  },
];
