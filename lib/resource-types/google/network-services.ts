import type { ResourceType } from '../resource-type';

export const networkServices: readonly ResourceType[] = [
  {
    names: [],
    family: /^google_network_security_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of network security',
    deletion: {
      kind: 'service',
      impact: 'the protection or inspection of traffic by it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each endpoint and for traffic', isLarge: true },
  },
  {
    names: [],
    family: /^google_network_services_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of a service mesh or gateway',
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour and for traffic', isLarge: false },
  },
  {
    names: ['google_network_management_connectivity_test'],
    what: 'a connectivity test',
    deletion: {
      kind: 'harmless',
      why: 'it only tests connections, and Terraform recreates it',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_network_management_vpc_flow_logs_config'],
    what: 'a configuration of flow logs',
    deletion: {
      kind: 'service',
      impact: 'the record of connections',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'logs by their size', isLarge: false },
  },
  {
    names: ['google_service_networking_peered_dns_domain', 'google_service_networking_vpc_service_controls'],
    what: 'configuration of a peering',
    deletion: {
      kind: 'service',
      impact: 'names and protection of services behind the peering',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_cloud_ids_endpoint'],
    what: 'an intrusion detection endpoint',
    deletion: {
      kind: 'service',
      impact: 'the detection of attacks',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour and for traffic', isLarge: true },
  },
  {
    names: [],
    family: /^google_beyondcorp_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of BeyondCorp',
    deletion: {
      kind: 'service',
      impact: 'access through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each user', isLarge: false },
  },
  {
    names: [],
    family: /^google_edgenetwork_/,
    what: 'a part of an edge network',
    deletion: {
      kind: 'service',
      impact: 'connections through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour', isLarge: true },
  },
  {
    names: [],
    family:
      /^google_network_connectivity_(?!internal_range$|regional_endpoint$|service_connection_policy$)(?!.*_iam_(member|binding|policy)$)/,
    what: 'a part of network connectivity',
    deletion: {
      kind: 'service',
      impact: 'the connections through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'hubs and spokes cost by hour and traffic', isLarge: false },
    rulesFor: ['connections'],
  },
  {
    names: [
      'google_network_connectivity_internal_range',
      'google_network_connectivity_regional_endpoint',
      'google_network_connectivity_service_connection_policy',
    ],
    what: 'a range or an endpoint in a network',
    deletion: {
      kind: 'service',
      impact: 'the connections through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
    rulesFor: { none: 'it leads to services of Google and other producers, and to no other network' },
  },
];
