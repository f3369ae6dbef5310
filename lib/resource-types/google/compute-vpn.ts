import type { ResourceType } from '../resource-type';

export const computeVpn: readonly ResourceType[] = [
  {
    names: ['google_compute_vpn_gateway', 'google_compute_ha_vpn_gateway', 'google_compute_external_vpn_gateway'],
    what: 'a VPN gateway',
    deletion: {
      kind: 'service',
      impact: 'its tunnels',
      recovery: 'the gateway, from Terraform, with other addresses, which the peer has to configure',
      severity: 'refuse',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    price: { free: 'its tunnels are paid' },
    rulesFor: ['connections'],
  },
  {
    names: ['google_compute_vpn_tunnel'],
    what: 'a VPN tunnel',
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'refuse',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    price: { unpriced: 'a price for each hour and for traffic', isLarge: false },
    rulesFor: ['connections'],
  },
  {
    names: ['google_compute_interconnect_attachment'],
    what: 'an Interconnect attachment',
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the attachment, from Terraform, with another pairing key',
      severity: 'refuse',
    },
    price: { unpriced: 'a price for each hour, by its bandwidth', isLarge: true },
    rulesFor: ['connections'],
  },
];
