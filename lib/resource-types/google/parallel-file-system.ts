import type { ResourceType } from '../resource-type';

export const parallelFileSystem: readonly ResourceType[] = [
  {
    names: ['google_lustre_instance'],
    what: 'a Lustre file system',
    deletion: {
      kind: 'data',
      impact: 'all of its files',
      recovery: 'an export to a bucket',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/lustre_instance',
    },
    price: { unpriced: 'the capacity of a file system', isLarge: true },
  },
  {
    names: ['google_parallelstore_instance'],
    what: 'a Parallelstore file system',
    deletion: {
      kind: 'data',
      impact: 'all of its files',
      recovery: 'an export to a bucket',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/parallelstore_instance',
    },
    price: { unpriced: 'the capacity of a file system', isLarge: true },
  },
];
