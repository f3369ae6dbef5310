import { textAt, written } from '../../terraform/values';
import type { ResourceType } from '../resource-type';
import { compareLabels, compareValuesIn } from '../running';

export const service: readonly ResourceType[] = [
  {
    names: ['kubernetes_service', 'kubernetes_service_v1'],
    kinds: ['Service'],
    what: 'a service',
    deletion: {
      kind: 'service',
      impact: 'its name and address: clients no longer reach the pods behind it',
      recovery: 'the service, from Terraform, with another address',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: [
      { path: ['spec', 'selector'], safe: compareLabels('it selects other pods, by'), stops: 'its selector' },
      {
        path: ['spec', 'port'],
        safe: compareValuesIn('port', 'it no longer serves ports', { strong: [{ port: 80 }, { port: 443 }], weak: [{ port: 443 }] }),
        stops: 'its ports',
      },
      {
        path: ['spec', 'type'],
        safe: { ranked: [['LoadBalancer'], ['NodePort']] },
        stops: 'clients outside of the cluster no longer reach it',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'types, ranges and annotations are compared by the guard rule itself' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    pods: { none: 'it creates no pods' },
    price: (values) =>
      written(textAt(values, 'spec', 'type')) === 'LoadBalancer'
        ? { unpriced: 'the forwarding rule of its load balancer', isLarge: false }
        : { free: 'only a load balancer has a price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'reachability follows it to its pods' },
  },
  {
    names: ['kubernetes_endpoints', 'kubernetes_endpoints_v1', 'kubernetes_endpoint_slice', 'kubernetes_endpoint_slice_v1'],
    kinds: ['Endpoints', 'discovery.k8s.io/EndpointSlice'],
    what: 'the endpoints of a service',
    deletion: {
      kind: 'service',
      impact: 'the traffic to them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: [
      'kubernetes_ingress',
      'kubernetes_ingress_v1',
      'kubernetes_gateway',
      'kubernetes_gateway_v1',
      'kubernetes_http_route',
      'kubernetes_http_route_v1',
      'kubernetes_grpc_route',
      'kubernetes_grpc_route_v1',
      'kubernetes_reference_grant',
      'kubernetes_reference_grant_v1',
    ],
    kinds: [
      'networking.k8s.io/Ingress',
      'gateway.networking.k8s.io/Gateway',
      'gateway.networking.k8s.io/HTTPRoute',
      'gateway.networking.k8s.io/GRPCRoute',
      'gateway.networking.k8s.io/ReferenceGrant',
    ],
    what: 'an ingress or a gateway route',
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform; an address that is not reserved changes',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: [
      {
        path: ['spec', 'rule'],
        safe: compareValuesIn('host', 'it no longer serves hosts', {
          strong: [{ host: 'a.org' }, { host: 'b.org' }],
          weak: [{ host: 'a.org' }],
        }),
        stops: 'its hosts',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'classes and annotations are compared by the guard rule itself' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'the forwarding rules of its load balancer', isLarge: false },
    secrets: { none: 'it names secrets, and contains none' },
    rulesFor: { none: 'reachability follows it to its pods' },
  },
  {
    names: ['kubernetes_ingress_class', 'kubernetes_ingress_class_v1', 'kubernetes_gateway_class', 'kubernetes_gateway_class_v1'],
    kinds: ['networking.k8s.io/IngressClass', 'gateway.networking.k8s.io/GatewayClass'],
    what: 'a class of ingresses or gateways',
    deletion: {
      kind: 'service',
      impact: 'the controller of the ingresses and gateways of the class',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
];
