import type { ResourceType } from '../resource-type';

export const binaryAuthorization: readonly ResourceType[] = [
  {
    names: [
      'google_binary_authorization_policy',
      'google_binary_authorization_attestor',
      'google_container_analysis_note',
      'google_container_analysis_occurrence',
    ],
    what: 'a part of Binary Authorization',
    deletion: {
      kind: 'service',
      impact: 'the check of images before they run, or the attestations that it needs',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
