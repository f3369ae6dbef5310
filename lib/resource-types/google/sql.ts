import type { ResourceType } from '../resource-type';

export const sql: readonly ResourceType[] = [
  {
    names: ['google_sql_database_instance'],
    what: 'a database instance',
    deletion: {
      kind: 'data',
      impact: 'all of its databases and automatic backups',
      recovery: 'an export, or a final backup when one was requested; its name is reserved for a week',
      source: 'https://cloud.google.com/sql/docs/postgres/delete-instance',
      isOriginal: true,
    },
    protections: [
      {
        path: ['settings', 'deletion_protection_enabled'],
        safe: { oneOf: [true] },
        against: 'deletion',
        weaker: 'deletion protection in Cloud SQL is turned off',
      },
      {
        path: ['settings', 'backup_configuration', 'enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'it is no longer backed up',
      },
      {
        path: ['settings', 'backup_configuration', 'point_in_time_recovery_enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'it can no longer be restored to any moment',
      },
      {
        path: ['settings', 'backup_configuration', 'binary_log_enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'its changes are no longer logged for a restore to any moment',
      },
      {
        path: ['settings', 'backup_configuration', 'backup_retention_settings', 'retained_backups'],
        safe: { more: 'backups', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'it keeps',
      },
      {
        path: ['settings', 'backup_configuration', 'transaction_log_retention_days'],
        safe: { more: 'days', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'transaction logs are kept',
      },
      {
        path: ['settings', 'retain_backups_on_delete'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'its backups are deleted with it',
      },
      {
        path: ['settings', 'final_backup_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'no final backup is taken before it is deleted',
      },
      {
        path: ['settings', 'availability_type'],
        safe: { oneOf: ['REGIONAL'] },
        against: 'outage',
        weaker: 'it no longer fails over to another zone',
      },
      { path: ['settings', 'disk_autoresize'], safe: { oneOf: [true] }, against: 'outage', weaker: 'its disk no longer grows by itself' },
      // https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances#SslMode
      {
        path: ['settings', 'ip_configuration', 'ssl_mode'],
        safe: { ranked: [['TRUSTED_CLIENT_CERTIFICATE_REQUIRED'], ['ENCRYPTED_ONLY']] },
        against: 'attack',
        weaker: 'connections with weaker or without encryption are accepted',
      },
      {
        path: ['settings', 'ip_configuration', 'require_ssl'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'connections without encryption are accepted',
      },
      {
        path: ['settings', 'connector_enforcement'],
        safe: { oneOf: ['REQUIRED'] },
        against: 'attack',
        weaker: 'connections without a Cloud SQL connector are accepted',
      },
      {
        path: ['settings', 'password_validation_policy', 'enable_password_policy'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'weak passwords are accepted',
      },
      {
        path: ['settings', 'sql_server_audit_config', 'bucket'],
        safe: { set: true },
        against: 'attack',
        weaker: 'access to it is no longer logged',
      },
      {
        path: ['encryption_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
    ],
    running: [
      {
        path: ['settings', 'activation_policy'],
        safe: { oneOf: ['ALWAYS', 'ON_DEMAND', undefined] },
        stops: 'it is stopped',
        severity: 'refuse',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: [
      {
        path: ['settings', 'ip_configuration', 'ipv4_enabled'],
        open: { oneOf: [true] },
        words: 'the database gets a public address',
        remediation: 'set ipv4_enabled to false and use a private network',
      },
      {
        path: ['settings', 'ip_configuration', 'authorized_networks', 'value'],
        open: { ranges: true, unset: 'none' },
        words: 'the database accepts connections at its public address',
        remediation: 'set ipv4_enabled to false and use a private network',
      },
      {
        path: ['settings', 'ip_configuration', 'psc_config', 'allowed_consumer_projects'],
        open: { set: true },
        words: 'other projects may connect to the database',
        severity: 'warn',
      },
    ],
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'its databases are deleted with it' },
    price: { unpriced: 'the machines and the storage of a database', isLarge: true },
  },
  {
    names: ['google_sql_database'],
    what: 'a database',
    deletion: {
      kind: 'data',
      impact: 'all of its tables',
      recovery: "the instance's last backup, by restoring the whole instance",
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/sql_database',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'instance'] },
    price: { free: 'its instance is paid' },
  },
  {
    names: ['google_sql_user'],
    what: 'a database user',
    deletion: {
      kind: 'service',
      impact: 'the access of its clients',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'its instance is paid' },
  },
  {
    names: ['google_sql_ssl_cert'],
    what: 'a client certificate',
    deletion: {
      kind: 'service',
      impact: 'the access of its clients',
      recovery: 'a new certificate',
      severity: 'warn',
    },
    price: { free: 'its instance is paid' },
  },
  {
    names: ['google_sql_source_representation_instance'],
    what: 'an external source of replication',
    deletion: {
      kind: 'service',
      impact: 'the replication from it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
