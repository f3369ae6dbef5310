import type { ResourceType } from '../resource-type';

export const networkServices: readonly ResourceType[] = [
  {
    names: [],
    family: /^google_network_security_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of network security',
    price: { unpriced: 'a price for each endpoint and for traffic', isLarge: true },
    deletion: {
      kind: 'service',
      impact: 'the protection or inspection of traffic by it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [],
    family: /^google_network_services_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of a service mesh or gateway',
    price: { unpriced: 'a price for each hour and for traffic', isLarge: false },
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [],
    family: /^google_network_connectivity_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of network connectivity',
    price: { unpriced: 'a price for each attachment and for traffic', isLarge: false },
    deletion: {
      kind: 'service',
      impact: 'the connections through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_network_management_connectivity_test'],
    what: 'a connectivity test',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'harmless',
      why: 'it only tests connections, and Terraform recreates it',
    },
  },
  {
    names: ['google_network_management_vpc_flow_logs_config'],
    what: 'a configuration of flow logs',
    price: { unpriced: 'logs by their size', isLarge: false },
    deletion: {
      kind: 'service',
      impact: 'the record of connections',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_service_networking_peered_dns_domain', 'google_service_networking_vpc_service_controls'],
    what: 'configuration of a peering',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'names and protection of services behind the peering',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_cloud_ids_endpoint'],
    what: 'an intrusion detection endpoint',
    price: { unpriced: 'a price for each hour and for traffic', isLarge: true },
    deletion: {
      kind: 'service',
      impact: 'the detection of attacks',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [],
    family: /^google_beyondcorp_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of BeyondCorp',
    price: { unpriced: 'a price for each user', isLarge: false },
    deletion: {
      kind: 'service',
      impact: 'access through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [],
    family: /^google_edgenetwork_/,
    what: 'a part of an edge network',
    price: { unpriced: 'a price for each hour', isLarge: true },
    deletion: {
      kind: 'service',
      impact: 'connections through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
