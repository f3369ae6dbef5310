import type { ResourceType } from '../resource-type';

export const looker: readonly ResourceType[] = [
  {
    names: ['google_looker_instance'],
    what: 'a Looker instance',
    deletion: {
      kind: 'data',
      impact: 'its database, with users, dashboards and schedules',
      recovery: 'an export of the instance',
      source: 'https://cloud.google.com/looker/docs/looker-core-export-import',
    },
    price: { unpriced: 'a price for each month', isLarge: true },
  },
];
