import { known, textAt } from '../../terraform/values';
import type { Deletion } from '../deletion';
import type { ResourceType } from '../resource-type';

export const computeNetworkPeering: readonly ResourceType[] = [
  {
    names: ['google_compute_network_peering', 'google_compute_network_peering_routes_config', 'google_service_networking_connection'],
    what: 'a peering of networks',
    deletion: decidePeering,
    running: [
      { path: ['export_custom_routes'], safe: { oneOf: [true] }, stops: 'the other network loses the custom routes of this one' },
      { path: ['import_custom_routes'], safe: { oneOf: [true] }, stops: 'this network loses the custom routes of the other one' },
      { path: ['reserved_peering_ranges'], safe: { all: true }, stops: 'it loses ranges' },
    ],
    price: { free: 'peerings have no price, except for traffic' },
  },
  {
    names: ['google_vpc_access_connector'],
    what: 'a Serverless VPC Access connector',
    deletion: {
      kind: 'service',
      impact: 'connections of serverless services to the network',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its VM instances', isLarge: false },
  },
  {
    names: ['google_compute_shared_vpc_host_project', 'google_compute_shared_vpc_service_project'],
    what: 'a project of a Shared VPC',
    deletion: {
      kind: 'service',
      impact: 'the use of the shared network by the service projects',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_compute_interconnect', 'google_compute_interconnect_group', 'google_compute_interconnect_attachment_group'],
    what: 'an interconnect',
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each hour, by its bandwidth', isLarge: true },
  },
  {
    names: ['google_compute_network_attachment', 'google_compute_packet_mirroring'],
    what: 'an attachment of a network',
    deletion: {
      kind: 'service',
      impact: 'connections through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for traffic', isLarge: false },
  },
];

function decidePeering(before: unknown): Deletion {
  if (known(textAt(before, 'deletion_policy')) === 'ABANDON') {
    return { kind: 'service', impact: 'its management by Terraform', recovery: 'complete, by importing it', severity: 'warn' };
  }
  return {
    kind: 'service',
    impact: 'every connection to the peer, such as those to databases with private addresses',
    recovery: 'the configuration, from Terraform; a peering is active again only when both sides have it',
    severity: 'refuse',
  };
}
