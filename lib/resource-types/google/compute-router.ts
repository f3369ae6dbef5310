import type { ResourceType } from '../resource-type';

export const computeRouter: readonly ResourceType[] = [
  {
    names: ['google_compute_router'],
    what: 'a Cloud Router',
    price: { free: 'Cloud Routers have no price' },
    deletion: {
      kind: 'service',
      impact: 'the gateways and tunnels on it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { whileUsed: 'held' },
  },
  {
    names: ['google_compute_router_nat'],
    what: 'a NAT gateway',
    price: { meter: 'nat' },
    deletion: {
      kind: 'service',
      impact: 'outgoing connections of VM instances, nodes and pods without external addresses',
      recovery: 'the gateway, from Terraform; automatically assigned addresses change',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region', 'router'] },
    use: { none: 'nothing refers to it' },
  },
  {
    names: ['google_compute_router_peer', 'google_compute_router_interface'],
    what: 'a BGP session of a Cloud Router',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the routes that it exchanges',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_compute_route'],
    what: 'a route',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the traffic to its range',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project'] },
  },
  {
    names: ['google_compute_router_nat_address', 'google_compute_router_route_policy'],
    what: 'a part of a Cloud Router',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'connections that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
