import type { ResourceType } from '../resource-type';

export const computeLoadBalancing: readonly ResourceType[] = [
  {
    names: ['google_compute_forwarding_rule', 'google_compute_global_forwarding_rule'],
    what: 'a forwarding rule',
    deletion: {
      kind: 'service',
      impact: 'the traffic to its address',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'google_compute_target_http_proxy',
      'google_compute_region_target_http_proxy',
      'google_compute_target_https_proxy',
      'google_compute_region_target_https_proxy',
      'google_compute_target_tcp_proxy',
      'google_compute_region_target_tcp_proxy',
      'google_compute_url_map',
      'google_compute_region_url_map',
      'google_compute_backend_service',
      'google_compute_region_backend_service',
      'google_compute_target_ssl_proxy',
      'google_compute_target_grpc_proxy',
      'google_compute_backend_bucket',
      'google_compute_target_pool',
      'google_compute_target_instance',
      'google_compute_service_attachment',
    ],
    what: 'a part of a load balancer',
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'google_compute_health_check',
      'google_compute_region_health_check',
      'google_compute_http_health_check',
      'google_compute_https_health_check',
    ],
    what: 'a health check',
    deletion: {
      kind: 'service',
      impact: 'the checks of its backends; the API refuses it while it is in use',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_compute_managed_ssl_certificate', 'google_compute_ssl_certificate', 'google_compute_region_ssl_certificate'],
    what: 'a certificate',
    deletion: {
      kind: 'service',
      impact: 'TLS connections to load balancers that use it',
      recovery: 'a new certificate; a managed one is provisioned again, which takes up to an hour',
      severity: 'warn',
    },
  },
  {
    names: ['google_compute_ssl_policy', 'google_compute_region_ssl_policy'],
    what: 'a TLS policy',
    deletion: {
      kind: 'service',
      impact: 'the minimum version of TLS and the ciphers that it requires',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'google_compute_network_endpoint_group',
      'google_compute_global_network_endpoint_group',
      'google_compute_region_network_endpoint_group',
      'google_compute_network_endpoint',
      'google_compute_global_network_endpoint',
      'google_compute_network_endpoints',
    ],
    what: 'a group of network endpoints',
    deletion: {
      kind: 'service',
      impact: 'the traffic to its endpoints',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
