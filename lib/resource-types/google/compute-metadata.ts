import type { ResourceType } from '../resource-type';

export const computeMetadata: readonly ResourceType[] = [
  {
    names: ['google_compute_project_metadata', 'google_compute_project_metadata_item'],
    what: 'metadata of a project',
    deletion: {
      kind: 'service',
      impact: 'what VM instances read from it, such as SSH keys and OS Login',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [
      {
        path: ['metadata', 'enable-oslogin'],
        safe: { oneOf: ['TRUE', 'true'] },
        against: 'attack',
        weaker: 'SSH keys of the metadata give access, beside IAM',
      },
    ],
    price: { free: 'configuration has no price' },
    secrets: [['metadata', '*'], ['value']],
  },
];
