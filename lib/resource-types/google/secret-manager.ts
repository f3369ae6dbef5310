import type { ResourceType } from '../resource-type';

export const secretManager: readonly ResourceType[] = [
  {
    names: ['google_secret_manager_secret', 'google_secret_manager_regional_secret'],
    what: 'a secret',
    deletion: {
      kind: 'data',
      impact: 'all of its versions',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/secret_manager_secret',
    },
    protections: [
      { path: ['expire_time'], safe: { more: '', unset: 'strongest' }, against: 'data-loss', weaker: 'it is kept until' },
      { path: ['ttl'], safe: { more: '', unset: 'strongest' }, against: 'data-loss', weaker: 'it is kept for' },
      {
        path: ['version_destroy_ttl'],
        safe: { more: '', unset: 'weakest' },
        against: 'deletion',
        weaker: 'after its destruction a version can be restored for',
      },
      { path: ['rotation', 'rotation_period'], safe: { less: '' }, against: 'attack', weaker: 'a rotation is announced every' },
    ],
    price: { free: 'its versions are paid' },
  },
  {
    names: ['google_secret_manager_secret_version', 'google_secret_manager_regional_secret_version'],
    what: 'a version of a secret',
    deletion: {
      kind: 'data',
      impact: 'its value, unless deletion_policy keeps it',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/secret_manager_secret_version',
    },
    protections: [
      { path: ['enabled'], safe: { oneOf: [true, undefined] }, against: 'outage', weaker: 'it can no longer be read' },
      {
        path: ['deletion_policy'],
        safe: { ranked: [['ABANDON'], ['DISABLE']] },
        against: 'deletion',
        weaker: 'its deletion policy no longer prevents deletion',
      },
    ],
    price: { unpriced: 'a price for each version and access', isLarge: false },
  },
];
