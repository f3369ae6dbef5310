import { Cidr } from '../core/cidr';
import { ValidationError } from '../core/validation-error';
import { countPodAddresses, countUsableAddresses } from '../network/ip-plan';
import type { INodePoolCluster } from './cluster-reference';
import { DEFAULT_ZONE_COUNT } from './zones';

/**
 * Renders the default pool, which GKE creates and Terraform then removes.
 *
 * It has the cluster's own node service account, because many projects have no default one.
 */
export function renderDefaultPool(cluster: INodePoolCluster) {
  return {
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: {
      serviceAccount: cluster.nodeServiceAccountEmail,
      oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
      tags: [cluster.nodeTag],
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      workloadMetadataConfig: { mode: 'GKE_METADATA' },
    },
  };
}

/** Fails when the ranges are too small for the default pool: one node in each zone, until GKE has removed it. */
export function requireRoomForDefaultPool(cluster: INodePoolCluster): void {
  const nodes = cluster.nodeZones.length || DEFAULT_ZONE_COUNT;
  const each = countPodAddresses(cluster.maxPodsPerNode);
  const podRange = Cidr.parse(cluster, 'podRange', cluster.network.podRange);
  if (nodes * each > podRange.size) {
    throw new ValidationError(
      cluster,
      `'maxPodsPerNode' must leave room in the pod range for the ${nodes} nodes that GKE creates a cluster with, ` +
        `which take ${nodes * each} addresses (${nodes} of ${each}), got ${cluster.maxPodsPerNode} for ${podRange}, which has ${podRange.size}`,
    );
  }
  const nodeRange = Cidr.parse(cluster, 'nodeRange', cluster.network.nodeSubnet.range);
  if (nodes > countUsableAddresses(nodeRange)) {
    throw new ValidationError(
      cluster,
      `'nodeZones' must be at most as many as the node subnet has addresses (${countUsableAddresses(nodeRange)} in ${nodeRange}), as GKE creates a cluster with a node in each, got ${nodes}`,
    );
  }
}
