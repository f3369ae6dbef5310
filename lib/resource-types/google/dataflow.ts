import type { ResourceType } from '../resource-type';

export const dataflow: readonly ResourceType[] = [
  {
    names: ['google_dataflow_job', 'google_dataflow_flex_template_job'],
    what: 'a Dataflow job',
    deletion: {
      kind: 'service',
      impact: 'the processing of data; data in flight is lost when on_delete is cancel',
      recovery: 'a new job, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its workers', isLarge: true },
  },
];
