import type { LoadProfile } from './load-profile';

/** Distribution of new nodes over the zones: even (`BALANCED`), or by available capacity (`ANY`). */
export type LocationPolicy = 'BALANCED' | 'ANY';

/** Upgrade strategy: node by node (`SURGE`), or by a second set of nodes beside the first (`BLUE_GREEN`). */
export type UpgradeStrategy = 'SURGE' | 'BLUE_GREEN';

/** Node taint: keeps pods that do not tolerate it off the node. */
export interface NodeTaint {
  /** Key, for example `workload`. */
  readonly key: string;

  /** Value, for example `batch`. */
  readonly value: string;

  /** Effect on pods that do not tolerate the taint. */
  readonly effect: 'NO_SCHEDULE' | 'PREFER_NO_SCHEDULE' | 'NO_EXECUTE';
}

/** Options of a node pool, without its cluster. */
export interface NodePoolOptions {
  /**
   * Prefix of the name in GKE, at most 40 characters. A suffix follows that changes when the pool must be replaced.
   *
   * @default - the construct's id in kebab case
   */
  readonly name?: string;

  /**
   * Minimum number of nodes of the whole pool. Cannot be combined with limits per zone.
   *
   * @default 1
   */
  readonly minNodes?: number;

  /**
   * Maximum number of nodes of the whole pool, at most 1000 in each zone. Required unless `maxNodesPerZone` is given.
   *
   * @default - none: the pool has limits per zone
   */
  readonly maxNodes?: number;

  /**
   * Minimum number of nodes in each zone. Cannot be combined with limits of the whole pool.
   *
   * @default 1
   */
  readonly minNodesPerZone?: number;

  /**
   * Maximum number of nodes in each zone, at most 1000. Required unless `maxNodes` is given.
   *
   * @default - none: the pool has limits as a whole
   */
  readonly maxNodesPerZone?: number;

  /**
   * Number of nodes in each zone when the pool is created. A later change has no effect: the autoscaler decides.
   *
   * @default - the minimum number of nodes, spread over the zones
   */
  readonly initialNodesPerZone?: number;

  /**
   * Distribution of new nodes over the zones.
   *
   * @default - ANY for spot VMs, otherwise BALANCED
   */
  readonly locationPolicy?: LocationPolicy;

  /**
   * Zones of the nodes.
   *
   * @default - the zones of the cluster
   */
  readonly zones?: readonly string[];

  /**
   * Uses spot VMs: cheaper, and Compute Engine may preempt them at any time. A change replaces the pool.
   *
   * @default false
   */
  readonly spot?: boolean;

  /**
   * Machine type. A change updates the pool in place, node by node.
   *
   * @default e2-standard-4
   */
  readonly machineType?: string;

  /**
   * Size of the boot disk in GiB, from 10 to 65536. It also holds images and the writable layers of containers.
   *
   * @default 100
   */
  readonly diskSizeGiB?: number;

  /**
   * Type of the boot disk: `pd-standard`, `pd-balanced`, `pd-ssd` or `hyperdisk-balanced`.
   *
   * @default - pd-balanced, or hyperdisk-balanced for machine series that support no persistent disk
   */
  readonly diskType?: string;

  /**
   * Cloud KMS key of the boot disk, `projects/P/locations/L/keyRings/R/cryptoKeys/K`. A change replaces the pool.
   *
   * @default - Google-managed encryption keys
   */
  readonly diskKmsKey?: string;

  /**
   * Number of local SSDs of 375 GiB for ephemeral storage of pods. A change replaces the pool.
   *
   * @default 0
   */
  readonly localSsdCount?: number;

  /**
   * Node image: `COS_CONTAINERD`, `UBUNTU_CONTAINERD`, `WINDOWS_LTSC_CONTAINERD` or `WINDOWS_SAC_CONTAINERD`.
   *
   * @default COS_CONTAINERD
   */
  readonly imageType?: string;

  /**
   * Load of the pool over a week, for cost estimates.
   *
   * @default - none: estimates assume the maximum number of nodes
   */
  readonly loadProfile?: LoadProfile;

  /**
   * Enables image streaming: containers start before their image is downloaded completely.
   *
   * @default false
   */
  readonly imageStreaming?: boolean;

  /**
   * Minimum CPU platform, for example `Intel Ice Lake`. A change replaces the pool.
   *
   * @default - any CPU platform of the machine type
   */
  readonly minCpuPlatform?: string;

  /**
   * Kubernetes labels of the nodes.
   *
   * @default - only the labels that GKE sets
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Labels of the VM instances in Google Cloud, for the billing export.
   *
   * @default - the labels of the cluster
   */
  readonly resourceLabels?: Readonly<Record<string, string>>;

  /**
   * Taints of the nodes.
   *
   * @default - none
   */
  readonly taints?: readonly NodeTaint[];

  /**
   * Network tags of the nodes, in addition to the tag of the cluster.
   *
   * @default - none
   */
  readonly tags?: readonly string[];

  /**
   * Maximum number of pods per node, from 8 to 256. Each node takes at least twice as many addresses of the pod range. A
   * change replaces the pool.
   *
   * @default - maxPodsPerNode of the cluster
   */
  readonly maxPodsPerNode?: number;

  /**
   * Upgrade strategy.
   *
   * @default SURGE
   */
  readonly upgradeStrategy?: UpgradeStrategy;

  /**
   * Number of nodes that a surge upgrade adds. The sum with `maxUnavailable` must be from 1 to 20.
   *
   * @default 1
   */
  readonly maxSurge?: number;

  /**
   * Number of nodes that may be unavailable during a surge upgrade.
   *
   * @default 0
   */
  readonly maxUnavailable?: number;

  /**
   * Batch of old nodes that a blue/green upgrade drains at a time, in percent.
   *
   * @default 25
   */
  readonly blueGreenBatchPercent?: number;

  /**
   * Minutes that a blue/green upgrade waits after each batch.
   *
   * @default 0
   */
  readonly blueGreenBatchSoakMinutes?: number;

  /**
   * Minutes that a blue/green upgrade keeps the drained nodes before it deletes them; at most 7 days.
   *
   * @default 60
   */
  readonly blueGreenSoakMinutes?: number;

  /**
   * Enables node auto-repair. Auto-upgrade cannot be disabled, because each cluster is in a release channel.
   *
   * @default true
   */
  readonly autoRepair?: boolean;

  /**
   * Enables secure boot, which loads signed software only. Unsigned kernel modules need it disabled. A change replaces the
   * pool.
   *
   * @default true
   */
  readonly secureBoot?: boolean;
}
