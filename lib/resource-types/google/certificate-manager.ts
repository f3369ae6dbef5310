import type { ResourceType } from '../resource-type';

export const certificateManager: readonly ResourceType[] = [
  {
    names: [
      'google_certificate_manager_certificate',
      'google_certificate_manager_certificate_map',
      'google_certificate_manager_certificate_map_entry',
    ],
    what: 'a certificate of Certificate Manager',
    deletion: {
      kind: 'service',
      impact: 'TLS connections to load balancers that use it',
      recovery: 'a new certificate; a managed one is provisioned again',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each certificate', isLarge: false },
  },
  {
    names: [
      'google_certificate_manager_dns_authorization',
      'google_certificate_manager_certificate_issuance_config',
      'google_certificate_manager_trust_config',
    ],
    what: 'configuration of Certificate Manager',
    deletion: {
      kind: 'service',
      impact: 'the issuance, renewal or validation of certificates that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
