import type { LoadProfile } from './load-profile';

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
