import type { ResourceType } from '../resource-type';

export const kms: readonly ResourceType[] = [
  {
    names: ['google_kms_crypto_key'],
    what: 'an encryption key',
    deletion: {
      kind: 'data',
      impact: 'all of its versions are scheduled for destruction: data that they encrypted becomes unreadable',
      recovery: 'its versions, until destroy_scheduled_duration ends, 30 days by default; none after that',
      source: 'https://cloud.google.com/kms/docs/destroy-restore',
      isOriginal: true,
    },
    protections: [
      {
        path: ['destroy_scheduled_duration'],
        safe: { more: '', unset: 'weakest' },
        against: 'deletion',
        weaker: 'after its destruction a version can be restored for',
      },
      { path: ['rotation_period'], safe: { less: '' }, against: 'attack', weaker: 'it is rotated every' },
      {
        path: ['version_template', 'protection_level'],
        safe: { ranked: [['HSM'], ['EXTERNAL', 'EXTERNAL_VPC']] },
        against: 'attack',
        weaker: 'new versions are no longer kept in hardware',
      },
    ],
    price: { unpriced: 'a price for each version and operation', isLarge: false },
  },
  {
    names: ['google_kms_crypto_key_version'],
    what: 'a version of an encryption key',
    deletion: {
      kind: 'data',
      impact: 'it is scheduled for destruction: data that it encrypted becomes unreadable',
      recovery: 'the version, until destroy_scheduled_duration ends, 30 days by default; none after that',
      source: 'https://cloud.google.com/kms/docs/destroy-restore',
    },
    protections: [
      {
        path: ['state'],
        safe: { ranked: [['ENABLED', undefined], ['DISABLED']] },
        against: 'data-loss',
        weaker: 'data that it encrypted can no longer be read',
      },
    ],
    price: { unpriced: 'a price for each version and operation', isLarge: false },
  },
  {
    names: ['google_kms_key_ring'],
    what: 'a key ring',
    deletion: {
      kind: 'service',
      impact: 'its management: a key ring cannot be deleted, so that Terraform only forgets it, and its name cannot be used again',
      recovery: 'complete, by importing it',
      severity: 'warn',
    },
    price: { free: 'key rings have no price' },
  },
  {
    names: ['google_kms_ekm_connection', 'google_kms_autokey_config', 'google_kms_key_handle'],
    what: 'a connection to external keys, or automatic keys',
    deletion: {
      kind: 'service',
      impact: 'the use and creation of keys through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each version and operation', isLarge: false },
  },
  {
    names: ['google_kms_key_ring_import_job'],
    what: 'an import job',
    deletion: {
      kind: 'harmless',
      why: 'imported versions of keys stay; the job expires after three days',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_kms_secret_ciphertext'],
    what: 'an encrypted text',
    deletion: {
      kind: 'harmless',
      why: 'it exists in the state alone',
    },
    price: { free: 'configuration has no price' },
  },
];
