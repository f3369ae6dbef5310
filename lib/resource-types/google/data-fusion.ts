import type { ResourceType } from '../resource-type';

export const dataFusion: readonly ResourceType[] = [
  {
    names: ['google_data_fusion_instance'],
    what: 'a Data Fusion instance',
    deletion: {
      kind: 'data',
      impact: 'its pipelines, with their history and connections',
      recovery: 'exported pipelines',
      source: 'https://cloud.google.com/data-fusion/docs/how-to/delete-instance',
    },
    price: { unpriced: 'a price for each hour', isLarge: true },
  },
];
