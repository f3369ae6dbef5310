import type { ResourceType } from '../resource-type';

export const discoveryEngine: readonly ResourceType[] = [
  {
    names: ['google_discovery_engine_data_store'],
    what: 'a search data store',
    deletion: {
      kind: 'data',
      impact: 'all of its documents',
      recovery: 'documents that are imported again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/discovery_engine_data_store',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: [
      'google_discovery_engine_search_engine',
      'google_discovery_engine_chat_engine',
      'google_discovery_engine_recommendation_engine',
      'google_discovery_engine_schema',
      'google_discovery_engine_sitemap',
      'google_discovery_engine_target_site',
      'google_discovery_engine_cmek_config',
    ],
    what: 'a part of a search',
    deletion: {
      kind: 'service',
      impact: 'searches that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each query', isLarge: false },
  },
];
