import { ContainerNodePool, type ContainerNodePoolNodeConfig } from '@cdktf/provider-google/lib/container-node-pool';
import { DefaultTokenResolver, type ITerraformDependable, Lazy, StringConcat, Tokenization } from 'cdktf';
import { Construct } from 'constructs';
import { requireKmsKey } from '../core/google-cloud-names';
import { requireKubernetesLabels, requireLabels, requireNoOwnLabels } from '../core/labels';
import { onlyDiskKind, requireMachineType } from '../core/machine-type';
import { kebabCase, requireName } from '../core/physical-name';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { writeNote } from '../terraform/notes';
import type { INodePoolCluster } from './cluster-reference';
import { requireLoadProfile } from './load-profile';
import { resolveNodeLimits } from './node-limits';
import { createNodePoolName, type SynthesizedPool } from './node-pool-name';
import type { LocationPolicy, NodePoolOptions, NodeTaint, UpgradeStrategy } from './node-pool-options';
import type { PoolOfNodes } from './node-pools';
import { countPeakNodes, estimateUpgradeHours, resolveUpgradeSettings, type UpgradeSettings } from './node-upgrade';
import type { NodeTemplate } from './placement';
import { DEFAULT_ZONE_COUNT, requireZones } from './zones';

/** Properties for `NodePool`. */
export interface NodePoolProps extends NodePoolOptions {
  /** Cluster of the nodes. */
  readonly cluster: INodePoolCluster;
}

const OAUTH_SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/** Legacy metadata endpoints return the access token of a node without the `Metadata-Flavor` header. */
const METADATA = { 'disable-legacy-endpoints': 'true' };

/** Types of boot disk that GKE supports. */
const DISK_TYPES = ['pd-standard', 'pd-balanced', 'pd-ssd', 'hyperdisk-balanced'];

const IMAGE_TYPES = ['COS_CONTAINERD', 'UBUNTU_CONTAINERD', 'WINDOWS_LTSC_CONTAINERD', 'WINDOWS_SAC_CONTAINERD'];

/** Labels that GKE and Kubernetes set on nodes. */
const NODE_LABELS =
  /^(cloud\.google\.com\/gke-(nodepool|spot)|kubernetes\.io\/.*|topology\.kubernetes\.io\/.*|node\.kubernetes\.io\/instance-type)$/;

const EFFECTS = ['NO_SCHEDULE', 'PREFER_NO_SCHEDULE', 'NO_EXECUTE'] as const;

/**
 * Node pool with autoscaling between two limits.
 *
 * @remarks
 * A change that GKE cannot make in place replaces the pool, and the new pool is created first: the suffix of the name changes
 * with exactly the arguments that force a replacement, escape hatches included. A larger machine type or a newer version of
 * this library replaces no pool. During a replacement both pools count against the addresses of the network. **Deletion of
 * the old pool evicts its pods without regard to PodDisruptionBudgets**
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools#deleting-node-pools), so the guard refuses such a plan.
 * To honor PodDisruptionBudgets, replace the pool in two deploys: add a second pool with the new settings and set
 * `minNodes: 0` on the old one; run `kubectl drain` on each old node; then remove the old pool.
 *
 * @example
 * ```ts
 * cluster.addNodePool('Batch', {
 *   machineType: 'n2-standard-4',
 *   minNodes: 0,
 *   maxNodes: 10,
 *   spot: true,
 *   labels: { workload: 'batch' },
 *   taints: [{ key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' }],
 * });
 * ```
 */
export class NodePool extends Construct implements PoolOfNodes {
  public readonly cluster: INodePoolCluster;
  /** Name in GKE without the suffix. */
  public readonly baseName: string;

  /** Name in GKE; a token until synth, because escape hatches can change it after this constructor. */
  public readonly poolName: string;

  /** Limits of the whole pool. Undefined for a pool with limits per zone. */
  public readonly minNodes?: number;
  public readonly maxNodes?: number;

  /** Limits of each zone. Undefined for a pool with limits as a whole. */
  public readonly minNodesPerZone?: number;
  public readonly maxNodesPerZone?: number;

  public readonly initialNodesPerZone: number;
  public readonly locationPolicy: LocationPolicy;
  public readonly zones: readonly string[];
  public readonly spot: boolean;
  public readonly machineType: string;
  public readonly diskSizeGiB: number;
  public readonly diskType: string;
  public readonly imageType: string;
  public readonly taints: readonly NodeTaint[];
  public readonly maxPodsPerNode: number;
  public readonly upgradeStrategy: UpgradeStrategy;

  /** Maximum number of nodes at one time, including those that an upgrade adds. */
  public readonly peakNodes: number;

  /** Dependency for resources that need the nodes. */
  public readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: NodePoolProps) {
    super(scope, id);
    requireProps(this, 'NodePoolProps', props);

    const { cluster } = props;
    this.cluster = cluster;
    this.baseName = requireName(this, 'name', props.name ?? kebabCase(id), 40);
    this.zones = requireZones(this, 'zones', props.zones, cluster.location) ?? cluster.nodeZones;
    this.spot = props.spot ?? false;
    this.locationPolicy = requireOneOf(this, 'locationPolicy', props.locationPolicy ?? (this.spot ? 'ANY' : 'BALANCED'), [
      'BALANCED',
      'ANY',
    ]);
    this.machineType = requireMachineType(this, 'machineType', props.machineType ?? 'e2-standard-4');
    this.diskSizeGiB = requireWholeNumber(this, 'diskSizeGiB', props.diskSizeGiB ?? 100, { min: 10, max: 65536 });
    this.diskType = requireDiskType(this, props.diskType, this.machineType);
    this.imageType = requireOneOf(this, 'imageType', props.imageType ?? 'COS_CONTAINERD', IMAGE_TYPES);
    this.taints = requireTaints(this, props.taints ?? []);
    this.maxPodsPerNode = requireWholeNumber(this, 'maxPodsPerNode', props.maxPodsPerNode ?? cluster.maxPodsPerNode, { min: 8, max: 256 });
    this.upgradeStrategy = requireOneOf(this, 'upgradeStrategy', props.upgradeStrategy ?? 'SURGE', ['SURGE', 'BLUE_GREEN']);

    const zoneCount = this.zones.length || DEFAULT_ZONE_COUNT;
    const limits = resolveNodeLimits(this, props, zoneCount);
    this.minNodes = limits.minNodes;
    this.maxNodes = limits.maxNodes;
    this.minNodesPerZone = limits.minNodesPerZone;
    this.maxNodesPerZone = limits.maxNodesPerZone;
    this.initialNodesPerZone = limits.initialNodesPerZone;

    const upgrade = resolveUpgradeSettings(this, this.upgradeStrategy, props);
    this.peakNodes = countPeakNodes(upgrade, limits.maxTotal, zoneCount);

    this.poolName = Lazy.stringValue({ produce: () => this.currentName(this.node.defaultChild as ContainerNodePool) });
    const pool = this.createPool(props, upgrade, estimateUpgradeHours(upgrade, limits.maxTotal));
    if (props.loadProfile) writeNote(pool, 'loadProfile', requireLoadProfile(this, props.loadProfile));
    this.ready = pool;
    cluster.nodePools.add(this);
  }

  /** Name in GKE from the synthesized arguments. The service account counts by its name, because its address may be a token. */
  private currentName(pool: ContainerNodePool): string {
    const { name: _, ...block } = Object.values<SynthesizedPool>(pool.toTerraform().resource.google_container_node_pool)[0]!;
    const [written, email] = resolveTokens(this, [block, this.cluster.nodeServiceAccountEmail] as const);
    return createNodePoolName(this.baseName, written, { email, name: this.cluster.nodeServiceAccountName });
  }

  /** Machine type, labels and taints of the nodes as they are synthesized. Call it at synth: overrides come later. */
  public nodeTemplate(): NodeTemplate {
    const pool = this.node.defaultChild as ContainerNodePool;
    const { node_config: config } = pool.toTerraform().resource[pool.terraformResourceType][pool.friendlyUniqueId];
    const system = {
      'cloud.google.com/gke-nodepool': this.currentName(pool),
      'cloud.google.com/gke-spot': `${config.spot === true}`,
      'node.kubernetes.io/instance-type': config.machine_type,
    };
    return { name: this.baseName, machineType: config.machine_type, labels: { ...system, ...config.labels }, taints: config.taint ?? [] };
  }

  private createPool(props: NodePoolOptions, upgradeSettings: UpgradeSettings, upgradeHours: number): ContainerNodePool {
    return new ContainerNodePool(this, 'Resource', {
      ...this.renderPlacement(),
      ...this.renderScaling(),
      maxPodsPerNode: this.maxPodsPerNode,
      management: { autoRepair: props.autoRepair ?? true, autoUpgrade: true },
      upgradeSettings,
      nodeConfig: { ...this.renderMachine(props), ...this.renderKubernetesNode(props), ...this.renderSecurity(props) },
      // The autoscaler owns the number of nodes; a changed initial number would replace the pool.
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['initial_node_count'] },
      timeouts: { create: '45m', update: `${upgradeHours}h`, delete: '2h' },
    });
  }

  private renderPlacement() {
    const { cluster } = this;
    return {
      project: cluster.project.projectId,
      cluster: cluster.clusterId,
      location: cluster.location,
      name: this.poolName,
      nodeLocations: this.zones.length > 0 ? [...this.zones] : undefined,
    };
  }

  private renderScaling() {
    return {
      initialNodeCount: this.initialNodesPerZone,
      autoscaling: {
        minNodeCount: this.minNodesPerZone,
        maxNodeCount: this.maxNodesPerZone,
        totalMinNodeCount: this.minNodes,
        totalMaxNodeCount: this.maxNodes,
        locationPolicy: this.locationPolicy,
      },
    };
  }

  private renderMachine(props: NodePoolOptions): ContainerNodePoolNodeConfig {
    return {
      machineType: this.machineType,
      diskSizeGb: this.diskSizeGiB,
      diskType: this.diskType,
      imageType: this.imageType,
      spot: this.spot || undefined,
      minCpuPlatform: props.minCpuPlatform && requireCpuPlatform(this, props.minCpuPlatform),
      bootDiskKmsKey: props.diskKmsKey && requireKmsKey(this, 'diskKmsKey', props.diskKmsKey),
      ephemeralStorageLocalSsdConfig: props.localSsdCount
        ? { localSsdCount: requireWholeNumber(this, 'localSsdCount', props.localSsdCount, { min: 0 }) }
        : undefined,
      gcfsConfig: props.imageStreaming ? { enabled: true } : undefined,
    };
  }

  private renderKubernetesNode(props: NodePoolOptions): ContainerNodePoolNodeConfig {
    return {
      labels: props.labels && { ...requireNoOwnLabels(this, 'labels', requireKubernetesLabels(this, 'labels', props.labels), NODE_LABELS) },
      resourceLabels: props.resourceLabels && { ...requireLabels(this, 'resourceLabels', props.resourceLabels) },
      taint: this.taints.length > 0 ? this.taints.map((taint) => ({ ...taint })) : undefined,
      tags: [this.cluster.nodeTag, ...requireTags(this, props.tags ?? [])],
    };
  }

  private renderSecurity(props: NodePoolOptions): ContainerNodePoolNodeConfig {
    return {
      serviceAccount: this.cluster.nodeServiceAccountEmail,
      oauthScopes: OAUTH_SCOPES,
      metadata: METADATA,
      shieldedInstanceConfig: { enableSecureBoot: props.secureBoot ?? true, enableIntegrityMonitoring: true },
      workloadMetadataConfig: { mode: 'GKE_METADATA' },
    };
  }
}

/** Returns the type of the boot disk when the machine type supports it. */
function requireDiskType(pool: NodePool, diskType: string | undefined, machineType: string): string {
  const only = onlyDiskKind(machineType);
  const allowed = only === undefined ? DISK_TYPES : DISK_TYPES.filter((each) => each.startsWith('hyperdisk') === (only === 'hyperdisk'));
  const type = diskType ?? (only === 'hyperdisk' ? 'hyperdisk-balanced' : 'pd-balanced');
  return requireOneOf(pool, 'diskType', requireOneOf(pool, 'diskType', type, DISK_TYPES), allowed);
}

function requireTaints(pool: NodePool, taints: readonly NodeTaint[]): readonly NodeTaint[] {
  for (const { key, value, effect } of taints) {
    requireKubernetesLabels(pool, 'taints', { [key]: value });
    requireOneOf(pool, `taints.${key}.effect`, effect, EFFECTS);
  }
  return taints.length > 0 ? requireDistinct(pool, 'taints', taints, ({ key, effect }) => `${key}:${effect}`) : [];
}

function requireTags(pool: NodePool, tags: readonly string[]): readonly string[] {
  for (const tag of tags) {
    requireMatch(pool, 'tags', tag, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower case letters, digits and hyphens, at most 63 characters');
  }
  return [...new Set(tags)];
}

function requireCpuPlatform(pool: NodePool, platform: string): string {
  const form = /^(Intel|AMD|Ampere)( [A-Z][A-Za-z0-9]*)+$/;
  return requireMatch(pool, 'minCpuPlatform', platform, form, 'a CPU platform such as Intel Ice Lake');
}

/** Resolves tokens to the text that is synthesized. It is the same at each synth; the numbers of tokens are not. */
function resolveTokens<T>(scope: Construct, value: T): T {
  return Tokenization.resolve(value, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
}
