import type { Resource } from '../terraform/document';
import { isKnown } from '../terraform/references';
import { blocksAt, hasBlock, isUndetermined, listAt, type Reading, valueAt } from '../terraform/values';
import { type Location, parseLocation } from './addresses';
import { not, toAnswer } from './answer';
import { createUnknownRange, findSecondaryRange } from './ranges';
import type { References } from './references';
import { DEFAULT_ACCOUNT, type VmIdentity } from './vm-identity';

/** Identities of the nodes of a cluster: one a node pool, the default pool unless it is removed, and pools that GKE creates. */
export function readNodes({ values }: Resource, pools: readonly Resource[], references: References): VmIdentity[] {
  const isPrivate = references.booleanAt(values, 'private_cluster_config', 'enable_private_nodes') ?? false;
  const subnetwork = references.subnetwork(valueAt(values, 'subnetwork'));
  const region = references.regionOf(subnetwork, references.textAt(values, 'location'));
  const common = { isNode: true as const, external: not(toAnswer(isPrivate)), subnetwork, region };
  const read = (nodes: unknown, hasPrivateNodes: Reading<boolean>): VmIdentity => ({
    ...common,
    tags: references.textsAt(nodes, 'node_config', 'tags'),
    serviceAccount: references.textAt(nodes, 'node_config', 'service_account') || DEFAULT_ACCOUNT,
    external: hasPrivateNodes === undefined ? common.external : not(toAnswer(hasPrivateNodes)),
  });
  const isAutopilot = references.booleanAt(values, 'enable_autopilot') === true;
  const hasDefaultPool = !isAutopilot && (pools.length === 0 || references.booleanAt(values, 'remove_default_node_pool') !== true);
  const isProvisioned = isAutopilot || toAnswer(references.booleanAt(values, 'cluster_autoscaling', 'enabled')) !== 'no';
  return [
    ...(hasDefaultPool ? [read(values, undefined)] : []),
    ...pools.map((pool) => read(pool.values, references.booleanAt(pool.values, 'network_config', 'enable_private_nodes'))),
    ...(isProvisioned
      ? [
          {
            ...common,
            tags: references.textsAt(values, 'node_pool_auto_config', 'network_tags', 'tags'),
            serviceAccount:
              references.textAt(values, 'cluster_autoscaling', 'auto_provisioning_defaults', 'service_account') || DEFAULT_ACCOUNT,
          },
        ]
      : []),
  ];
}

/** Ranges of pods besides those of the cluster: of pools with a range of their own, and of further subnets. */
export function readAdditionalPodRanges(
  { address, values }: Resource,
  pools: readonly Resource[],
  subnet: Resource | undefined,
  references: References,
): Location[] {
  const find = (of: Resource | undefined, name: string, user: string) =>
    findSecondaryRange(of, name, references) ?? createUnknownRange(`pods of ${user}`);
  const ofPools = pools.flatMap(({ address: pool, values: body }) =>
    blocksAt(body, 'network_config').flatMap((config) => {
      if (isUndetermined(config)) return [createUnknownRange(`pods of ${pool}`)];
      const block = references.textAt(config, 'pod_ipv4_cidr_block');
      const name = references.textAt(config, 'pod_range');
      const creates = toAnswer(references.booleanAt(config, 'create_pod_range'));
      if (block !== '') return [parseLocation(block)];
      if (creates !== 'no') return [createUnknownRange(`pods of ${pool}`)];
      return name === '' ? [] : [find(subnet, name, pool)];
    }),
  );
  const ofSubnets = blocksAt(values, 'ip_allocation_policy', 'additional_ip_ranges_config').flatMap((config) => {
    if (isUndetermined(config)) return [createUnknownRange(`pods of ${address}`)];
    const own = references.findSubnetwork(valueAt(config, 'subnetwork'));
    return listAt(config, 'pod_ipv4_range_names').map((name) => find(own, references.text(name), address));
  });
  return [...ofPools, ...ofSubnets];
}

/** Ranges of nodes besides that of the cluster: of further subnets. */
export function readAdditionalNodeRanges({ address, values }: Resource, pools: readonly Resource[], references: References): Location[] {
  const subnetworks = [
    ...blocksAt(values, 'ip_allocation_policy', 'additional_ip_ranges_config').map((config) =>
      isUndetermined(config) ? config : valueAt(config, 'subnetwork'),
    ),
    ...pools.map((pool) => valueAt(pool.values, 'network_config', 'subnetwork')),
  ];
  return subnetworks
    .filter((subnetwork) => subnetwork !== undefined)
    .map((subnetwork) => {
      const range = references.textAt(references.findSubnetwork(subnetwork)?.values, 'ip_cidr_range');
      return range === '' ? createUnknownRange(`nodes of ${address}`) : parseLocation(range);
    });
}

/** Reason why pods and nodes of a cluster may have addresses that are not evaluated: IPv6, or further network interfaces. */
export function findOtherAddresses({ address, values }: Resource, pools: readonly Resource[], references: References): string | undefined {
  const stack = references.textAt(values, 'ip_allocation_policy', 'stack_type');
  const hasIpv6 = /IPV6/.test(stack) || !isKnown(stack);
  const withInterfaces = pools.find(({ values: body }) =>
    ['additional_node_network_configs', 'additional_pod_network_configs'].some((config) => hasBlock(body, 'network_config', config)),
  );
  if (withInterfaces) return `${withInterfaces.address} has further network interfaces, which are not evaluated`;
  return hasIpv6 ? `${address} has IPv6 addresses, which are not evaluated` : undefined;
}
