import type { ResourceType } from '../resource-type';

export const dataform: readonly ResourceType[] = [
  {
    names: ['google_dataform_repository'],
    what: 'a Dataform repository',
    deletion: {
      kind: 'data',
      impact: 'its workspaces and the code in them, unless it is connected to Git',
      recovery: 'code that is pushed to Git',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/dataform_repository',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_dataform_repository_release_config', 'google_dataform_repository_workflow_config'],
    what: 'a schedule of Dataform',
    deletion: {
      kind: 'service',
      impact: 'its runs',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
