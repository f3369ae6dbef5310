import type { ResourceType } from '../resource-type';
import { compareCount, compareTarget, compareValuesIn } from '../running';

export const computeRouter: readonly ResourceType[] = [
  {
    names: ['google_compute_router'],
    what: 'a Cloud Router',
    deletion: {
      kind: 'service',
      impact: 'the gateways and tunnels on it',
      recovery: 'the configuration, from Terraform',
      severity: 'refuse',
    },
    protections: { none: 'no argument protects it' },
    running: [
      {
        path: ['bgp', 'advertised_ip_ranges'],
        safe: compareValuesIn('range', 'it no longer advertises ranges', {
          strong: [{ range: '10.0.0.0/14' }, { range: '10.4.0.0/14' }],
          weak: [{ range: '10.0.0.0/14' }],
        }),
        stops: 'its advertised ranges',
      },
      { path: ['bgp', 'asn'], safe: compareTarget('its sessions restart with another ASN'), stops: 'its ASN' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it announces routes to peers, which firewall rules limit' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { whileUsed: 'held' },
    pods: { none: 'it creates no pods' },
    price: { free: 'Cloud Routers have no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'NAT, peers and interfaces are resources of their own' },
  },
  {
    names: ['google_compute_router_nat'],
    what: 'a NAT gateway',
    deletion: {
      kind: 'service',
      impact: 'outgoing connections of VM instances, nodes and pods without external addresses',
      recovery: 'the gateway, from Terraform; automatically assigned addresses change',
      severity: 'refuse',
    },
    protections: { none: 'no argument protects it' },
    running: [
      {
        path: ['nat_ip_allocate_option'],
        safe: compareTarget('it gets other addresses, which are not on lists of others'),
        stops: 'the origin of its addresses',
      },
      { path: ['nat_ips'], safe: { all: true }, stops: 'it loses addresses' },
      {
        path: ['source_subnetwork_ip_ranges_to_nat'],
        safe: { ranked: [['ALL_SUBNETWORKS_ALL_IP_RANGES'], ['ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES'], ['LIST_OF_SUBNETWORKS']] },
        stops: 'ranges of subnetworks lose their way to the internet',
      },
      {
        path: ['subnetwork'],
        safe: compareValuesIn('name', 'subnetworks lose their way to the internet', {
          strong: [{ name: 'a' }, { name: 'b' }],
          weak: [{ name: 'a' }],
        }),
        stops: 'its subnetworks',
      },
      { path: ['min_ports_per_vm'], safe: compareCount('ports of each VM instance'), stops: 'its ports' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it is for egress only' },
    uniqueName: { path: ['name'], within: ['project', 'region', 'router'] },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { meter: 'nat' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it changes the source address of connections, and allows none' },
  },
  {
    names: ['google_compute_router_peer', 'google_compute_router_interface'],
    what: 'a BGP session of a Cloud Router',
    deletion: {
      kind: 'service',
      impact: 'the routes that it exchanges',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    running: [
      { path: ['enable'], safe: { oneOf: [true, undefined] }, stops: 'it is disabled' },
      {
        path: ['advertised_ip_ranges'],
        safe: compareValuesIn('range', 'it no longer advertises ranges', {
          strong: [{ range: '10.0.0.0/14' }, { range: '10.4.0.0/14' }],
          weak: [{ range: '10.0.0.0/14' }],
        }),
        stops: 'its advertised ranges',
      },
      { path: ['peer_ip_address'], safe: compareTarget('it connects to another router'), stops: 'its peer' },
    ],
    price: { free: 'configuration has no price' },
    rulesFor: ['connections'],
  },
  {
    names: ['google_compute_route'],
    what: 'a route',
    deletion: {
      kind: 'service',
      impact: 'the traffic to its range',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_compute_router_nat_address', 'google_compute_router_route_policy'],
    what: 'a part of a Cloud Router',
    deletion: {
      kind: 'service',
      impact: 'connections that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
