import { ref } from './hand-made';

type Block = Readonly<Record<string, unknown>>;

/** Resources of a configuration, by type and name. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Block>>>>;

/** Question about a configuration, with the answers that are acceptable: `y`, `n` and `?` for "unknown". */
export interface HostileCase {
  readonly title: string;
  readonly resources: Resources;
  readonly ask: readonly [from: string, to: string, port: string];
  readonly acceptable: string;
  readonly provider?: Block;
  readonly others?: Block;
}

const NET = ref('google_compute_network.net.id');
const NET2 = ref('google_compute_network.net2.id');
const SUB = ref('google_compute_subnetwork.sub.id');
const SUB2 = ref('google_compute_subnetwork.sub2.id');
const ROUTER = ref('google_compute_router.router.name');

/** Open network with a cluster of two workloads, and Cloud NAT. */
export const BASE: Resources = {
  google_compute_network: { net: { name: 'net', auto_create_subnetworks: false } },
  google_compute_subnetwork: {
    sub: {
      name: 'sub',
      region: 'r1',
      network: NET,
      ip_cidr_range: '10.0.0.0/20',
      secondary_ip_range: [
        { range_name: 'pods', ip_cidr_range: '10.16.0.0/14' },
        { range_name: 'more-pods', ip_cidr_range: '10.200.0.0/16' },
      ],
    },
  },
  google_compute_router: { router: { name: 'router', region: 'r1', network: NET } },
  google_compute_router_nat: {
    nat: { router: ROUTER, region: 'r1', source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES' },
  },
  google_container_cluster: { c: cluster() },
  google_compute_firewall: { all: { name: 'all', network: NET, source_ranges: ['0.0.0.0/0'], allow: [{ protocol: 'all' }] } },
  kubernetes_namespace_v1: { a: { metadata: { name: 'a', labels: {} } }, b: { metadata: { name: 'b', labels: {} } } },
  kubernetes_deployment_v1: { x: deployment('a', 'x'), y: deployment('b', 'y') },
};

function cluster(more: Block = {}): Block {
  return {
    name: 'c',
    network: NET,
    subnetwork: SUB,
    datapath_provider: 'ADVANCED_DATAPATH',
    ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
    private_cluster_config: { enable_private_nodes: true },
    ...more,
  };
}

function deployment(namespace: string, name: string, spec: Block = {}, container: Block = {}): Block {
  const port = [{ container_port: 9898, name: 'http' }];
  return {
    metadata: { name, namespace },
    spec: {
      template: { metadata: { labels: { app: name } }, spec: { container: [{ name: 'c', image: 'i', port, ...container }], ...spec } },
    },
  };
}

const net2: Resources = {
  google_compute_network: { net2: { name: 'net2' } },
  google_compute_subnetwork: { sub2: { name: 'sub2', region: 'r1', network: NET2, ip_cidr_range: '10.99.0.0/24' } },
};
const open2: Resources = {
  google_compute_firewall: { all2: { name: 'all2', network: NET2, source_ranges: ['0.0.0.0/0'], allow: [{ protocol: 'all' }] } },
};
const closed: Resources = { google_compute_firewall: { all: { name: 'all', network: NET, disabled: true, allow: [{ protocol: 'all' }] } } };

function vm(name: string, nics: readonly unknown[] | Block = [{ subnetwork: SUB }], more: Block = {}): Resources {
  const identity = { tags: [name], service_account: { email: `${name}@p1.iam.gserviceaccount.com` } };
  return { google_compute_instance: { [name]: { name, zone: 'r1-b', network_interface: nics, ...identity, ...more } } };
}

function rule(name: string, body: Block): Resources {
  return { google_compute_firewall: { [name]: { name, network: NET, ...body } } };
}

const allow = (name: string, body: Block, ports = ['22']) => rule(name, { allow: [{ protocol: 'tcp', ports }], ...body });

function policy(name: string, spec: unknown, more: Block = {}, namespace: unknown = 'b'): Resources {
  return { kubernetes_network_policy_v1: { [name]: { metadata: { name, namespace }, spec, ...more } } };
}

const deny = policy('deny', { pod_selector: {}, policy_types: ['Ingress'] });
const denyEgress = policy('deny', { pod_selector: {}, policy_types: ['Egress'] }, {}, 'a');
const allowAll = { pod_selector: {}, policy_types: ['Ingress'], ingress: [{}] };
const fromRed = policy('red', {
  pod_selector: {},
  policy_types: ['Ingress'],
  ingress: [{ from: [{ namespace_selector: { match_labels: { team: 'red' } } }] }],
});

function service(spec: Block, annotations: unknown = {}): Resources {
  const port = [{ port: 80, target_port: '9898', protocol: 'TCP' }];
  return {
    kubernetes_service_v1: { s: { metadata: { name: 's', namespace: 'b', annotations }, spec: { selector: { app: 'y' }, port, ...spec } } },
  };
}

function manifest(apiVersion: string, kind: string, spec: unknown = {}, namespace: string | undefined = 'b'): Resources {
  return { kubernetes_manifest: { m: { manifest: { apiVersion, kind, metadata: { name: 'm', namespace }, spec } } } };
}

function one(type: string, body: Block = {}): Resources {
  return { [type]: { it: body } };
}

function nat(body: Block): Resources {
  return {
    google_compute_router_nat: {
      nat: { router: ROUTER, region: 'r1', source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES', ...body },
    },
  };
}

const noNat: Resources = nat({ type: 'PRIVATE' });
const privateAccess = (value: unknown): Resources => ({
  google_compute_subnetwork: { sub: { ...BASE.google_compute_subnetwork!.sub, private_ip_google_access: value } },
});
const noRoutes: Resources = {
  google_compute_network: { net: { name: 'net', auto_create_subnetworks: false, delete_default_routes_on_create: true } },
};
const route = (body: Block) => one('google_compute_route', { name: 'it', network: NET, dest_range: '0.0.0.0/0', ...body });
const publicNodes: Resources = { google_container_cluster: { c: cluster({ private_cluster_config: { enable_private_nodes: false } }) } };

/** Resources together; those of equal names replace earlier ones. */
export function merge(...parts: readonly Resources[]): Resources {
  const result: Record<string, Record<string, Block>> = {};
  for (const part of parts) for (const [type, named] of Object.entries(part)) result[type] = { ...result[type], ...named };
  return result;
}

type Ask = HostileCase['ask'];
const PODS: Ask = ['a/x', 'b/y', '9898'];
const VMS: Ask = ['v1', 'v2', '22'];
const OUT: Ask = ['v1', 'internet', '443'];
const IN: Ask = ['internet', 'v1', '22'];
const TO_POD: Ask = ['internet', 'b/y', '9898'];
const TO_VM: Ask = ['a/x', 'v1', '22'];
const PROXIES: Ask = ["Google's proxies", 'b/y', '9898'];

type Row = readonly [title: string, resources: Resources, ask: Ask, acceptable: string, more?: Pick<HostileCase, 'provider' | 'others'>];

const both = merge(vm('v1'), vm('v2'));
const apart = merge(net2, open2, vm('v1'), vm('v2', [{ subnetwork: SUB2 }]));
const ofTemplate = (template: Block, more: Block = {}): Resources => ({
  google_compute_instance_template: { t: { name: 't', tags: ['t'], network_interface: [{ subnetwork: SUB }], ...template } },
  google_compute_instance_group_manager: {
    g: { name: 'g', zone: 'r1-b', version: [{ instance_template: ref('google_compute_instance_template.t.id') }], ...more },
  },
});

const ROWS: readonly Row[] = [
  // Network interfaces after the first.
  [
    'a second interface in the network of the client',
    merge(closed, net2, open2, vm('v1', [{ subnetwork: SUB2 }]), vm('v2', [{ subnetwork: SUB }, { subnetwork: SUB2 }])),
    VMS,
    'y?',
  ],
  [
    'a second interface of a template with an external address',
    merge(closed, net2, open2, ofTemplate({ network_interface: [{ subnetwork: SUB }, { subnetwork: SUB2, access_config: [{}] }] })),
    ['internet', 'g', '22'],
    'y?',
  ],
  [
    'interfaces from a dynamic block',
    merge(
      closed,
      vm('v1', [], { network_interface: undefined, dynamic: { network_interface: { for_each: ref('var.nics'), content: {} } } }),
      vm('v2'),
    ),
    VMS,
    'y?',
  ],
  [
    'a copy of a template with an interface of its own',
    merge(
      closed,
      net2,
      open2,
      vm('v1', [{ subnetwork: SUB2 }]),
      one('google_compute_instance_from_template', {
        name: 'v2',
        zone: 'r1-b',
        source_instance_template: 'elsewhere',
        network_interface: [{ subnetwork: SUB2 }],
      }),
    ),
    VMS,
    'y?',
  ],
  [
    'a VM that routes between two networks',
    merge(apart, vm('v3', [{ subnetwork: SUB }, { subnetwork: SUB2 }], { can_ip_forward: true })),
    VMS,
    'y?',
  ],
  [
    'a VM that may route between two networks',
    merge(apart, vm('v3', [{ subnetwork: SUB }, { subnetwork: SUB2 }], { can_ip_forward: ref('var.forward') })),
    VMS,
    'y?',
  ],
  [
    'an interface in a network attachment',
    merge(closed, vm('v1'), vm('v2', [{ subnetwork: SUB }, { network_attachment: 'projects/p9/regions/r1/networkAttachments/n' }])),
    VMS,
    'y?',
  ],
  [
    'an interface by the name of its network',
    merge(
      {
        google_compute_firewall: {
          all: { name: 'all', network: 'net', source_ranges: ['10.0.0.0/8'], allow: [{ protocol: 'tcp', ports: ['22'] }] },
        },
      },
      both,
    ),
    VMS,
    'y',
  ],

  // IPv6.
  [
    'a cluster with IPv6, and a policy of IPv6 ranges',
    merge(
      {
        google_container_cluster: {
          c: cluster({ ip_allocation_policy: { cluster_secondary_range_name: 'pods', stack_type: 'IPV4_IPV6' } }),
        },
      },
      policy('v6', { pod_selector: {}, policy_types: ['Egress'], egress: [{ to: [{ ip_block: { cidr: '2000::/3' } }] }] }, {}, 'a'),
    ),
    ['a/x', 'internet', '443'],
    'y?',
  ],
  [
    'an external IPv6 address',
    merge(
      closed,
      vm('v1', [{ subnetwork: SUB, stack_type: 'IPV4_IPV6', ipv6_access_config: [{ network_tier: 'PREMIUM' }] }]),
      allow('v6', { source_ranges: ['::/0'] }),
    ),
    IN,
    'y?',
  ],
  [
    'an external IPv6 address of a template',
    merge(
      closed,
      ofTemplate({ network_interface: [{ subnetwork: SUB, ipv6_access_config: [{ network_tier: 'PREMIUM' }] }] }),
      allow('v6', { source_ranges: ['::/0'] }),
    ),
    ['internet', 'g', '22'],
    'y?',
  ],
  [
    'a stack type from an expression',
    merge(
      closed,
      vm('v1', [{ subnetwork: SUB, stack_type: ref('var.stack') }]),
      vm('v2', [{ subnetwork: SUB, stack_type: ref('var.stack') }]),
      allow('v6', { source_ranges: ['fd20::/20'] }),
    ),
    VMS,
    'y?',
  ],
  ['an IPv6 rule alone does not admit IPv4', merge(closed, both, allow('v6', { source_ranges: ['::/0'] })), VMS, 'n?'],

  // Alias ranges.
  [
    'an alias range as the source',
    merge(
      closed,
      vm('v1', [{ subnetwork: SUB, alias_ip_range: [{ ip_cidr_range: '10.200.5.0/24', subnetwork_range_name: 'more-pods' }] }]),
      vm('v2'),
      allow('alias', { source_ranges: ['10.200.5.0/24'] }),
    ),
    VMS,
    'y?',
  ],
  [
    'alias ranges from a dynamic block',
    merge(
      closed,
      vm('v1', [{ subnetwork: SUB, dynamic: { alias_ip_range: { for_each: ref('var.x'), content: {} } } }]),
      vm('v2'),
      allow('alias', { source_ranges: ['10.200.5.0/24'] }),
    ),
    VMS,
    'y?',
  ],

  // Forwarding rules and target pools.
  [
    'a target pool',
    merge(
      vm('v1'),
      one('google_compute_target_pool', { name: 'p', instances: ['r1-b/v1'] }),
      one('google_compute_forwarding_rule', { name: 'f', target: ref('google_compute_target_pool.it.self_link'), port_range: '22' }),
    ),
    IN,
    'y?',
  ],
  [
    'a target pool without a forwarding rule',
    merge(vm('v1'), one('google_compute_target_pool', { name: 'p', instances: ['r1-b/v1'] })),
    IN,
    'n?',
  ],
  [
    'an external load balancer with proxies',
    merge(
      closed,
      vm('v1'),
      allow('proxies', { source_ranges: ['130.211.0.0/22', '35.191.0.0/16'] }),
      one('google_compute_global_forwarding_rule', {
        name: 'f',
        load_balancing_scheme: 'EXTERNAL_MANAGED',
        target: ref('google_compute_target_http_proxy.p.id'),
      }),
    ),
    IN,
    'y?',
  ],
  [
    'a load balancing scheme from an expression',
    merge(
      closed,
      vm('v1'),
      allow('all', { source_ranges: ['0.0.0.0/0'] }),
      one('google_compute_forwarding_rule', { name: 'f', load_balancing_scheme: ref('var.scheme'), backend_service: 'b' }),
    ),
    IN,
    'y?',
  ],
  [
    'an internal load balancer before VMs',
    merge(
      closed,
      both,
      allow('proxies', { source_ranges: ['10.0.8.0/24'] }),
      one('google_compute_forwarding_rule', { name: 'f', load_balancing_scheme: 'INTERNAL_MANAGED', target: 'p' }),
    ),
    VMS,
    'y?',
  ],
  [
    'a service attachment of Private Service Connect',
    merge(
      net2,
      open2,
      vm('v1', [{ subnetwork: SUB2 }]),
      vm('v2'),
      one('google_compute_service_attachment', { name: 's', target_service: 'f' }),
      one('google_compute_forwarding_rule', {
        name: 'f',
        load_balancing_scheme: '',
        target: ref('google_compute_service_attachment.it.id'),
      }),
    ),
    VMS,
    'y?',
  ],
  [
    'an IPv6 forwarding rule',
    merge(
      closed,
      vm('v1'),
      allow('v6', { source_ranges: ['::/0'] }),
      one('google_compute_forwarding_rule', { name: 'f', ip_version: 'IPV6', load_balancing_scheme: 'EXTERNAL', backend_service: 'b' }),
    ),
    IN,
    'y?',
  ],
  [
    'protocol forwarding of a network endpoint group',
    merge(
      vm('v1'),
      one('google_compute_region_network_endpoint_group', { name: 'n' }),
      one('google_compute_forwarding_rule', { name: 'f', backend_service: 'b' }),
    ),
    IN,
    'y?',
  ],
  [
    'a load balancer of Traffic Director',
    merge(closed, both, one('google_network_services_tcp_route', { name: 't' }), one('google_network_services_mesh', { name: 'm' })),
    VMS,
    'n?',
  ],

  // Connections between networks.
  [
    'peering by literal addresses',
    merge(
      apart,
      one('google_compute_network_peering', {
        name: 'p',
        network: 'https://www.googleapis.com/compute/v1/projects/p1/global/networks/net',
        peer_network: 'https://www.googleapis.com/compute/v1/projects/p1/global/networks/net2',
      }),
    ),
    VMS,
    'y?',
  ],
  [
    'peering with an unknown network',
    merge(apart, one('google_compute_network_peering', { name: 'p', network: NET, peer_network: ref('var.peer') })),
    VMS,
    'y?n',
  ],
  [
    'peering of the second network only, with a third',
    merge(apart, one('google_compute_network_peering', { name: 'p', network: NET2, peer_network: 'projects/p9/global/networks/other' })),
    VMS,
    'n?',
  ],
  [
    'a hub of Network Connectivity Center',
    merge(apart, one('google_network_connectivity_spoke', { name: 's', hub: 'h', linked_vpc_network: [{ uri: NET }] })),
    VMS,
    'y?',
  ],
  ['a hub whose spokes are made elsewhere', merge(apart, one('google_network_connectivity_hub', { name: 'h' })), VMS, 'y?n'],
  [
    'a classic VPN tunnel',
    merge(apart, one('google_compute_vpn_tunnel', { name: 't', target_vpn_gateway: 'g', peer_ip: '203.0.113.9' })),
    VMS,
    'y?',
  ],
  ['an Interconnect attachment', merge(apart, one('google_compute_interconnect_attachment', { name: 'i', router: ROUTER })), VMS, 'y?'],
  [
    'a router appliance',
    merge(apart, one('google_compute_router_peer', { name: 'p', router: ROUTER, router_appliance_instance: 'v9' })),
    VMS,
    'y?',
  ],
  [
    'two names for one network',
    merge(
      { google_compute_network: { net2: { name: 'net2' } } },
      vm('v1'),
      vm('v2', [{ network: 'https://www.googleapis.com/compute/v1/projects/p1/global/networks/net' }]),
    ),
    VMS,
    'y?',
  ],

  // Services.
  [
    'a port of every node',
    merge(publicNodes, service({ type: 'NodePort' }), policy('nodes', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{}] })),
    TO_POD,
    'y?',
  ],
  [
    'a port of every node, from a VM',
    merge(deny, vm('v1'), service({ type: 'NodePort', external_traffic_policy: 'Cluster' })),
    ['v1', 'b/y', '9898'],
    'n?',
  ],
  [
    'an internal load balancer of a service',
    merge(
      closed,
      vm('v1'),
      allow('lb', { source_ranges: ['10.0.0.0/8'] }, ['80', '9898']),
      service({ type: 'LoadBalancer' }, { 'networking.gke.io/load-balancer-type': 'Internal' }),
    ),
    ['v1', 's (service)', '80'],
    'y?',
  ],
  ['a load balancer with annotations from an expression', service({ type: 'LoadBalancer' }, ref('var.annotations')), TO_POD, 'y?'],
  ['a load balancer for one range', service({ type: 'LoadBalancer', load_balancer_source_ranges: ['198.51.100.0/24'] }), TO_POD, 'n?'],
  [
    'a load balancer with source ranges from an expression',
    service({ type: 'LoadBalancer', load_balancer_source_ranges: ref('var.ranges') }),
    TO_POD,
    'y?',
  ],
  ['a load balancer whose selector is not known', service({ type: 'LoadBalancer', selector: ref('var.selector') }), TO_POD, 'y?'],
  [
    'a load balancer without a selector, with endpoints',
    merge(
      service({ type: 'LoadBalancer', selector: undefined }),
      one('kubernetes_endpoints_v1', { metadata: { name: 's', namespace: 'b' } }),
    ),
    TO_POD,
    'y?',
  ],
  ['external addresses from an expression', service({ external_ips: ref('var.ips') }), TO_POD, 'y?'],
  [
    'a standalone network endpoint group',
    merge(fromRed, service({}, { 'cloud.google.com/neg': '{"exposed_ports": {"80":{}}}' })),
    TO_POD,
    'y?n',
  ],
  [
    'a standalone network endpoint group, from the proxies',
    service({}, { 'cloud.google.com/neg': '{"exposed_ports": {"80":{}}}' }),
    PROXIES,
    'y?',
  ],
  ['a network endpoint group from an expression', service({}, { 'cloud.google.com/neg': ref('var.neg') }), PROXIES, 'y?'],
  [
    'annotations that another resource adds',
    merge(
      service({}),
      one('kubernetes_annotations', {
        api_version: 'v1',
        kind: 'Service',
        metadata: { name: 's', namespace: 'b' },
        annotations: { 'cloud.google.com/neg': '{"exposed_ports": {"80":{}}}' },
      }),
    ),
    PROXIES,
    'y?',
  ],
  [
    'a class that another resource adds to an ingress',
    merge(
      service({}),
      one('kubernetes_ingress_v1', {
        metadata: { name: 'i', namespace: 'b', annotations: { 'kubernetes.io/ingress.class': 'gce-internal' } },
        spec: { default_backend: { service: { name: 's', port: { number: 80 } } } },
      }),
      one('kubernetes_annotations', {
        api_version: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'i', namespace: 'b' },
        annotations: { 'kubernetes.io/ingress.class': 'gce' },
      }),
    ),
    TO_POD,
    'y?',
  ],
  [
    'a Gateway',
    merge(service({}), manifest('gateway.networking.k8s.io/v1', 'Gateway', { gatewayClassName: 'gke-l7-global-external-managed' })),
    TO_POD,
    'y?',
  ],
  ['an ingress of many clusters', merge(service({}), manifest('networking.gke.io/v1', 'MultiClusterIngress')), TO_POD, 'y?'],
  ['an exported service', merge(service({}), manifest('net.gke.io/v1', 'ServiceExport')), PODS, 'y?'],
  [
    'an ingress of another controller',
    merge(
      service({}),
      one('kubernetes_ingress_v1', {
        metadata: { name: 'i', namespace: 'b' },
        spec: { ingress_class_name: 'nginx', default_backend: { service: { name: 's', port: { number: 80 } } } },
      }),
    ),
    TO_POD,
    'y?',
  ],
  [
    'an ingress class of a parameter',
    merge(
      service({}),
      one('kubernetes_ingress_v1', {
        metadata: { name: 'i', namespace: 'b' },
        spec: { ingress_class_name: ref('var.class'), default_backend: { service: { name: 's', port: { number: 80 } } } },
      }),
    ),
    TO_POD,
    'y?',
  ],
  [
    'rules of an ingress from a dynamic block',
    merge(
      service({}),
      one('kubernetes_ingress_v1', {
        metadata: { name: 'i', namespace: 'b', annotations: { 'kubernetes.io/ingress.class': 'gce' } },
        spec: { dynamic: { rule: { for_each: ref('var.rules'), content: {} } } },
      }),
    ),
    TO_POD,
    'y?',
  ],
  [
    'a host port',
    merge(publicNodes, {
      kubernetes_deployment_v1: { y: deployment('b', 'y', {}, { port: [{ container_port: 9898, host_port: 9898 }] }) },
    }),
    TO_POD,
    'y?',
  ],
  [
    'ports from a dynamic block',
    merge(publicNodes, {
      kubernetes_deployment_v1: {
        y: deployment('b', 'y', {}, { port: undefined, dynamic: { port: { for_each: ref('var.ports'), content: {} } } }),
      },
    }),
    TO_POD,
    'y?',
  ],
  [
    'containers from a dynamic block, and a named port',
    merge(
      {
        kubernetes_deployment_v1: {
          y: deployment('b', 'y', { container: undefined, dynamic: { container: { for_each: ref('var.c'), content: {} } } }),
        },
      },
      policy('http', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: 'http' }] }] }),
    ),
    PODS,
    'y?',
  ],
  [
    'a named port of an init container',
    merge(
      {
        kubernetes_deployment_v1: {
          y: deployment('b', 'y', {
            init_container: [{ name: 'side', restart_policy: 'Always', port: [{ container_port: 9898, name: 'side' }] }],
          }),
        },
      },
      policy('side', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: 'side' }] }] }),
    ),
    PODS,
    'y?',
  ],

  // Cloud NAT and routes.
  ['a NAT of another region', merge(vm('v1'), nat({ region: 'r2', router: 'other' })), OUT, 'n'],
  [
    'a NAT for primary ranges, and pods that keep their addresses',
    merge(
      { google_container_cluster: { c: cluster({ default_snat_status: { disabled: true } }) } },
      nat({ source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES' }),
    ),
    ['a/x', 'internet', '443'],
    'n?',
  ],
  [
    'a NAT for secondary ranges by name',
    merge(
      vm('v1'),
      nat({
        source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS',
        subnetwork: [{ name: SUB, source_ip_ranges_to_nat: ['LIST_OF_SECONDARY_IP_RANGES'], secondary_ip_range_names: ['pods'] }],
      }),
    ),
    OUT,
    'n',
  ],
  [
    'subnets of a NAT from a dynamic block',
    merge(
      vm('v1'),
      nat({ source_subnetwork_ip_ranges_to_nat: 'LIST_OF_SUBNETWORKS', dynamic: { subnetwork: { for_each: ref('var.s'), content: {} } } }),
    ),
    OUT,
    'y?',
  ],
  ['a private NAT', merge(vm('v1'), nat({ type: 'PRIVATE' })), OUT, 'n'],
  ['a NAT of load balancers', merge(vm('v1'), nat({ endpoint_types: ['ENDPOINT_TYPE_MANAGED_PROXY_LB'] })), OUT, 'n'],
  ['no copy of a NAT', merge(vm('v1'), nat({ count: 0 })), OUT, 'n'],
  ['a NAT that may have no copy', merge(vm('v1'), nat({ count: ref('var.nat ? 1 : 0') })), OUT, '?'],
  ['a NAT for each of a variable', merge(vm('v1'), nat({ for_each: ref('var.nats') })), OUT, '?'],
  ['an external address without a NAT', merge(vm('v1', [{ subnetwork: SUB, access_config: [{}] }]), noNat), OUT, 'y'],
  [
    'an external address from a dynamic block',
    merge(vm('v1', [{ subnetwork: SUB, dynamic: { access_config: { for_each: ref('var.x'), content: {} } } }]), noNat),
    OUT,
    'y?',
  ],
  [
    'a web proxy in place of a NAT',
    merge(vm('v1'), noNat, one('google_network_services_gateway', { name: 'g', type: 'SECURE_WEB_GATEWAY', network: NET })),
    OUT,
    'y?',
  ],
  [
    'a route for VMs with another tag',
    merge(noRoutes, vm('v1'), route({ next_hop_gateway: 'default-internet-gateway', tags: ['other'] })),
    OUT,
    'n',
  ],
  [
    'a route for VMs with the tag',
    merge(noRoutes, vm('v1'), route({ next_hop_gateway: 'default-internet-gateway', tags: ['v1'] })),
    OUT,
    'y',
  ],
  [
    'a route that may have no copy',
    merge(noRoutes, vm('v1'), route({ next_hop_gateway: 'default-internet-gateway', count: ref('var.n') })),
    OUT,
    '?',
  ],
  [
    'a route of another network',
    merge(noRoutes, net2, vm('v1'), route({ next_hop_gateway: 'default-internet-gateway', network: NET2 })),
    OUT,
    'n',
  ],
  ['a default route to a load balancer', merge(vm('v1'), route({ next_hop_ilb: 'f', priority: 900 })), OUT, 'y?'],
  ['half of the internet through a VPN', merge(vm('v1'), route({ next_hop_vpn_tunnel: 't', dest_range: '0.0.0.0/1' })), OUT, 'y?'],
  [
    'a policy-based route',
    merge(vm('v1'), one('google_network_connectivity_policy_based_route', { name: 'p', network: NET, next_hop_ilb_ip: '10.0.0.9' })),
    OUT,
    'y?',
  ],
  [
    'default routes by an expression',
    merge({ google_compute_network: { net: { name: 'net', delete_default_routes_on_create: ref('var.d') } } }, vm('v1')),
    OUT,
    '?',
  ],

  ['Google APIs without Private Google Access', merge(vm('v1'), noNat), ['v1', 'Google APIs', '443'], 'n'],
  ['Google APIs with a NAT', vm('v1'), ['v1', 'Google APIs', '443'], 'y'],
  [
    'Google APIs with an external address',
    merge(vm('v1', [{ subnetwork: SUB, access_config: [{}] }]), noNat),
    ['v1', 'Google APIs', '443'],
    'y',
  ],
  ['Google APIs with Private Google Access', merge(privateAccess(true), vm('v1'), noNat), ['v1', 'Google APIs', '443'], 'y'],
  [
    'Google APIs with Private Google Access by an expression',
    merge(privateAccess(ref('var.p')), vm('v1'), noNat),
    ['v1', 'Google APIs', '443'],
    '?',
  ],
  ['Google APIs from pods, whose subnet GKE may change', noNat, ['a/x', 'Google APIs', '443'], 'y?'],
  [
    'Google APIs from a subnet of another stack',
    merge(vm('v1', [{ subnetwork: 'elsewhere', network: NET }]), noNat),
    ['v1', 'Google APIs', '443'],
    'y?',
  ],

  // Ranges of pods.
  [
    'a pool with a pod range of its own',
    merge(
      closed,
      vm('v1'),
      one('google_container_node_pool', { cluster: ref('google_container_cluster.c.id'), network_config: [{ pod_range: 'more-pods' }] }),
      allow('pods', { source_ranges: ['10.16.0.0/14'] }),
    ),
    TO_VM,
    '?',
  ],
  [
    'a pool with a pod range of its own, which alone is allowed',
    merge(
      closed,
      vm('v1'),
      one('google_container_node_pool', { cluster: ref('google_container_cluster.c.id'), network_config: [{ pod_range: 'more-pods' }] }),
      allow('pods', { source_ranges: ['10.200.0.0/16'] }),
    ),
    TO_VM,
    '?',
  ],
  [
    'a pool with a new pod range',
    merge(
      closed,
      vm('v1'),
      one('google_container_node_pool', {
        cluster: ref('google_container_cluster.c.id'),
        network_config: [{ create_pod_range: true, pod_ipv4_cidr_block: '/20' }],
      }),
      allow('pods', { source_ranges: ['10.16.0.0/14'] }),
    ),
    TO_VM,
    '?',
  ],
  [
    'additional pod ranges of a cluster',
    merge(
      closed,
      vm('v1'),
      {
        google_container_cluster: {
          c: cluster({
            ip_allocation_policy: {
              cluster_secondary_range_name: 'pods',
              additional_pod_ranges_config: { pod_range_names: ['more-pods'] },
            },
          }),
        },
      },
      allow('pods', { source_ranges: ['10.16.0.0/14'] }),
    ),
    TO_VM,
    '?',
  ],
  [
    'a pool that may have no copy',
    merge(
      closed,
      vm('v1'),
      one('google_container_node_pool', {
        count: ref('var.n'),
        cluster: ref('google_container_cluster.c.id'),
        network_config: [{ pod_range: 'more-pods' }],
      }),
      allow('pods', { source_ranges: ['10.16.0.0/14'] }),
    ),
    TO_VM,
    'y?',
  ],
  [
    'the agent of masquerading by YAML',
    merge(
      closed,
      vm('v1'),
      one('kubectl_manifest', {
        yaml_body:
          'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ip-masq-agent\n  namespace: kube-system\ndata:\n  config: |\n    nonMasqueradeCIDRs: []\n',
      }),
      allow('nodes', { source_ranges: ['10.0.0.0/20'] }),
    ),
    TO_VM,
    'y?',
  ],

  // Labels.
  [
    'labels of a namespace from another resource',
    merge(fromRed, one('kubernetes_labels', { api_version: 'v1', kind: 'Namespace', metadata: { name: 'a' }, labels: { team: 'red' } })),
    PODS,
    'y?',
  ],
  [
    'labels of a namespace with a name from an expression',
    merge(
      fromRed,
      one('kubernetes_labels', { api_version: 'v1', kind: 'Namespace', metadata: { name: ref('var.n') }, labels: { team: 'red' } }),
    ),
    PODS,
    'y?',
  ],
  [
    'labels from an expression on a namespace',
    merge(fromRed, one('kubernetes_labels', { api_version: 'v1', kind: 'Namespace', metadata: { name: 'a' }, labels: ref('var.l') })),
    PODS,
    'y?',
  ],
  [
    'labels of another namespace',
    merge(fromRed, one('kubernetes_labels', { api_version: 'v1', kind: 'Namespace', metadata: { name: 'b' }, labels: { team: 'red' } })),
    PODS,
    'n?',
  ],
  [
    'a namespace of a manifest with labels',
    merge(
      fromRed,
      { kubernetes_namespace_v1: { a: { metadata: { name: 'z' } } } },
      one('kubernetes_manifest', { manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', labels: { team: 'red' } } } }),
    ),
    PODS,
    'y?',
  ],
  ['a namespace of another stack', merge(fromRed, { kubernetes_namespace_v1: { a: { metadata: { name: 'z' } } } }), PODS, 'y?n'],
  [
    'labels of a template merged with others',
    merge(
      {
        kubernetes_deployment_v1: {
          x: {
            metadata: { name: 'x', namespace: 'a' },
            spec: { template: { metadata: { labels: ref('merge(local.l, { app = "x" })') }, spec: { container: [{}] } } },
          },
        },
      },
      policy('x', {
        pod_selector: {},
        policy_types: ['Ingress'],
        ingress: [{ from: [{ namespace_selector: {}, pod_selector: { match_labels: { app: 'x' } } }] }],
      }),
    ),
    PODS,
    'y?',
  ],

  // Firewall policies.
  [
    'a global network firewall policy',
    merge(
      both,
      one('google_compute_network_firewall_policy_rule', {
        firewall_policy: 'p',
        action: 'deny',
        direction: 'INGRESS',
        priority: 1,
        match: [{ src_ip_ranges: ['0.0.0.0/0'], layer4_configs: [{ ip_protocol: 'all' }] }],
      }),
      one('google_compute_network_firewall_policy_association', { name: 'a', attachment_target: NET, firewall_policy: 'p' }),
    ),
    VMS,
    'n?',
  ],
  [
    'a regional network firewall policy of another stack',
    merge(
      both,
      one('google_compute_region_network_firewall_policy_association', {
        name: 'a',
        attachment_target: NET,
        firewall_policy: 'p',
        region: 'r1',
      }),
    ),
    VMS,
    '?',
  ],
  [
    'a firewall policy of the organization',
    merge(
      both,
      one('google_compute_organization_security_policy_association', { name: 'a', attachment_id: 'organizations/1', policy_id: '2' }),
    ),
    VMS,
    '?',
  ],
  [
    'a firewall policy with its rules',
    merge(
      closed,
      both,
      one('google_compute_network_firewall_policy_with_rules', {
        name: 'p',
        rule: [{ action: 'allow', priority: 1, match: [{ src_ip_ranges: ['0.0.0.0/0'], layer4_config: [{ ip_protocol: 'all' }] }] }],
      }),
      one('google_compute_network_firewall_policy_association', { name: 'a', attachment_target: NET, firewall_policy: 'p' }),
    ),
    VMS,
    'y?',
  ],

  // Firewall rules.
  ['a rule without sources', merge(closed, both, allow('any', {})), VMS, 'y'],
  ['a denial of equal priority', merge(both, rule('deny', { priority: 1000, deny: [{ protocol: 'tcp', ports: ['22'] }] })), VMS, 'n'],
  ['no copy of a denial', merge(both, rule('deny', { count: 0, priority: 1, deny: [{ protocol: 'all' }] })), VMS, 'y'],
  [
    'a denial that may have no copy',
    merge(both, rule('deny', { count: ref('var.strict ? 1 : 0'), priority: 1, deny: [{ protocol: 'all' }] })),
    VMS,
    '?',
  ],
  [
    'a rule that may have no copy',
    merge(closed, both, allow('ssh', { count: ref('var.ssh ? 1 : 0'), source_ranges: ['10.0.0.0/8'] })),
    VMS,
    '?',
  ],
  [
    'a rule for each of a variable',
    merge(closed, both, allow('ssh', { for_each: ref('toset(var.names)'), source_ranges: ['10.0.0.0/8'] })),
    VMS,
    '?',
  ],
  [
    'a rule for each of a map',
    merge(closed, both, allow('ssh', { for_each: { one: '10.0.0.0/8' }, source_ranges: [ref('each.value')] })),
    VMS,
    'y?',
  ],
  ['a rule for each of nothing', merge(closed, both, allow('ssh', { for_each: {}, source_ranges: ['10.0.0.0/8'] })), VMS, 'n'],
  [
    'tags of a VM from an expression',
    merge(closed, vm('v1'), vm('v2', [{ subnetwork: SUB }], { tags: ref('var.tags') }), allow('ssh', { target_tags: ['ssh'] })),
    VMS,
    'y?',
  ],
  ['a network from an expression', merge(closed, both, allow('ssh', { network: ref('var.network') })), VMS, 'y?'],
  ['a network of an equal name in another project', merge(closed, both, allow('ssh', { network: 'net', project: 'p2' })), VMS, 'n'],
  [
    'a network of an equal name in the project of another provider',
    merge(closed, both, allow('ssh', { network: 'net', provider: 'google.two' })),
    VMS,
    'n',
    {
      provider: {
        google: [{ project: 'p1' }, { alias: 'two', project: 'p2' }],
        kubernetes: [{ host: ref('google_container_cluster.c.endpoint') }],
      },
    },
  ],
  [
    'a network of an equal name for the beta provider',
    merge(closed, both, allow('ssh', { network: 'net', provider: 'google-beta' })),
    VMS,
    'y?',
    {
      provider: {
        google: [{ project: 'p1' }],
        'google-beta': [{ project: 'p1' }],
        kubernetes: [{ host: ref('google_container_cluster.c.endpoint') }],
      },
    },
  ],
  [
    'a denial of egress by destination',
    merge(both, rule('out', { direction: 'EGRESS', priority: 1, destination_ranges: ['10.0.0.0/8'], deny: [{ protocol: 'all' }] })),
    VMS,
    'n',
  ],
  [
    'a denial of egress to a reserved address that is not known',
    merge(
      vm('v1'),
      vm('v2', [{ subnetwork: SUB, network_ip: ref('google_compute_address.it.address') }]),
      one('google_compute_address', { name: 'a', subnetwork: SUB, address_type: 'INTERNAL' }),
      rule('out', {
        direction: 'EGRESS',
        priority: 1,
        destination_ranges: [ref('google_compute_address.it.address')],
        deny: [{ protocol: 'all' }],
      }),
    ),
    VMS,
    '?n',
  ],
  [
    'changes of a rule that are ignored',
    merge(closed, both, allow('ssh', { source_ranges: ['10.0.0.0/8'], lifecycle: { ignore_changes: ['source_ranges'] } })),
    VMS,
    'y?',
  ],

  ['ICMP', merge(closed, both, rule('ping', { source_ranges: ['10.0.0.0/8'], allow: [{ protocol: 'icmp' }] })), ['v1', 'v2', 'icmp'], 'y'],
  ['another protocol than ICMP', merge(closed, both, allow('ssh', { source_ranges: ['10.0.0.0/8'] })), ['v1', 'v2', 'icmp'], 'n'],
  [
    'pods, which a rule for the service account of their nodes does not match',
    merge(
      closed,
      vm('v1'),
      { google_container_cluster: { c: cluster({ node_config: { service_account: 'nodes@p1.iam.gserviceaccount.com' } }) } },
      allow('nodes', { source_service_accounts: ['nodes@p1.iam.gserviceaccount.com'] }),
    ),
    TO_VM,
    'n?',
  ],
  [
    'a source range and a source tag, of which one is enough',
    merge(closed, both, allow('either', { source_ranges: ['192.0.2.0/24'], source_tags: ['v1'] })),
    VMS,
    'y',
  ],
  [
    'a target by another service account',
    merge(closed, both, allow('other', { source_ranges: ['10.0.0.0/8'], target_service_accounts: ['other@p1.iam.gserviceaccount.com'] })),
    VMS,
    'n',
  ],
  [
    'a destination range without the server',
    merge(closed, both, allow('to', { source_ranges: ['10.0.0.0/8'], destination_ranges: ['10.99.0.0/24'] })),
    VMS,
    'n',
  ],
  ['a port range as text with blanks', merge(closed, both, allow('ssh', { source_ranges: ['10.0.0.0/8'] }, ['20 - 25'])), VMS, 'y?'],
  ['an unknown protocol', merge(closed, both, rule('p', { source_ranges: ['10.0.0.0/8'], allow: [{ protocol: ref('var.p') }] })), VMS, '?'],

  [
    'a tag that GKE adds to nodes',
    merge(closed, publicNodes, allow('nodes', { source_ranges: ['0.0.0.0/0'], target_tags: ['gke-c-1a2b3c4d-node'] }, ['30080'])),
    ['internet', 'nodes', '30080'],
    '?',
  ],
  [
    'the default service account of nodes',
    merge(
      closed,
      publicNodes,
      allow('nodes', { source_ranges: ['0.0.0.0/0'], target_service_accounts: ['123-compute@developer.gserviceaccount.com'] }, ['30080']),
    ),
    ['internet', 'nodes', '30080'],
    '?',
  ],
  [
    'another service account than the default one of nodes',
    merge(
      closed,
      publicNodes,
      allow('nodes', { source_ranges: ['0.0.0.0/0'], target_service_accounts: ['other@p1.iam.gserviceaccount.com'] }, ['30080']),
    ),
    ['internet', 'nodes', '30080'],
    'n',
  ],
  [
    'the default service account of a VM',
    merge(
      closed,
      vm('v1'),
      vm('v2', [{ subnetwork: SUB }], { service_account: { scopes: ['cloud-platform'] } }),
      allow('ssh', { source_ranges: ['10.0.0.0/8'], target_service_accounts: ['123-compute@developer.gserviceaccount.com'] }),
    ),
    VMS,
    '?',
  ],
  [
    'a VM without a service account',
    merge(
      closed,
      vm('v1'),
      vm('v2', [{ subnetwork: SUB }], { service_account: undefined }),
      allow('ssh', { source_ranges: ['10.0.0.0/8'], target_service_accounts: ['123-compute@developer.gserviceaccount.com'] }),
    ),
    VMS,
    'n',
  ],
  [
    'a subnet of an equal name in another region',
    merge(
      closed,
      net2,
      { google_compute_subnetwork: { twin: { name: 'sub', region: 'r2', network: NET2, ip_cidr_range: '10.98.0.0/24' } } },
      vm('v1'),
      vm('v2', [{ subnetwork: 'sub' }], { zone: 'r2-b' }),
      open2,
    ),
    VMS,
    '?',
  ],
  ['a subnet of an equal name in another project', merge(vm('v1'), vm('v2', [{ subnetwork: 'sub', subnetwork_project: 'p9' }])), VMS, '?'],

  // Policies.
  ['no copy of a policy', policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, { count: 0 }), PODS, 'y'],
  [
    'a policy that may have no copy',
    policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, { count: ref('var.strict ? 1 : 0') }),
    PODS,
    '?',
  ],
  ['a policy that allows, and may have no copy', merge(deny, policy('open', allowAll, { count: ref('var.open ? 1 : 0') })), PODS, '?'],
  [
    'a policy for each namespace of a variable',
    policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, { for_each: ref('toset(var.namespaces)') }, ref('each.key')),
    PODS,
    '?',
  ],
  [
    'a spec from a dynamic block',
    policy('deny', undefined, { dynamic: { spec: { for_each: [1], content: { pod_selector: {}, policy_types: ['Ingress'] } } } }),
    PODS,
    '?n',
  ],
  ['policy types from an expression', policy('deny', { pod_selector: {}, policy_types: ref('var.types') }), PODS, '?'],
  [
    'peers from a dynamic block',
    merge(
      policy('from', {
        pod_selector: {},
        policy_types: ['Ingress'],
        ingress: [{ dynamic: { from: { for_each: ref('var.f'), content: {} } } }],
      }),
    ),
    PODS,
    'y?',
  ],
  [
    'ports from a dynamic block of a policy',
    merge(
      policy('from', {
        pod_selector: {},
        policy_types: ['Ingress'],
        ingress: [{ dynamic: { ports: { for_each: ref('var.f'), content: {} } } }],
      }),
    ),
    PODS,
    'y?',
  ],
  [
    'a pod selector from an expression',
    policy('deny', { pod_selector: { match_labels: ref('var.l') }, policy_types: ['Ingress'] }),
    PODS,
    '?',
  ],
  [
    'requirements from a dynamic block',
    policy('deny', {
      pod_selector: { dynamic: { match_expressions: { for_each: ref('var.e'), content: {} } } },
      policy_types: ['Ingress'],
    }),
    PODS,
    '?',
  ],
  [
    'exceptions of a range from an expression',
    merge(
      vm('v1'),
      policy(
        'out',
        { pod_selector: {}, policy_types: ['Egress'], egress: [{ to: [{ ip_block: { cidr: '10.0.0.0/8', except: ref('var.except') } }] }] },
        {},
        'a',
      ),
    ),
    TO_VM,
    '?',
  ],
  [
    'egress to a range with the VM',
    merge(
      vm('v1'),
      policy(
        'out',
        { pod_selector: {}, policy_types: ['Egress'], egress: [{ to: [{ ip_block: { cidr: '10.0.0.0/20' } }], ports: [{ port: '22' }] }] },
        {},
        'a',
      ),
    ),
    TO_VM,
    'y',
  ],
  [
    'a last port from an expression',
    policy('ports', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: '9000', end_port: ref('var.last') }] }] }),
    PODS,
    '?',
  ],
  [
    'a protocol from an expression',
    policy('ports', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: '9898', protocol: ref('var.p') }] }] }),
    PODS,
    '?',
  ],
  [
    'changes of a policy that are ignored',
    merge(policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, { lifecycle: { ignore_changes: 'all' } })),
    PODS,
    'n?',
  ],

  [
    'a range of pods under Dataplane V2',
    policy('range', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ from: [{ ip_block: { cidr: '10.16.0.0/14' } }] }] }),
    PODS,
    'n',
  ],
  [
    'a range of pods under Calico',
    merge(
      { google_container_cluster: { c: cluster({ datapath_provider: undefined, network_policy: { enabled: true } }) } },
      policy('range', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ from: [{ ip_block: { cidr: '10.16.0.0/14' } }] }] }),
    ),
    PODS,
    'y?',
  ],
  [
    'UDP, which a rule of TCP does not allow',
    policy('tcp', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: '9898' }] }] }),
    ['a/x', 'b/y', 'udp/9898'],
    'n',
  ],
  [
    'SCTP',
    policy('sctp', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ ports: [{ port: '9898', protocol: 'SCTP' }] }] }),
    ['a/x', 'b/y', 'sctp/9898'],
    'y',
  ],
  [
    'a workload without a namespace',
    merge(policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, {}, 'default'), {
      kubernetes_deployment_v1: { y: { ...deployment('b', 'y'), metadata: { name: 'y' } } },
    }),
    ['a/x', 'default/y', '9898'],
    'n',
  ],
  [
    'a workload with a generated name',
    { kubernetes_pod_v1: { z: { metadata: { generate_name: 'z-', namespace: 'b', labels: { app: 'z' } }, spec: { container: [{}] } } } },
    ['a/x', 'z', '80'],
    'y?',
  ],
  [
    'a namespace by reference',
    policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, {}, ref('kubernetes_namespace_v1.b.metadata[0].name')),
    PODS,
    'n',
  ],
  [
    'a policy of a namespace that is not known',
    policy('deny', { pod_selector: {}, policy_types: ['Ingress'] }, {}, ref('var.namespace')),
    PODS,
    '?',
  ],

  // Enforcement.
  [
    'a cluster of Autopilot',
    merge({ google_container_cluster: { c: cluster({ datapath_provider: undefined, enable_autopilot: true }) } }, deny),
    PODS,
    'n',
  ],
  [
    'a cluster without a network plugin',
    merge({ google_container_cluster: { c: cluster({ datapath_provider: 'LEGACY_DATAPATH' }) } }, deny),
    PODS,
    'y',
  ],
  [
    'a data plane from an expression',
    merge({ google_container_cluster: { c: cluster({ datapath_provider: ref('var.d') }) } }, deny),
    PODS,
    '?',
  ],
  [
    'Calico from a dynamic block',
    merge(
      {
        google_container_cluster: {
          c: cluster({ datapath_provider: undefined, dynamic: { network_policy: { for_each: ref('var.n'), content: {} } } }),
        },
      },
      deny,
    ),
    PODS,
    '?',
  ],
  [
    'a network plugin of a chart',
    merge(
      { google_container_cluster: { c: cluster({ datapath_provider: undefined }) } },
      deny,
      one('helm_release', { name: 'cilium', chart: 'cilium', namespace: 'kube-system' }),
    ),
    PODS,
    '?',
  ],
  [
    'a network plugin of a manifest',
    merge(
      { google_container_cluster: { c: cluster({ datapath_provider: undefined }) } },
      deny,
      manifest('operator.tigera.io/v1', 'Installation', {}, undefined),
    ),
    PODS,
    '?',
  ],

  // Software of which the JSON has no resources.
  ['a chart without a note beside the pods', one('helm_release', { name: 'h', chart: 'c', namespace: 'b' }), TO_POD, 'y?'],
  [
    'a chart without a note, and a policy that allows',
    merge(policy('open', allowAll), one('helm_release', { name: 'h', chart: 'c', namespace: 'b' })),
    PODS,
    'y?',
  ],
  [
    'a policy engine',
    merge(policy('open', allowAll), one('helm_release', { name: 'k', chart: 'kyverno', namespace: 'kyverno' })),
    PODS,
    '?',
  ],
  [
    'a policy engine from a repository in the name of the chart',
    merge(deny, one('helm_release', { name: 'k', chart: 'oci://ghcr.io/kyverno/charts/kyverno', namespace: 'k' })),
    PODS,
    '?',
  ],
  ['a chart from an expression', merge(deny, one('helm_release', { name: 'k', chart: ref('var.chart'), namespace: 'k' })), PODS, '?n'],
  [
    'a chart in a namespace from an expression',
    merge(deny, one('helm_release', { name: 'k', chart: 'c', namespace: ref('var.n') })),
    PODS,
    '?',
  ],
  ['modules and VMs', merge(closed, both), VMS, 'y?', { others: { module: { m: { source: './m' } } } }],
  ['modules and a NAT', merge(vm('v1'), noNat), OUT, 'y?', { others: { module: { m: { source: './m' } } } }],
  ['modules and two networks', apart, VMS, 'y?', { others: { module: { m: { source: './m' } } } }],
  ['modules and labels of a namespace', fromRed, PODS, 'y?', { others: { module: { m: { source: './m' } } } }],
  ['GitOps of a fleet', merge(deny, one('google_gke_hub_feature_membership', { feature: 'configmanagement' })), PODS, '?'],
  ['an application of Argo CD', merge(deny, manifest('argoproj.io/v1alpha1', 'Application', {}, 'argocd')), PODS, '?'],
  ['a custom resource in another namespace', merge(deny, manifest('example.com/v1', 'Thing', {}, 'z')), PODS, 'n?'],
  ['a list of manifests', merge(deny, manifest('v1', 'List', undefined, undefined)), PODS, '?'],
  [
    'a policy of host names',
    merge(denyEgress, manifest('networking.gke.io/v1alpha1', 'FQDNNetworkPolicy', {}, 'a')),
    ['a/x', 'internet', '443'],
    'y?',
  ],
  [
    'a policy of Calico',
    merge(policy('open', allowAll), manifest('crd.projectcalico.org/v1', 'GlobalNetworkPolicy', {}, undefined)),
    PODS,
    '?',
  ],
  [
    'an authorization policy, and a policy that allows',
    merge(policy('open', allowAll), manifest('security.istio.io/v1', 'AuthorizationPolicy')),
    PODS,
    '?',
  ],
  [
    'a local command',
    merge(deny, one('null_resource', { provisioner: { 'local-exec': { command: 'kubectl apply -f open.yaml' } } })),
    PODS,
    'n?',
  ],
];

export const HOSTILE_CASES: readonly HostileCase[] = ROWS.map(([title, resources, ask, acceptable, more]) => ({
  title,
  resources: merge(BASE, resources),
  ask,
  acceptable,
  ...more,
}));
