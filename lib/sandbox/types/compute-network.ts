import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, sameReference } from '../references';
import type { Cloud, MakeValue, Rule, TypeDescription } from '../type-description';
import { isSet, type Values } from '../values';
import { countAddresses, holdsRange, overlap, selectAddress } from './cidr';
import { buildComputeIdentity, COMPUTE_API, computeName } from './compute';
import { exactNumber, readRegion, rejectConflicts, rejectWhileUsed, requireFound, resolveName, serverNumber } from './google';

const network: TypeDescription = {
  type: 'google_compute_network',
  label: 'Network',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('networks'),
  computed: ['{bgp_always_compare_med,bgp_best_path_selection_mode,bgp_inter_region_cost,internal_ipv6_range,mtu,project,routing_mode}'],
  notReadBack: { delete_default_routes_on_create: false, params: [] },
  defaults: {
    auto_create_subnetworks: true,
    delete_default_routes_on_create: false,
    network_firewall_policy_enforcement_order: 'AFTER_CLASSIC_FIREWALL',
  },
  forceNew: ['{auto_create_subnetworks,description,enable_ula_internal_ipv6,internal_ipv6_range,name,network_profile,params,project}'],
  values: {
    bgp_always_compare_med: false,
    bgp_best_path_selection_mode: 'LEGACY',
    bgp_inter_region_cost: '',
    gateway_ipv4: '',
    internal_ipv6_range: '',
    mtu: 1460,
    numeric_id: serverNumber,
    network_id: (resource) => resource.get('numeric_id'),
    routing_mode: 'REGIONAL',
  },
  rules: { create: [computeName('Network')] },
};

/** Rejects a reference to a network that does not exist. Every new project has the network `default`. */
function networkExists(label: string): Rule {
  return ({ resource, cloud }) => {
    const identity = resolveName(resource, 'global', 'networks', resource.text('network'));
    if (resource.text('network') === '' || lastPart(identity) === 'default') return;
    requireFound(cloud, `Error creating ${label}`, 'google_compute_network', identity);
  };
}

/** Lists the ranges of a subnet, with the secondary ones. */
export function listRanges(subnet: CloudResource): string[] {
  return [...subnet.all('ip_cidr_range'), ...subnet.all('secondary_ip_range.ip_cidr_range')].map(String);
}

/** Rejects overlapping ranges in a network. */
const rangesAreFree: Rule = ({ resource, before, cloud }) => {
  const ranges = listRanges(resource);
  const doing = before ? `Error updating Subnetwork "${resource.identity}"` : 'Error waiting to create Subnetwork';
  for (const other of cloud.list('google_compute_subnetwork')) {
    if (other.identity === resource.identity || !sameReference(other.get('network'), resource.get('network'))) continue;
    const taken = listRanges(other);
    const range = ranges.find((candidate) => taken.some((one) => overlap(candidate, one)));
    if (!range) continue;
    throw new CloudError(
      `${doing}: Error waiting for ${before ? 'Updating' : 'Creating'} Subnetwork: Invalid IPCidrRange: ${range} conflicts with existing subnetwork '${other.text('name')}' in region '${lastPart(other.text('region'))}'.`,
    );
  }
  ranges.forEach((range, index) => {
    const clash = ranges.find((other, at) => at < index && overlap(range, other));
    if (!clash) return;
    throw CloudError.google(
      before ? doing : 'Error creating Subnetwork',
      400,
      `Invalid value for field 'resource.secondaryIpRanges[${index - 1}].ipCidrRange': '${range}'. IP range overlaps with ${clash} of the same subnetwork`,
      'invalid',
    );
  });
};

/** Rejects changing or removing a secondary range that a cluster or a node pool uses. */
const usedRangesAreKept: Rule = ({ resource, before, cloud }) => {
  if (!before) return;
  const [was, is] = [before, resource].map(
    (subnet) =>
      new Map((subnet.all('secondary_ip_range').flat() as Values[]).map((block) => [String(block.range_name), block.ip_cidr_range])),
  );
  const clusters = cloud.list('google_container_cluster').filter((cluster) => sameReference(cluster.get('subnetwork'), resource.identity));
  for (const [name, range] of was!) {
    if (is!.get(name) === range) continue;
    const user =
      clusters.find((cluster) =>
        ['cluster_secondary_range_name', 'services_secondary_range_name'].some(
          (argument) => cluster.text(`ip_allocation_policy.${argument}`) === name,
        ),
      ) ??
      cloud
        .list('google_container_node_pool')
        .find(
          (pool) =>
            pool.text('network_config.pod_range') === name && clusters.some(({ values }) => lastPart(pool.text('cluster')) === values.name),
        );
    if (!user) continue;
    throw CloudError.google(
      `Error updating Subnetwork "${before.identity}"`,
      400,
      `Invalid value for field 'resource.secondaryIpRanges': '${name}'. The secondary range ${String(range)} is in use by '${user.identity}' and cannot be changed or removed`,
      'resourceInUseByAnotherResource',
    );
  }
};

const rangeIsLargeEnough: Rule = ({ resource }) => {
  const range = resource.text('ip_cidr_range');
  if (!range || (countAddresses(range) >= 8 && selectAddress(range, 0) === range.split('/')[0])) return;
  const why =
    countAddresses(range) < 8
      ? 'The range is too small: the longest prefix is /29'
      : `Invalid IPCidrRange, use the first address ${selectAddress(range, 0)}`;
  throw CloudError.google(
    'Error creating Subnetwork',
    400,
    `Invalid value for field 'resource.ipCidrRange': '${range}'. ${why}`,
    'invalid',
  );
};

const subnetwork: TypeDescription = {
  type: 'google_compute_subnetwork',
  label: 'Subnetwork',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('subnetworks'),
  computed: [
    '{enable_flow_logs,external_ipv6_prefix,ip_cidr_range,private_ip_google_access,private_ipv6_google_access,project}',
    '{purpose,region,stack_type}',
    'secondary_ip_range.ip_cidr_range',
  ],
  notReadBack: { ip_collection: null, params: [], send_secondary_ip_range_if_empty: null },
  defaults: {
    'log_config.aggregation_interval': 'INTERVAL_5_SEC',
    'log_config.filter_expr': 'true',
    'log_config.flow_sampling': 0.5,
    'log_config.metadata': 'INCLUDE_ALL_METADATA',
  },
  forceNew: [
    '{description,enable_flow_logs,external_ipv6_prefix,ip_collection,name,network,params,project,region}',
    'reserved_internal_range',
  ],
  forceNewIf: {
    // A range can be expanded in place. Any other change is a different range.
    ip_cidr_range: (before, after) => !holdsRange(after.text('ip_cidr_range'), before.text('ip_cidr_range')),
  },
  values: {
    enable_flow_logs: (resource) => resource.all('log_config').flat().length > 0,
    external_ipv6_prefix: '',
    fingerprint: (_, cloud) => Buffer.from(`subnetwork${cloud.next('fingerprint')}`).toString('base64'),
    gateway_address: (resource) => selectAddress(resource.text('ip_cidr_range'), 1),
    internal_ipv6_prefix: '',
    ipv6_cidr_range: '',
    ipv6_gce_endpoint: '',
    private_ip_google_access: false,
    private_ipv6_google_access: 'DISABLE_GOOGLE_ACCESS',
    purpose: 'PRIVATE',
    stack_type: 'IPV4_ONLY',
    state: '',
    subnetwork_id: exactNumber,
  },
  diffSuppress: { network: sameReference, region: sameReference },
  holds: [{ path: 'network', type: 'google_compute_network' }],
  rules: {
    create: [computeName('Subnetwork'), networkExists('Subnetwork'), rangeIsLargeEnough, rangesAreFree],
    update: [usedRangesAreKept, rangesAreFree],
  },
};

const router: TypeDescription = {
  type: 'google_compute_router',
  label: 'Router',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('routers'),
  computed: ['project', 'region', 'bgp.identifier_range'],
  notReadBack: { md5_authentication_keys: [] },
  defaults: { 'bgp.advertise_mode': 'DEFAULT', 'bgp.keepalive_interval': 20 },
  forceNew: ['{encrypted_interconnect_router,name,network,project,region}'],
  diffSuppress: { network: sameReference, region: sameReference },
  holds: [{ path: 'network', type: 'google_compute_network' }],
  rules: {
    create: [computeName('Router'), networkExists('Router')],
    delete: [rejectWhileUsed('Router', { google_compute_router_nat: (nat) => buildRouterIdentity(nat) })],
  },
};

function buildRouterIdentity(nat: CloudResource): string {
  return resolveName(nat, readRegion(nat), 'routers', nat.text('router'));
}

const routerNat: TypeDescription = {
  type: 'google_compute_router_nat',
  label: 'RouterNat',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  // Part of its router, without an identity of its own in the API.
  identity: (nat) => `${nat.text('project')}/${lastPart(nat.text('region'))}/${lastPart(nat.text('router'))}/${nat.text('name')}`,
  computed: [
    '{auto_network_tier,drain_nat_ips,enable_dynamic_port_allocation,enable_endpoint_independent_mapping,endpoint_types}',
    '{min_ports_per_vm,nat_ips,project,region}',
  ],
  notReadBack: { auto_network_tier: null, initial_nat_ips: null },
  defaults: {
    icmp_idle_timeout_sec: 30,
    'subnetwork.secondary_ip_range_names': [],
    tcp_established_idle_timeout_sec: 1200,
    tcp_time_wait_timeout_sec: 120,
    tcp_transitory_idle_timeout_sec: 30,
    type: 'PUBLIC',
    udp_idle_timeout_sec: 30,
  },
  forceNew: ['{endpoint_types,initial_nat_ips,name,project,region,router,type}'],
  values: {
    auto_network_tier: 'PREMIUM',
    drain_nat_ips: [],
    enable_dynamic_port_allocation: false,
    enable_endpoint_independent_mapping: false,
    endpoint_types: ['ENDPOINT_TYPE_VM'],
    min_ports_per_vm: 64,
    nat_ips: [],
  },
  diffSuppress: { region: sameReference, 'subnetwork.name': sameReference },
  holds: [
    { path: 'subnetwork.name', type: 'google_compute_subnetwork' },
    { path: 'nat_ips', type: 'google_compute_address' },
  ],
  rules: {
    create: [
      ({ resource, cloud }) => requireFound(cloud, 'Error creating RouterNat', 'google_compute_router', buildRouterIdentity(resource)),
      ({ resource }) => {
        if (!resource.flag('enable_dynamic_port_allocation') || !resource.flag('enable_endpoint_independent_mapping')) return;
        throw CloudError.google(
          'Error creating RouterNat',
          400,
          "Invalid value for field 'resource.nats[0].enableEndpointIndependentMapping': 'true'. Endpoint-Independent Mapping cannot be enabled together with Dynamic Port Allocation",
          'invalid',
        );
      },
    ],
  },
};

/** Finds the first unused address of a subnet, in which Google reserves the first two and the last two. */
export function findFreeAddress(cloud: Cloud, subnet: CloudResource): string {
  const range = subnet.text('ip_cidr_range');
  for (let n = 2; n < countAddresses(range) - 2; n++) {
    const address = selectAddress(range, n);
    if (!findAddressUser(cloud, subnet.text('network'), address)) return address;
  }
  throw new CloudError(`IP_SPACE_EXHAUSTED: IP space of '${subnet.identity}' is exhausted.`);
}

/** Finds the user of an internal address in a network: a reserved address or an instance. */
function findAddressUser(cloud: Cloud, network: string, address: string): CloudResource | undefined {
  const reserved = cloud
    .list('google_compute_address')
    .find((candidate) => candidate.text('address') === address && sameReference(findNetwork(cloud, candidate), network));
  return reserved ?? findInstance(cloud, network, address);
}

/** Finds the instance that uses an internal address. */
export function findInstance(cloud: Cloud, network: string, address: string): CloudResource | undefined {
  return cloud
    .list('google_compute_instance')
    .find((instance) =>
      (instance.all('network_interface').flat() as Values[]).some(
        (nic) => nic.network_ip === address && sameReference(findNicNetwork(cloud, nic), network),
      ),
    );
}

/** Finds the network of a network interface, which may only name its subnet. */
export function findNicNetwork(cloud: Cloud, nic: Values): string {
  if (isSet(nic.subnetwork)) return cloud.find('google_compute_subnetwork', String(nic.subnetwork))?.text('network') ?? '';
  return isSet(nic.network) ? String(nic.network) : '';
}

function findNetwork(cloud: Cloud, address: CloudResource): string {
  const subnet = address.text('subnetwork');
  return subnet ? (cloud.find('google_compute_subnetwork', subnet)?.text('network') ?? '') : address.text('network');
}

const makeAddress: MakeValue = (resource, cloud) => {
  if (resource.text('address_type') !== 'INTERNAL')
    return `34.90.${Math.floor(cloud.next('external') / 250) % 250}.${cloud.next('external') % 250}`;
  const subnet = cloud.find('google_compute_subnetwork', resource.text('subnetwork'));
  return subnet ? findFreeAddress(cloud, subnet) : `10.132.0.${1 + cloud.next('internal')}`;
};

const addressIsFree: Rule = ({ resource, cloud }) => {
  const address = resource.text('address');
  const subnet = cloud.find('google_compute_subnetwork', resource.text('subnetwork'));
  if (!address || resource.text('address_type') !== 'INTERNAL' || !subnet) return;
  const range = subnet.text('ip_cidr_range');
  const kept = [0, 1, countAddresses(range) - 2, countAddresses(range) - 1].map((n) => selectAddress(range, n));
  if (!holdsRange(range, address) || kept.includes(address)) {
    throw CloudError.google(
      'Error creating Address',
      400,
      `Invalid value for field 'resource.address': '${address}'. Requested internal IP address is outside the usable range of the subnetwork`,
      'invalid',
    );
  }
  const user = findAddressUser(cloud, subnet.text('network'), address);
  if (!user) return;
  const why =
    user.type === 'google_compute_address'
      ? 'Specified IP address is already reserved.'
      : `Specified IP address is in-use and would result in a conflict.`;
  throw CloudError.google('Error creating Address', 400, `Invalid value for field 'resource.address': '${address}'. ${why}`, 'invalid');
};

const address: TypeDescription = {
  type: 'google_compute_address',
  label: 'Address',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('addresses'),
  computed: ['{address,network_tier,prefix_length,project,purpose,region,subnetwork}'],
  defaults: { address_type: 'EXTERNAL' },
  forceNew: [
    '{address,address_type,description,ip_version,ipv6_endpoint_type,name,network,network_tier,prefix_length,project,purpose}',
    '{region,subnetwork}',
  ],
  values: {
    network_tier: (resource) => (resource.text('address_type') === 'INTERNAL' ? '' : 'PREMIUM'),
    purpose: (resource) => (resource.text('address_type') === 'INTERNAL' ? 'GCE_ENDPOINT' : ''),
    prefix_length: 0,
    subnetwork: '',
    address: makeAddress,
    label_fingerprint: '42WmSpB8rSM=',
    users: [],
  },
  diffSuppress: { region: sameReference, network: sameReference, subnetwork: sameReference },
  holds: [
    { path: 'subnetwork', type: 'google_compute_subnetwork' },
    { path: 'network', type: 'google_compute_network' },
  ],
  rules: {
    create: [
      computeName('Address'),
      ({ resource, cloud }) => {
        const subnet = resource.text('subnetwork');
        if (!subnet) return;
        const identity = resolveName(resource, readRegion(resource), 'subnetworks', subnet);
        requireFound(cloud, 'Error creating Address', 'google_compute_subnetwork', identity);
      },
      addressIsFree,
    ],
    delete: [
      ({ resource, cloud }) => {
        const user =
          resource.text('address_type') === 'INTERNAL'
            ? findInstance(cloud, findNetwork(cloud, resource), resource.text('address'))
            : cloud
                .list('google_compute_instance')
                .find((instance) => instance.all('network_interface.access_config.nat_ip').includes(resource.text('address')));
        if (!user) return;
        throw CloudError.google(
          'Error when reading or editing Address',
          400,
          `The address resource '${resource.identity}' is already being used by '${user.identity}'`,
          'resourceInUseByAnotherResource',
        );
      },
    ],
  },
};

const globalAddress: TypeDescription = {
  type: 'google_compute_global_address',
  label: 'GlobalAddress',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('addresses'),
  computed: ['address', 'prefix_length', 'project'],
  forceNew: ['{address,address_type,description,ip_version,name,network,prefix_length,project,purpose}'],
  values: {
    prefix_length: 0,
    address: (resource, cloud) =>
      resource.text('address_type') === 'INTERNAL' ? `10.200.0.${cloud.next('global')}` : `34.117.0.${cloud.next('global')}`,
    label_fingerprint: '42WmSpB8rSM=',
  },
  diffSuppress: { network: sameReference },
  holds: [{ path: 'network', type: 'google_compute_network' }],
  rules: { create: [computeName('GlobalAddress')] },
};

const firewall: TypeDescription = {
  type: 'google_compute_firewall',
  label: 'Firewall',
  api: COMPUTE_API,
  providerDefaults: ['project'],
  identity: buildComputeIdentity('firewalls'),
  computed: ['destination_ranges', 'direction', 'enable_logging', 'project'],
  notReadBack: { params: [] },
  defaults: { 'allow.ports': [], 'deny.ports': [], priority: 1000 },
  forceNew: ['direction', 'name', 'params', 'project'],
  values: {
    direction: 'INGRESS',
    destination_ranges: (resource) => (resource.text('direction') === 'EGRESS' ? ['0.0.0.0/0'] : []),
    // The plugin never sets it: with a value, it would refuse a log_config.
    enable_logging: null,
  },
  diffSuppress: { network: sameReference },
  holds: [{ path: 'network', type: 'google_compute_network' }],
  rules: {
    plan: [
      rejectConflicts('source_service_accounts', 'source_tags', 'target_tags'),
      rejectConflicts('target_service_accounts', 'source_tags', 'target_tags'),
      ({ resource }) => {
        if (resource.text('direction') === 'EGRESS') return;
        const sources = ['source_tags', 'source_ranges', 'source_service_accounts'];
        if (sources.some((path) => resource.isUnknown(path) || resource.all(path).flat().length > 0)) return;
        throw new CloudError('one of source_tags, source_ranges, or source_service_accounts must be defined');
      },
      ({ resource }) => {
        for (const path of ['source_service_accounts', 'target_service_accounts']) {
          const { length } = resource.all(path).flat();
          if (length > 10) throw new CloudError(`Attribute ${path} supports 10 item maximum, but config has ${length} declared.`);
        }
      },
    ],
    create: [computeName('Firewall'), networkExists('Firewall')],
  },
};

export const computeNetwork: readonly TypeDescription[] = [network, subnetwork, router, routerNat, address, globalAddress, firewall];
