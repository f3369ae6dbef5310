import type { ResourceType } from '../resource-type';

export const memorystore: readonly ResourceType[] = [
  {
    names: ['google_redis_instance'],
    what: 'a Redis instance',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/redis_instance',
    },
  },
  {
    names: ['google_redis_cluster'],
    what: 'a Redis cluster',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'a backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/redis_cluster',
    },
  },
  {
    names: ['google_memorystore_instance'],
    what: 'a Memorystore instance',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'a backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/memorystore_instance',
    },
  },
  {
    names: ['google_memcache_instance'],
    what: 'a Memcached instance',
    deletion: {
      kind: 'data',
      impact: 'all of its keys',
      recovery: 'none: clients fill the cache again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/memcache_instance',
    },
  },
];
