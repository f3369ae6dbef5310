import type { ResourceType } from '../resource-type';
import { compareWeekdays } from '../schedule';

export const alloydb: readonly ResourceType[] = [
  {
    names: ['google_alloydb_cluster'],
    what: 'an AlloyDB cluster',
    deletion: {
      kind: 'data',
      impact: 'all of its databases, automated backups and continuous backups',
      recovery: 'an on-demand backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/alloydb_cluster',
      isOriginal: true,
    },
    protections: [
      {
        path: ['deletion_policy'],
        safe: { oneOf: ['DEFAULT'] },
        against: 'deletion',
        weaker: 'its deletion policy no longer prevents deletion',
      },
      { path: ['automated_backup_policy', 'enabled'], safe: { oneOf: [true] }, against: 'copy-loss', weaker: 'it is no longer backed up' },
      {
        path: ['automated_backup_policy', 'quantity_based_retention', 'count'],
        safe: { more: 'backups', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'it keeps',
      },
      {
        path: ['automated_backup_policy', 'time_based_retention', 'retention_period'],
        safe: { more: '', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'backups are kept',
      },
      {
        path: ['automated_backup_policy', 'weekly_schedule', 'days_of_week'],
        safe: compareWeekdays('a backup'),
        against: 'copy-loss',
        weaker: 'its schedule',
      },
      {
        path: ['continuous_backup_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'it can no longer be restored to any moment',
      },
      {
        path: ['continuous_backup_config', 'recovery_window_days'],
        safe: { more: 'days', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'it can be restored to any moment of',
      },
      {
        path: ['encryption_config', 'kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    price: { free: 'its instances and its storage are paid' },
  },
  {
    names: ['google_alloydb_instance'],
    what: 'an AlloyDB instance',
    deletion: {
      kind: 'data',
      impact: 'every connection to it; the data stays in the cluster, unless that is deleted too',
      recovery: 'the instance, from Terraform, on the data of the cluster',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/alloydb_instance',
    },
    protections: [
      { path: ['availability_type'], safe: { oneOf: ['REGIONAL'] }, against: 'outage', weaker: 'it no longer fails over to another zone' },
      {
        path: ['client_connection_config', 'ssl_config', 'ssl_mode'],
        safe: { oneOf: ['ENCRYPTED_ONLY'] },
        against: 'attack',
        weaker: 'connections without encryption are accepted',
      },
      {
        path: ['client_connection_config', 'require_connectors'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'connections without a connector are accepted',
      },
    ],
    exposes: [
      {
        path: ['network_config', 'enable_public_ip'],
        open: { oneOf: [true] },
        words: 'the database gets a public address',
        remediation: 'set enable_public_ip to false and use a private network',
      },
      {
        path: ['network_config', 'authorized_external_networks', 'cidr_range'],
        open: { ranges: true, unset: 'none' },
        words: 'the database accepts connections at its public address',
      },
      {
        path: ['psc_instance_config', 'allowed_consumer_projects', '*'],
        open: { set: true },
        words: 'other projects may connect to the database',
        severity: 'warn',
      },
    ],
    price: { unpriced: 'the machines and the storage of a database', isLarge: true },
  },
  {
    names: ['google_alloydb_backup'],
    what: 'an AlloyDB backup',
    deletion: {
      kind: 'data',
      impact: 'the state of the cluster at that time',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/alloydb_backup',
    },
    price: { unpriced: 'storage by its size', isLarge: false },
  },
  {
    names: ['google_alloydb_user'],
    what: 'a database user',
    deletion: {
      kind: 'service',
      impact: 'the access of its clients',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'its instance is paid' },
  },
];
