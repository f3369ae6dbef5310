import { booleanAt, known, textAt } from '../../terraform/values';
import { compareBlocks } from '../compare-blocks';
import type { Opening } from '../opening';
import { parseQuantity } from '../quantity';
import type { ResourceType } from '../resource-type';
import { compareValuesIn } from '../running';

/** Periods without upgrades. An exclusion that is over protects no more. */
const MAINTENANCE_EXCLUSIONS = compareBlocks({
  key: 'exclusion_name',
  isWeaker: (was, is) => {
    const [end, newEnd] = [was, is].map((each) => parseQuantity(known(textAt(each, 'end_time'))));
    const [start, newStart] = [was, is].map((each) => parseQuantity(known(textAt(each, 'start_time'))));
    if (start === undefined || end === undefined || end < Date.now()) return false;
    return newStart === undefined || newEnd === undefined || newStart > start || newEnd < end;
  },
  clause: 'upgrades may start during its maintenance exclusions',
  examples: {
    strong: [{ exclusion_name: 'peak', start_time: '2999-11-01T00:00:00Z', end_time: '2999-12-01T00:00:00Z' }],
    weak: [{ exclusion_name: 'peak', start_time: '2999-11-01T00:00:00Z', end_time: '2999-11-02T00:00:00Z' }],
  },
});

/** Node pools in the block of the cluster. */
const INLINE_POOLS = compareBlocks({
  key: 'name',
  isWeaker: (was, is) => is !== undefined && isRepaired(was) && !isRepaired(is),
  clause: 'unhealthy nodes are no longer repaired in pools',
  examples: {
    strong: [{ name: 'apps', management: [{ auto_repair: true }] }],
    weak: [{ name: 'apps', management: [{ auto_repair: false }] }],
  },
});

function isRepaired(pool: unknown): boolean {
  return known(booleanAt(pool, 'management', 'auto_repair')) === true;
}
const NETWORKS = 'master_authorized_networks_config';
const ENDPOINTS = 'control_plane_endpoints_config';

const opened = (path: readonly string[], value: unknown, words: string, more: Partial<Opening> = {}): Opening => ({
  path,
  open: { oneOf: [value] },
  words,
  whenNew: 'none',
  ...more,
});

/** Clauses complete `main: it gets a public address`. The ranges of authorized networks are read by the guard rule itself. */
const CONTROL_PLANE: readonly Opening[] = [
  opened(['private_cluster_config', 'enable_private_endpoint'], false, 'it gets a public address'),
  opened(['private_cluster_config', 'enable_private_nodes'], false, 'its nodes get public addresses'),
  opened(['private_cluster_config', 'master_global_access_config', 'enabled'], true, 'clients in all regions may call it', {
    severity: 'warn',
  }),
  opened([ENDPOINTS, 'dns_endpoint_config', 'allow_external_traffic'], true, 'its DNS endpoint accepts callers from the internet'),
  opened([ENDPOINTS, 'dns_endpoint_config', 'enable_k8s_tokens_via_dns'], true, 'its DNS endpoint accepts tokens of service accounts', {
    severity: 'warn',
  }),
  opened([ENDPOINTS, 'ip_endpoints_config', 'enabled'], true, 'its IP endpoint is enabled again, beside its DNS endpoint'),
  opened([NETWORKS, 'gcp_public_cidrs_access_enabled'], true, 'every VM instance on Google Cloud, of any customer, may call it'),
  opened([NETWORKS, 'private_endpoint_enforcement_enabled'], false, 'authorized networks are no longer enforced at its private endpoint', {
    severity: 'warn',
  }),
  opened(['master_auth', 'client_certificate_config', 'issue_client_certificate'], true, 'it accepts client certificates', {
    whenNew: 'warn',
  }),
  { path: ['master_auth', 'username'], open: { set: true }, words: 'it accepts a password' },
  opened(['anonymous_authentication_config', 'mode'], 'ENABLED', 'it accepts anonymous callers'),
  opened(['rbac_binding_config', 'enable_insecure_binding_system_authenticated'], true, 'roles may be granted to all Google accounts', {
    whenNew: 'warn',
  }),
  opened(['rbac_binding_config', 'enable_insecure_binding_system_unauthenticated'], true, 'roles may be granted to anonymous callers', {
    whenNew: 'warn',
  }),
];

export const containerCluster: readonly ResourceType[] = [
  {
    names: ['google_container_cluster'],
    what: 'a cluster',
    deletion: {
      kind: 'data',
      impact: 'every namespace, workload and secret in it, and the disks of volumes whose reclaim policy is Delete',
      recovery: 'what Terraform and the charts create; data only from a backup plan with volume data, or from retained disks',
      source: 'https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster',
      isOriginal: true,
    },
    protections: [
      { path: ['enable_shielded_nodes'], safe: { oneOf: [true] }, against: 'attack', weaker: 'nodes are no longer shielded' },
      {
        path: ['workload_identity_config', 'workload_pool'],
        safe: { set: true },
        against: 'attack',
        weaker: 'workloads lose their own identities and use that of the node',
      },
      {
        path: ['database_encryption', 'state'],
        safe: { oneOf: ['ENCRYPTED'] },
        against: 'attack',
        weaker: 'secrets are no longer encrypted with your own key',
      },
      {
        path: ['binary_authorization', 'evaluation_mode'],
        safe: { oneOf: ['PROJECT_SINGLETON_POLICY_ENFORCE', 'POLICY_BINDINGS', 'POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE'] },
        against: 'attack',
        weaker: 'images are no longer verified',
      },
      {
        path: ['network_policy', 'enabled'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'network policies are no longer enforced',
      },
      {
        path: ['datapath_provider'],
        safe: { oneOf: ['ADVANCED_DATAPATH'] },
        against: 'attack',
        weaker: 'network policies are no longer enforced by Dataplane V2',
      },
      {
        path: ['enable_legacy_abac'],
        safe: { oneOf: [false] },
        against: 'attack',
        weaker: 'legacy attribute-based authorization is turned on, beside RBAC',
      },
      {
        path: ['logging_service'],
        safe: { oneOf: ['logging.googleapis.com/kubernetes'] },
        against: 'attack',
        weaker: 'its logs are no longer collected',
      },
      {
        path: ['addons_config', 'gke_backup_agent_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'backup plans no longer back it up',
      },
      {
        path: ['addons_config', 'gce_persistent_disk_csi_driver_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'volumes on persistent disks can no longer be created, attached or resized',
      },
      {
        path: ['addons_config', 'gcp_filestore_csi_driver_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'volumes on Filestore can no longer be created or mounted',
      },
      {
        path: ['addons_config', 'gcs_fuse_csi_driver_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'volumes on buckets can no longer be mounted',
      },
      {
        path: ['addons_config', 'parallelstore_csi_driver_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'volumes on Parallelstore can no longer be created or mounted',
      },
      {
        path: ['addons_config', 'lustre_csi_driver_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'volumes on Lustre can no longer be created or mounted',
      },
      {
        path: ['addons_config', 'stateful_ha_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'stateful pods are no longer moved when their node fails',
      },
      {
        path: ['addons_config', 'http_load_balancing', 'disabled'],
        safe: { oneOf: [false, undefined] },
        against: 'outage',
        weaker: 'ingresses no longer get load balancers',
      },
      {
        path: ['addons_config', 'network_policy_config', 'disabled'],
        safe: { oneOf: [false, undefined] },
        against: 'attack',
        weaker: 'network policies are no longer enforced',
      },
      {
        path: ['secret_manager_config', 'enabled'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'pods can no longer mount secrets of Secret Manager',
      },
      // https://cloud.google.com/kubernetes-engine/docs/concepts/about-security-posture-dashboard
      {
        path: ['security_posture_config', 'mode'],
        safe: { ranked: [['ENTERPRISE'], ['BASIC']] },
        against: 'attack',
        weaker: 'its workloads are checked less for wrong configurations',
      },
      {
        path: ['security_posture_config', 'vulnerability_mode'],
        safe: { ranked: [['VULNERABILITY_ENTERPRISE'], ['VULNERABILITY_BASIC']] },
        against: 'attack',
        weaker: 'its images are checked less for vulnerabilities',
      },
      // Versions of RAPID are excluded from the SLA: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
      {
        path: ['release_channel', 'channel'],
        safe: { ranked: [['STABLE', 'REGULAR', 'EXTENDED'], ['RAPID']] },
        against: 'outage',
        weaker: 'it leaves the release channels of tested versions',
      },
      { path: ['maintenance_policy'], safe: { set: true }, against: 'outage', weaker: 'upgrades may start at any time' },
      {
        path: ['maintenance_policy', 'maintenance_exclusion'],
        safe: MAINTENANCE_EXCLUSIONS,
        against: 'outage',
        weaker: 'its maintenance exclusions',
      },
      { path: ['logging_config', 'enable_components'], safe: { all: true }, against: 'attack', weaker: 'logs are no longer collected of' },
      {
        path: ['enable_intranode_visibility'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'traffic between pods of one node is no longer logged',
      },
      {
        path: ['confidential_nodes', 'enabled'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'the memory of its nodes is no longer encrypted',
      },
      {
        path: ['in_transit_encryption_config'],
        safe: { oneOf: ['IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT'] },
        against: 'attack',
        weaker: 'traffic between nodes is no longer encrypted',
      },
      {
        path: ['node_pool_defaults', 'node_config_defaults', 'insecure_kubelet_readonly_port_enabled'],
        safe: { oneOf: ['FALSE'] },
        against: 'attack',
        weaker: 'the kubelet of new nodes answers without authentication',
      },
      {
        path: ['cluster_autoscaling', 'auto_provisioning_defaults', 'management', 'auto_repair'],
        safe: { oneOf: [true] },
        against: 'outage',
        weaker: 'unhealthy nodes of new pools are no longer repaired',
      },
      {
        path: ['cluster_autoscaling', 'auto_provisioning_defaults', 'management', 'auto_upgrade'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'nodes of new pools are no longer upgraded',
      },
      { path: ['node_pool'], safe: INLINE_POOLS, against: 'outage', weaker: 'its node pools' },
    ],
    running: [
      { path: ['node_locations'], safe: { all: true }, stops: 'its nodes leave zones' },
      {
        path: ['maintenance_policy', 'maintenance_exclusion'],
        safe: compareValuesIn('exclusion_name', 'it can be upgraded in what was excluded', {
          strong: [{ exclusion_name: 'a' }, { exclusion_name: 'b' }],
          weak: [{ exclusion_name: 'a' }],
        }),
        stops: 'its maintenance exclusions',
      },
    ],
    backup: { none: 'it is no copy of data' },
    exposes: CONTROL_PLANE,
    uniqueName: { path: ['name'], within: ['project', 'location'] },
    use: { whileUsed: 'held' },
    pods: { none: 'system pods of GKE are not in the configuration' },
    price: { meter: 'cluster' },
    secrets: { none: 'the provider marks the key of client certificates as sensitive' },
    rulesFor: ['cluster'],
  },
];
