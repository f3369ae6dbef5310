import type { Opening } from '../opening';
import type { ResourceType } from '../resource-type';
import { BACKENDS, compareTarget, compareValuesIn } from '../running';

export const computeLoadBalancing: readonly ResourceType[] = [
  {
    names: ['google_compute_forwarding_rule', 'google_compute_global_forwarding_rule'],
    what: 'a forwarding rule',
    price: { unpriced: 'a price for each hour and for traffic', isLarge: false },
    deletion: {
      kind: 'service',
      impact: 'the traffic to its address',
      recovery: 'the configuration, from Terraform',
      severity: 'refuse',
    },
    running: [
      { path: ['target'], safe: compareTarget('it forwards to another target'), stops: 'its target' },
      { path: ['backend_service'], safe: compareTarget('it forwards to another backend service'), stops: 'its backend service' },
      { path: ['ports'], safe: { all: true }, stops: 'it no longer forwards ports' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: [
      {
        path: ['load_balancing_scheme'],
        open: { oneOf: ['EXTERNAL', 'EXTERNAL_MANAGED'], isDefault: true },
        words: 'the forwarding rule has a public address, and forwards traffic from the internet to its target',
        remediation: 'set load_balancing_scheme to INTERNAL or INTERNAL_MANAGED, or use an ingress',
      },
      ...['allow_global_access', 'allow_psc_global_access'].map(
        (name): Opening => ({
          path: [name],
          open: { oneOf: [true] },
          words: 'clients in all regions reach the load balancer',
          severity: 'warn',
          whenNew: 'none',
        }),
      ),
    ],
    uniqueName: { path: ['name'], within: ['project', 'region'] },
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
    ],
    what: 'a part of a load balancer',
    price: { free: 'the forwarding rule is paid' },
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    running: [
      { path: ['backend'], safe: BACKENDS, stops: 'its backends' },
      {
        path: ['host_rule'],
        safe: compareValuesIn('hosts', 'it no longer serves hosts', {
          strong: [{ hosts: ['a.example.org', 'b.example.org'] }],
          weak: [{ hosts: ['a.example.org'] }],
        }),
        stops: 'its hosts',
      },
      { path: ['default_service'], safe: compareTarget('its default is another service'), stops: 'its default service' },
      { path: ['url_map'], safe: compareTarget('it forwards by another URL map'), stops: 'its URL map' },
      { path: ['instances'], safe: { all: true }, stops: 'VM instances leave it' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: [
      {
        path: ['iap', 'enabled'],
        open: { oneOf: [false] },
        words: 'the backend is no longer behind Identity-Aware Proxy',
        whenNew: 'none',
      },
      { path: ['security_policy'], open: { unset: true }, words: 'Cloud Armor no longer filters the requests to the backend' },
      { path: ['edge_security_policy'], open: { unset: true }, words: 'Cloud Armor no longer filters the requests at the edge' },
    ],
    uniqueName: { path: ['name'], within: ['project', 'region'] },
  },
  {
    names: ['google_compute_service_attachment'],
    what: 'a service attachment of Private Service Connect',
    rulesFor: ['connections'],
    price: { free: 'the forwarding rule is paid' },
    deletion: {
      kind: 'service',
      impact: 'the traffic through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    exposes: [
      {
        path: ['connection_preference'],
        open: { oneOf: ['ACCEPT_AUTOMATIC'] },
        words: 'every project may connect to the service attachment',
      },
      {
        path: ['consumer_accept_lists', '*'],
        open: { set: true },
        words: 'another project may connect to the service attachment',
        severity: 'warn',
        whenNew: 'none',
      },
    ],
    uniqueName: { path: ['name'], within: ['project', 'region'] },
  },
  {
    names: [
      'google_compute_health_check',
      'google_compute_region_health_check',
      'google_compute_http_health_check',
      'google_compute_https_health_check',
    ],
    what: 'a health check',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the checks of its backends; the API refuses it while it is in use',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
  },
  {
    names: ['google_compute_managed_ssl_certificate', 'google_compute_ssl_certificate', 'google_compute_region_ssl_certificate'],
    what: 'a certificate',
    price: { free: 'certificates of a load balancer have no price' },
    deletion: {
      kind: 'service',
      impact: 'TLS connections to load balancers that use it',
      recovery: 'a new certificate; a managed one is provisioned again, which takes up to an hour',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it gives no access' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { none: 'a load balancer without it has no certificate: the API refuses that, and the guard does not read load balancers' },
  },
  {
    names: ['google_compute_ssl_policy', 'google_compute_region_ssl_policy'],
    what: 'a TLS policy',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the minimum version of TLS and the ciphers that it requires',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [
      // https://cloud.google.com/load-balancing/docs/ssl-policies-concepts#defining_an_ssl_policy
      {
        path: ['profile'],
        safe: { ranked: [['FIPS_202205', 'RESTRICTED'], ['MODERN'], ['COMPATIBLE']] },
        against: 'attack',
        weaker: 'weaker ciphers are accepted',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'it gives no access' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { none: 'the target proxies that use it are not read' },
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
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the traffic to its endpoints',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_compute_region_network_endpoint'],
    what: 'an endpoint',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the traffic to it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_compute_backend_bucket_signed_url_key', 'google_compute_backend_service_signed_url_key'],
    what: 'a key of signed URLs',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'every URL that is signed with it',
      recovery: 'a new key',
      severity: 'warn',
    },
  },
];
