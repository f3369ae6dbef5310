import type { ResourceType } from '../resource-type';

export const integration: readonly ResourceType[] = [
  {
    names: ['google_integrations_client'],
    what: 'Application Integration in a region',
    deletion: {
      kind: 'data',
      impact: 'all of its integrations',
      recovery: 'integrations that are exported',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/integrations_client',
    },
    price: { unpriced: 'a price for each run', isLarge: false },
  },
  {
    names: [
      'google_integrations_auth_config',
      'google_integration_connectors_connection',
      'google_integration_connectors_endpoint_attachment',
      'google_integration_connectors_managed_zone',
    ],
    what: 'a connection of integrations',
    deletion: {
      kind: 'service',
      impact: 'integrations that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour', isLarge: false },
  },
  {
    names: [],
    family: /^google_contact_center_insights_/,
    what: 'a part of Contact Center AI',
    deletion: {
      kind: 'service',
      impact: 'the analysis of conversations',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each conversation', isLarge: false },
  },
  {
    names: [],
    family: /^google_gemini_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a setting of Gemini',
    deletion: {
      kind: 'service',
      impact: 'what it sets for its users',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares roles, members and conditions' },
    running: { none: 'it does not run' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'a price for each user', isLarge: false },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: [],
    family: /^google_apphub_/,
    what: 'a part of App Hub',
    deletion: {
      kind: 'service',
      impact: 'the grouping of services and workloads, which stay',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_blockchain_node_engine_blockchain_nodes'],
    what: 'a blockchain node',
    deletion: {
      kind: 'service',
      impact: 'what it serves',
      recovery: 'a new node, which copies the chain again',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour', isLarge: true },
  },
  {
    names: ['google_transcoder_job_template'],
    what: 'a template of transcoding',
    deletion: {
      kind: 'service',
      impact: 'jobs that use it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_transcoder_job'],
    what: 'a transcoding job',
    deletion: {
      kind: 'harmless',
      why: 'it is only the record of a job; its output stays',
    },
    price: { unpriced: 'video by its length', isLarge: false },
  },
];
