import {
  ContainerNodePool,
  type ContainerNodePoolAutoscaling,
  type ContainerNodePoolUpgradeSettings,
} from '@cdktf/provider-google/lib/container-node-pool';
import { DefaultTokenResolver, type ITerraformDependable, Lazy, StringConcat, Tokenization } from 'cdktf';
import { Construct } from 'constructs';
import { requireKmsKey } from '../core/google-cloud-names';
import { requireKubernetesLabels, requireLabels } from '../core/labels';
import { onlyDiskKind, requireMachineType } from '../core/machine-type';
import { kebabCase, requireName } from '../core/physical-name';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { writeNote } from '../terraform/notes';
import type { INodePoolCluster } from './cluster-reference';
import { type LoadProfile, requireLoadProfile } from './load-profile';
import { nodePoolName, type SynthesizedPool } from './node-pool-name';
import type { PoolOfNodes } from './node-pools';
import type { NodeTemplate } from './placement';
import { requireZones } from './zones';

/** How a node pool grows over its zones. */
export type LocationPolicy = 'BALANCED' | 'ANY';

/** How a node pool is upgraded: node by node, or by a second set of nodes beside the first. */
export type UpgradeStrategy = 'SURGE' | 'BLUE_GREEN';

/** What keeps pods off a node unless they tolerate it. */
export interface NodeTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NO_SCHEDULE' | 'PREFER_NO_SCHEDULE' | 'NO_EXECUTE';
}

/** What a node pool can be told. */
export interface NodePoolOptions {
  /**
   * Beginning of its name in GKE; a suffix follows that changes when the pool has to be replaced.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Fewest nodes of the whole pool. Not together with limits per zone.
   *
   * @default 1
   */
  readonly minNodes?: number;

  /** Most nodes of the whole pool. Either this or `maxNodesPerZone` must be given. */
  readonly maxNodes?: number;

  /**
   * Fewest nodes in each zone. Not together with limits of the whole pool.
   *
   * @default 1
   */
  readonly minNodesPerZone?: number;

  /** Most nodes in each zone. */
  readonly maxNodesPerZone?: number;

  /**
   * Nodes in each zone when the pool is made. Changing it later changes nothing: from then on the autoscaler decides.
   *
   * @default - the fewest nodes, spread over the zones
   */
  readonly initialNodesPerZone?: number;

  /**
   * Whether zones are kept even (`BALANCED`), or nodes are taken where there are some (`ANY`).
   *
   * @default - ANY for spot machines, otherwise BALANCED
   */
  readonly locationPolicy?: LocationPolicy;

  /**
   * Zones of the nodes.
   *
   * @default - those of the cluster
   */
  readonly zones?: readonly string[];

  /**
   * Whether machines are cheaper and may be taken away at any time. Changing it replaces the pool.
   *
   * @default false
   */
  readonly spot?: boolean;

  /**
   * Machine type. Changing it updates the pool in place, node by node.
   *
   * @default e2-standard-4
   */
  readonly machineType?: string;

  /**
   * Boot disk in GiB, which also holds images and containers' files.
   *
   * @default 100
   */
  readonly diskSizeGiB?: number;

  /**
   * Type of the boot disk: `pd-standard`, `pd-balanced`, `pd-ssd` or `hyperdisk-balanced`.
   *
   * @default - pd-balanced, or hyperdisk-balanced for machine series that take nothing else
   */
  readonly diskType?: string;

  /**
   * Cloud KMS key of the boot disk, `projects/P/locations/L/keyRings/R/cryptoKeys/K`. Changing it replaces the pool.
   *
   * @default - Google's own keys
   */
  readonly diskKmsKey?: string;

  /**
   * Local SSDs of 375 GiB for pods' temporary files. Changing it replaces the pool.
   *
   * @default 0
   */
  readonly localSsdCount?: number;

  /**
   * Image of the nodes: `COS_CONTAINERD`, `UBUNTU_CONTAINERD`, or one for Windows.
   *
   * @default COS_CONTAINERD
   */
  readonly imageType?: string;

  /**
   * How much is asked of the pool over a week, for estimates of its cost.
   *
   * @default - none: estimates take the pool at its largest
   */
  readonly loadProfile?: LoadProfile;

  /**
   * Whether images are streamed: containers start before their image is there as a whole.
   *
   * @default false
   */
  readonly imageStreaming?: boolean;

  /**
   * Least CPU generation, for example `Intel Ice Lake`. Changing it replaces the pool.
   *
   * @default - any
   */
  readonly minCpuPlatform?: string;

  /**
   * Labels of the nodes in Kubernetes.
   *
   * @default - those of GKE alone
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Labels of the machines in Google Cloud, for bills.
   *
   * @default - those of the cluster
   */
  readonly resourceLabels?: Readonly<Record<string, string>>;

  /**
   * What keeps pods off the nodes unless they tolerate it.
   *
   * @default - nothing
   */
  readonly taints?: readonly NodeTaint[];

  /**
   * Further network tags, besides the cluster's own.
   *
   * @default - none
   */
  readonly tags?: readonly string[];

  /**
   * Pods a node may run, from 8 to 256; each node takes at least twice as many addresses. Changing it replaces the pool.
   *
   * @default - as the cluster says
   */
  readonly maxPodsPerNode?: number;

  /**
   * How nodes are upgraded.
   *
   * @default SURGE
   */
  readonly upgradeStrategy?: UpgradeStrategy;

  /**
   * Nodes added while a surge upgrade runs. Together with `maxUnavailable` from 1 to 20.
   *
   * @default 1
   */
  readonly maxSurge?: number;

  /**
   * Nodes that may be missing while a surge upgrade runs.
   *
   * @default 0
   */
  readonly maxUnavailable?: number;

  /**
   * Part of the old nodes a blue/green upgrade empties at a time, in percent.
   *
   * @default 25
   */
  readonly blueGreenBatchPercent?: number;

  /**
   * Minutes a blue/green upgrade waits after each part.
   *
   * @default 0
   */
  readonly blueGreenBatchSoakMinutes?: number;

  /**
   * Minutes the old nodes are kept, empty, before a blue/green upgrade removes them; at most 7 days.
   *
   * @default 60
   */
  readonly blueGreenSoakMinutes?: number;

  /**
   * Whether GKE replaces nodes that are broken. Upgrades by GKE cannot be switched off, since every cluster here is in a
   * release channel.
   *
   * @default true
   */
  readonly autoRepair?: boolean;

  /**
   * Whether nodes boot only signed software. Switch it off for unsigned kernel modules. Changing it replaces the pool.
   *
   * @default true
   */
  readonly secureBoot?: boolean;
}

/** Properties for `NodePool`. */
export interface NodePoolProps extends NodePoolOptions {
  /** Cluster the nodes belong to. */
  readonly cluster: INodePoolCluster;
}

const OAUTH_SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/** Legacy metadata endpoints hand out the nodes' token to who does not ask properly. */
const METADATA = { 'disable-legacy-endpoints': 'true' };

/** Boot disks that GKE makes. */
const DISK_TYPES = ['pd-standard', 'pd-balanced', 'pd-ssd', 'hyperdisk-balanced'];

const IMAGE_TYPES = ['COS_CONTAINERD', 'UBUNTU_CONTAINERD', 'WINDOWS_LTSC_CONTAINERD', 'WINDOWS_SAC_CONTAINERD'];

const EFFECTS = ['NO_SCHEDULE', 'PREFER_NO_SCHEDULE', 'NO_EXECUTE'] as const;

/** Zones of a regional pool that names none. */
export const DEFAULT_ZONE_COUNT = 3;

/** GKE's limit for one pool in one zone. */
const MAX_NODES_PER_ZONE = 1000;

/**
 * Nodes of one kind that scale between two limits.
 *
 * A change that cannot be made in place replaces the pool, the new one first: the name's suffix changes with exactly
 * those arguments, escape hatches included, so neither a larger machine nor a newer version of this library replaces a
 * pool. Both pools count against the network's addresses while that lasts.
 *
 * **Deleting the old pool evicts its pods without regard to PodDisruptionBudgets**
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools#deleting-node-pools), so the guard refuses a plan
 * that does so. To honor budgets, replace the pool in two deploys: add a second pool with the new settings and set
 * `minNodes: 0` on the old one; run `kubectl drain` on each old node, which honors budgets; then remove the old pool.
 */
export class NodePool extends Construct implements PoolOfNodes {
  public readonly cluster: INodePoolCluster;
  public readonly baseName: string;

  /** Name in GKE; a token until synth, since escape hatches can still change it. */
  public readonly poolName: string;

  /** Limits of the whole pool, or those of each zone. */
  public readonly minNodes?: number;
  public readonly maxNodes?: number;
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
  public readonly peakNodes: number;
  public readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: NodePoolProps) {
    super(scope, id);

    const { cluster } = props;
    this.cluster = cluster;
    this.baseName = requireName(this, 'name', props.name ?? kebabCase(id), 40);
    this.zones = requireZones(this, 'zones', props.zones ?? cluster.nodeZones, cluster.location);
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
    const limits = this.limits(props, zoneCount);
    ({ minNodes: this.minNodes, maxNodes: this.maxNodes } = limits);
    ({ minNodesPerZone: this.minNodesPerZone, maxNodesPerZone: this.maxNodesPerZone } = limits);
    const mostNodes = this.maxNodes ?? this.maxNodesPerZone! * zoneCount;
    this.initialNodesPerZone = requireWholeNumber(
      this,
      'initialNodesPerZone',
      props.initialNodesPerZone ?? this.minNodesPerZone ?? firstNodesPerZone(this.minNodes!, mostNodes, zoneCount),
      { min: 0, max: Math.max(1, this.maxNodesPerZone ?? Math.floor(mostNodes / zoneCount)) },
    );

    const upgrade = this.upgradeSettings(props);
    this.peakNodes = this.upgradeStrategy === 'BLUE_GREEN' ? 2 * mostNodes : mostNodes + zoneCount * upgrade.maxSurge!;

    // Escape hatches may come after this constructor.
    this.poolName = Lazy.stringValue({ produce: () => this.currentName(pool) });
    const pool = new ContainerNodePool(this, 'Resource', {
      project: cluster.project.projectId,
      cluster: cluster.clusterId,
      location: cluster.location,
      name: this.poolName,
      nodeLocations: this.zones.length > 0 ? [...this.zones] : undefined,
      initialNodeCount: this.initialNodesPerZone,
      autoscaling: this.autoscaling(),
      maxPodsPerNode: this.maxPodsPerNode,
      management: { autoRepair: props.autoRepair ?? true, autoUpgrade: true },
      upgradeSettings: upgrade,
      nodeConfig: {
        machineType: this.machineType,
        diskSizeGb: this.diskSizeGiB,
        diskType: this.diskType,
        imageType: this.imageType,
        spot: this.spot || undefined,
        labels: props.labels && { ...requireKubernetesLabels(this, 'labels', props.labels) },
        resourceLabels: props.resourceLabels && { ...requireLabels(this, 'resourceLabels', props.resourceLabels) },
        taint: this.taints.length > 0 ? this.taints.map((taint) => ({ ...taint })) : undefined,
        tags: [cluster.nodeTag, ...requireTags(this, props.tags ?? [])],
        serviceAccount: cluster.nodeServiceAccountEmail,
        oauthScopes: OAUTH_SCOPES,
        metadata: METADATA,
        minCpuPlatform: props.minCpuPlatform && requireCpuPlatform(this, props.minCpuPlatform),
        bootDiskKmsKey: props.diskKmsKey && requireKmsKey(this, 'diskKmsKey', props.diskKmsKey),
        ephemeralStorageLocalSsdConfig: props.localSsdCount
          ? { localSsdCount: requireWholeNumber(this, 'localSsdCount', props.localSsdCount, { min: 0 }) }
          : undefined,
        gcfsConfig: props.imageStreaming ? { enabled: true } : undefined,
        shieldedInstanceConfig: { enableSecureBoot: props.secureBoot ?? true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: 'GKE_METADATA' },
      },
      // The autoscaler owns the number of nodes; a changed initial number would replace the pool.
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['initial_node_count'] },
      timeouts: { create: '45m', update: `${upgradeHours(upgrade, mostNodes)}h`, delete: '2h' },
    });
    this.ready = pool;
    // Beside its metadata, in the block that Terraform passes over.
    if (props.loadProfile) writeNote(pool, 'loadProfile', requireLoadProfile(this, props.loadProfile));

    cluster.nodePools.add(this);
  }

  /** Name by what will be written, but for the name itself; the service account counts by the part known at synth. */
  private currentName(pool: ContainerNodePool): string {
    const { name: _, ...block } = Object.values<SynthesizedPool>(pool.toTerraform().resource.google_container_node_pool)[0]!;
    const [written, email] = resolved(this, [block, this.cluster.nodeServiceAccountEmail] as const);
    return nodePoolName(this.baseName, written, { email, name: this.cluster.nodeServiceAccountName });
  }

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

  private limits(props: NodePoolOptions, zoneCount: number) {
    const ofPool = props.minNodes !== undefined || props.maxNodes !== undefined;
    const ofZone = props.minNodesPerZone !== undefined || props.maxNodesPerZone !== undefined;
    if (ofPool && ofZone) {
      throw new ValidationError(this, `'minNodes' and 'maxNodes' must not be given together with 'minNodesPerZone' and 'maxNodesPerZone'`);
    }
    const [suffix, min, max] = ofZone ? ['PerZone', props.minNodesPerZone, props.maxNodesPerZone] : ['', props.minNodes, props.maxNodes];
    if (max === undefined) throw new ValidationError(this, `'maxNodes' or 'maxNodesPerZone' must be given`);

    const most = MAX_NODES_PER_ZONE * (ofZone ? 1 : zoneCount);
    requireWholeNumber(this, `maxNodes${suffix}`, max, { min: 1, max: most });
    const least = requireWholeNumber(this, `minNodes${suffix}`, min ?? 1, { min: 0 });
    if (max < least) throw new ValidationError(this, `'maxNodes${suffix}' must be at least minNodes${suffix} (${least}), got ${max}`);
    return ofZone ? { minNodesPerZone: least, maxNodesPerZone: max } : { minNodes: least, maxNodes: max };
  }

  private autoscaling(): ContainerNodePoolAutoscaling {
    return {
      minNodeCount: this.minNodesPerZone,
      maxNodeCount: this.maxNodesPerZone,
      totalMinNodeCount: this.minNodes,
      totalMaxNodeCount: this.maxNodes,
      locationPolicy: this.locationPolicy,
    };
  }

  private upgradeSettings(props: NodePoolOptions): ContainerNodePoolUpgradeSettings {
    const { maxSurge, maxUnavailable, blueGreenBatchPercent, blueGreenBatchSoakMinutes, blueGreenSoakMinutes } = props;

    if (this.upgradeStrategy === 'BLUE_GREEN') {
      refuse(this, { maxSurge, maxUnavailable }, 'SURGE');
      const percent = requireWholeNumber(this, 'blueGreenBatchPercent', blueGreenBatchPercent ?? 25, { min: 1, max: 100 });
      const batchSoak = requireWholeNumber(this, 'blueGreenBatchSoakMinutes', blueGreenBatchSoakMinutes ?? 0, { min: 0 });
      const soak = requireWholeNumber(this, 'blueGreenSoakMinutes', blueGreenSoakMinutes ?? 60, { min: 0, max: 7 * 24 * 60 });
      return {
        strategy: 'BLUE_GREEN',
        blueGreenSettings: {
          nodePoolSoakDuration: `${soak * 60}s`,
          standardRolloutPolicy: { batchPercentage: percent / 100, batchSoakDuration: `${batchSoak * 60}s` },
        },
      };
    }

    refuse(this, { blueGreenBatchPercent, blueGreenBatchSoakMinutes, blueGreenSoakMinutes }, 'BLUE_GREEN');
    const surge = requireWholeNumber(this, 'maxSurge', maxSurge ?? 1, { min: 0, max: 20 });
    const unavailable = requireWholeNumber(this, 'maxUnavailable', maxUnavailable ?? 0, { min: 0, max: 20 });
    if (surge + unavailable < 1 || surge + unavailable > 20) {
      throw new ValidationError(this, `'maxSurge' and 'maxUnavailable' must be from 1 to 20 together, got ${surge + unavailable}`);
    }
    return { strategy: 'SURGE', maxSurge: surge, maxUnavailable: unavailable };
  }
}

/** Type of the boot disk, which the machines must take. */
function requireDiskType(pool: NodePool, diskType: string | undefined, machineType: string): string {
  const only = onlyDiskKind(machineType);
  const allowed = only === undefined ? DISK_TYPES : DISK_TYPES.filter((type) => type.startsWith('hyperdisk') === (only === 'hyperdisk'));
  const wanted = diskType ?? (only === 'hyperdisk' ? 'hyperdisk-balanced' : 'pd-balanced');
  return requireOneOf(pool, 'diskType', requireOneOf(pool, 'diskType', wanted, DISK_TYPES), allowed);
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
  return tags;
}

function requireCpuPlatform(pool: NodePool, platform: string): string {
  const form = /^(Intel|AMD|Ampere)( [A-Z][A-Za-z0-9]*)+$/;
  return requireMatch(pool, 'minCpuPlatform', platform, form, 'a CPU platform such as Intel Ice Lake');
}

/** Fails when a prop is given that only the other way of upgrading has. */
function refuse(pool: NodePool, props: Readonly<Record<string, number | undefined>>, strategy: UpgradeStrategy): void {
  for (const [prop, value] of Object.entries(props)) {
    if (value !== undefined) {
      throw new ValidationError(pool, `'${prop}' must not be given unless 'upgradeStrategy' is ${strategy}, got ${value}`);
    }
  }
}

/** Hours that an upgrade may take when each drain takes as long as GKE waits for a disruption budget: an hour. */
function upgradeHours(settings: ContainerNodePoolUpgradeSettings, mostNodes: number): number {
  const { blueGreenSettings, maxSurge, maxUnavailable } = settings;
  if (!blueGreenSettings) return 1 + Math.ceil(mostNodes / (maxSurge! + maxUnavailable!));
  const { batchPercentage, batchSoakDuration } = blueGreenSettings.standardRolloutPolicy!;
  const hours = (duration: string) => Number.parseInt(duration, 10) / 3600;
  return 1 + Math.ceil(hours(blueGreenSettings.nodePoolSoakDuration!) + Math.ceil(1 / batchPercentage!) * (1 + hours(batchSoakDuration!)));
}

/** Enough nodes in each zone for the least of the pool, but not more than its most. */
function firstNodesPerZone(least: number, most: number, zoneCount: number): number {
  const spread = Math.ceil(least / zoneCount);
  return spread * zoneCount <= most ? spread : Math.floor(least / zoneCount);
}

/** Tokens as they will be written: the same at each synth, while the tokens themselves are not. */
function resolved<T>(scope: Construct, value: T): T {
  return Tokenization.resolve(value, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
}
