import type { ResourceType } from '../resource-type';

export const oracleDatabase: readonly ResourceType[] = [
  {
    names: [
      'google_oracle_database_autonomous_database',
      'google_oracle_database_cloud_vm_cluster',
      'google_oracle_database_cloud_exadata_infrastructure',
    ],
    what: 'an Oracle database',
    deletion: {
      kind: 'data',
      impact: 'all of its databases',
      recovery: 'a backup of Oracle',
      source: 'https://cloud.google.com/oracle/database/docs/overview',
    },
    price: { unpriced: 'its machines and storage', isLarge: true },
  },
  {
    names: ['google_oracle_database_odb_network', 'google_oracle_database_odb_subnet'],
    what: 'a network of Oracle databases',
    deletion: {
      kind: 'service',
      impact: 'connections to the databases',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
