import type { ResourceType } from '../resource-type';

export const sourceRepository: readonly ResourceType[] = [
  {
    names: ['google_sourcerepo_repository', 'google_secure_source_manager_instance', 'google_secure_source_manager_repository'],
    what: 'a repository of source code',
    deletion: {
      kind: 'data',
      impact: 'all of its commits',
      recovery: 'clones',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/sourcerepo_repository',
    },
    price: { unpriced: 'a price for each user and for storage', isLarge: false },
  },
  {
    names: ['google_secure_source_manager_branch_rule', 'google_secure_source_manager_hook'],
    what: 'a rule of a repository',
    deletion: {
      kind: 'service',
      impact: 'the protection of its branches',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
