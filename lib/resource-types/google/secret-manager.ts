import type { ResourceType } from '../resource-type';

export const secretManager: readonly ResourceType[] = [
  {
    names: ['google_secret_manager_secret'],
    what: 'a secret',
    deletion: {
      kind: 'data',
      impact: 'all of its versions',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/secret_manager_secret',
    },
  },
  {
    names: ['google_secret_manager_secret_version'],
    what: 'a version of a secret',
    deletion: {
      kind: 'data',
      impact: 'its value, unless deletion_policy keeps it',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/secret_manager_secret_version',
    },
  },
];
