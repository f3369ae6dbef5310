import type { ResourceType } from '../resource-type';
import { compareCount, POOL_AUTOSCALING } from '../running';

export const containerNodePool: readonly ResourceType[] = [
  {
    names: ['google_container_node_pool'],
    what: 'a node pool',
    deletion: {
      kind: 'rule',
      rule: 'pool-deleted',
    },
    protections: [
      {
        path: ['node_config', 'workload_metadata_config', 'mode'],
        safe: { oneOf: ['GKE_METADATA'] },
        against: 'attack',
        weaker: "pods can now obtain the node's credentials",
      },
      { path: ['management', 'auto_repair'], safe: { oneOf: [true] }, against: 'outage', weaker: 'unhealthy nodes are no longer repaired' },
      {
        path: ['management', 'auto_upgrade'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'nodes are no longer upgraded, with security fixes',
      },
      {
        path: ['node_config', 'shielded_instance_config', 'enable_secure_boot'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'enable_secure_boot of its nodes is turned off',
      },
      {
        path: ['node_config', 'shielded_instance_config', 'enable_integrity_monitoring'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'enable_integrity_monitoring of its nodes is turned off',
      },
      {
        path: ['node_config', 'kubelet_config', 'insecure_kubelet_readonly_port_enabled'],
        safe: { oneOf: ['FALSE'] },
        against: 'attack',
        weaker: 'the kubelet answers without authentication',
      },
      {
        path: ['node_config', 'boot_disk_kms_key'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
      {
        path: ['node_config', 'confidential_nodes', 'enabled'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'the memory of its nodes is no longer encrypted',
      },
      {
        path: ['node_config', 'sandbox_config'],
        safe: { set: true },
        against: 'attack',
        weaker: 'pods are no longer isolated from the kernel of the node',
      },
    ],
    running: [
      { path: ['node_count'], safe: compareCount('nodes of each zone'), stops: 'its number of nodes' },
      { path: ['autoscaling'], safe: POOL_AUTOSCALING, stops: 'its maximum number of nodes' },
      { path: ['node_locations'], safe: { all: true }, stops: 'its nodes leave zones' },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: [
      {
        path: ['network_config', 'enable_private_nodes'],
        open: { oneOf: [false] },
        words: 'the nodes get public addresses',
        whenNew: 'none',
      },
    ],
    uniqueName: { path: ['name'], within: ['project', 'location', 'cluster'] },
    use: { none: 'pods on it are evicted, and need other nodes' },
    pods: { none: 'system pods of GKE are not in the configuration' },
    price: { meter: 'node-pool' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'rules select its nodes by their tags and their service account' },
  },
];
