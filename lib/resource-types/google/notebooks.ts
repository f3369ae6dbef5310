import type { ResourceType } from '../resource-type';

export const notebooks: readonly ResourceType[] = [
  {
    names: ['google_workbench_instance', 'google_notebooks_instance', 'google_notebooks_runtime'],
    what: 'a notebook instance',
    deletion: {
      kind: 'data',
      impact: 'its disks, with the notebooks on them',
      recovery: 'notebooks that are also in a repository or bucket',
      source: 'https://cloud.google.com/vertex-ai/docs/workbench/instances/manage-instances',
    },
    price: { unpriced: 'its VM instance and disks', isLarge: true },
  },
  {
    names: ['google_colab_runtime'],
    what: 'a Colab runtime',
    deletion: {
      kind: 'data',
      impact: 'its disk, and the state of its notebooks',
      recovery: 'notebooks, which are kept elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/colab_runtime',
    },
    price: { unpriced: 'its VM instance and disk', isLarge: true },
  },
  {
    names: ['google_colab_runtime_template', 'google_colab_schedule', 'google_colab_notebook_execution', 'google_notebooks_environment'],
    what: 'configuration of notebooks',
    deletion: {
      kind: 'service',
      impact: 'runs and new runtimes that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_notebooks_location'],
    what: 'a location of notebooks',
    deletion: {
      kind: 'harmless',
      why: 'it only names a location, and is not an object',
    },
    price: { free: 'configuration has no price' },
  },
];
