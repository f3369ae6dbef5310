import type { ResourceType } from '../resource-type';

export const alloydb: readonly ResourceType[] = [
  {
    names: ['google_alloydb_cluster'],
    what: 'an AlloyDB cluster',
    deletion: {
      kind: 'data',
      impact: 'all of its databases, automated backups and continuous backups',
      recovery: 'an on-demand backup or an export',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/alloydb_cluster',
    },
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
  },
];
