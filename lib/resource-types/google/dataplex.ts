import type { ResourceType } from '../resource-type';

export const dataplex: readonly ResourceType[] = [
  {
    names: ['google_dataplex_lake', 'google_dataplex_zone', 'google_dataplex_asset'],
    what: 'a part of a Dataplex lake',
    deletion: {
      kind: 'service',
      impact: 'its discovery and access rules; data in buckets and datasets stays',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its runs', isLarge: false },
  },
  {
    names: [
      'google_dataplex_entry',
      'google_dataplex_entry_group',
      'google_dataplex_entry_type',
      'google_dataplex_aspect_type',
      'google_dataplex_glossary',
      'google_dataplex_glossary_category',
      'google_dataplex_glossary_term',
    ],
    what: 'metadata of Dataplex',
    deletion: {
      kind: 'data',
      impact: 'the descriptions that are stored in it',
      recovery: 'descriptions that Terraform manages',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/dataplex_entry',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_dataplex_datascan', 'google_dataplex_task'],
    what: 'a task of Dataplex',
    deletion: {
      kind: 'service',
      impact: 'its runs and their results',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its runs', isLarge: false },
  },
  {
    names: ['google_data_catalog_entry', 'google_data_catalog_entry_group', 'google_data_catalog_tag', 'google_data_catalog_tag_template'],
    what: 'metadata of Data Catalog',
    deletion: {
      kind: 'data',
      impact: 'the descriptions that are stored in it',
      recovery: 'descriptions that Terraform manages',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/data_catalog_entry',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_data_catalog_policy_tag', 'google_data_catalog_taxonomy'],
    what: 'policy tags',
    deletion: {
      kind: 'service',
      impact: 'the protection of the columns that have them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_biglake_catalog', 'google_biglake_database', 'google_biglake_table'],
    what: 'metadata of BigLake',
    deletion: {
      kind: 'data',
      impact: 'the metadata of its tables; their files stay',
      recovery: 'the configuration, from Terraform',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/biglake_catalog',
    },
    price: { free: 'configuration has no price' },
  },
];
