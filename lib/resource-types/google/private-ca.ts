import type { ResourceType } from '../resource-type';

export const privateCa: readonly ResourceType[] = [
  {
    names: ['google_privateca_ca_pool'],
    what: 'a pool of certificate authorities',
    deletion: {
      kind: 'data',
      impact: 'its policy, and the record of its certificates; only a pool without authorities can be deleted',
      recovery: 'the configuration, from Terraform',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/privateca_ca_pool',
    },
    price: { free: 'its authorities are paid' },
  },
  {
    names: ['google_privateca_certificate_authority'],
    what: 'a certificate authority',
    deletion: {
      kind: 'data',
      impact: 'its key: it cannot issue or revoke certificates, and those that it issued lose their issuer',
      recovery: 'the authority, within 30 days, by undeleting it, unless skip_grace_period is set',
      source: 'https://cloud.google.com/certificate-authority-service/docs/delete-certificate-authorities',
    },
    price: { unpriced: 'a price for each authority', isLarge: true },
  },
  {
    names: ['google_privateca_certificate'],
    what: 'a certificate',
    deletion: {
      kind: 'service',
      impact: 'the certificate: it is revoked, and clients no longer trust it',
      recovery: 'a new certificate',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each certificate', isLarge: false },
  },
  {
    names: ['google_privateca_certificate_template'],
    what: 'a template of certificates',
    deletion: {
      kind: 'service',
      impact: 'new certificates that are issued from it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
