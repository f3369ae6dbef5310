import type { ResourceType } from '../resource-type';

export const firestore: readonly ResourceType[] = [
  {
    names: ['google_firestore_database'],
    what: 'a Firestore database',
    deletion: {
      kind: 'data',
      impact: 'all of its documents',
      recovery: 'a backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/firestore_database',
      isOriginal: true,
    },
    protections: [
      {
        path: ['delete_protection_state'],
        safe: { oneOf: ['DELETE_PROTECTION_ENABLED'] },
        against: 'deletion',
        weaker: 'deletion protection is turned off',
      },
      {
        path: ['point_in_time_recovery_enablement'],
        safe: { oneOf: ['POINT_IN_TIME_RECOVERY_ENABLED'] },
        against: 'copy-loss',
        weaker: 'it can no longer be restored to any moment',
      },
      {
        path: ['cmek_config', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    price: { unpriced: 'storage and operations by their number', isLarge: false },
  },
  {
    names: ['google_firestore_backup_schedule'],
    what: 'a Firestore backup schedule',
    deletion: {
      kind: 'data',
      impact: 'future backups',
      recovery: 'the schedule, from Terraform; not the backups in between',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/firestore_backup_schedule',
    },
    protections: [
      { path: ['retention'], safe: { more: '', unset: 'weakest' }, against: 'copy-loss', weaker: 'backups are kept' },
      { path: ['daily_recurrence'], safe: { set: true }, against: 'copy-loss', weaker: 'a backup is no longer taken every day' },
    ],
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_firestore_field'],
    what: 'the settings of a Firestore field',
    deletion: { kind: 'harmless', why: 'documents stay, and the field has the default indexes again' },
    protections: [
      // https://cloud.google.com/firestore/docs/ttl
      {
        path: ['ttl_config'],
        safe: { oneOf: [undefined] },
        against: 'data-loss',
        weaker: 'documents are deleted at the time in the field',
        alsoNew: true,
      },
    ],
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_firestore_document'],
    what: 'a document',
    deletion: {
      kind: 'data',
      impact: 'its fields',
      recovery: 'a backup or an export of the database',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/firestore_document',
    },
    price: { unpriced: 'storage and operations by their number', isLarge: false },
  },
  {
    names: ['google_firestore_index'],
    what: 'an index',
    deletion: {
      kind: 'service',
      impact: 'queries that need it, until it is built again',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
