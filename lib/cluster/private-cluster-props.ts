import type { IProject } from '../core/project';
import type { INetwork } from '../network/network-reference';
import type { ControlPlaneAccess } from './control-plane-access';
import type { MaintenanceOptions } from './maintenance';
import type { ReleaseChannel } from './release-channel';
import type { LoggingComponent, MonitoringComponent } from './telemetry';

/** Properties for `PrivateCluster`. */
export interface PrivateClusterProps extends MaintenanceOptions {
  /** Network the cluster is in; its region is the cluster's. */
  readonly network: INetwork;

  /**
   * Project of the cluster, its nodes' service account and its namespaces' identities: a service project that is attached to
   * the network's, the host project of a Shared VPC. docs/shared-vpc.md has what the host project's administrators do.
   *
   * Immutable: another project replaces the cluster.
   *
   * @default - the network's
   */
  readonly project?: IProject;

  /**
   * Grants the service agents of `project` the roles that a Shared VPC needs: `roles/compute.networkUser` on the cluster's
   * subnets, and `roles/container.hostServiceAgentUser` on the host project. Switch it off where an organization grants
   * them elsewhere; without them GKE refuses the cluster.
   *
   * @default true; nothing is granted when `project` is the network's
   */
  readonly sharedVpcGrants?: boolean;

  /**
   * Name in GKE, at most 40 characters.
   *
   * @default - the construct's path in kebab case
   */
  readonly name?: string;

  /**
   * How operators and Terraform reach the Kubernetes API. By default a DNS name that **answers from outside the VPC**
   * to whom IAM lets in (`container.clusters.connect`), and no address at all.
   *
   * @default ControlPlaneAccess.dns()
   */
  readonly access?: ControlPlaneAccess;

  /**
   * How early new versions come.
   *
   * @default REGULAR
   */
  readonly releaseChannel?: ReleaseChannel;

  /**
   * Version the control plane has at least, for example `1.33.5-gke.1080000`. It only ever upgrades; the release channel
   * goes on from there.
   *
   * @default - what the release channel gives
   */
  readonly minVersion?: string;

  /**
   * Whether the cluster refuses to be deleted, by the API and already in the plan. Deleting it takes everything in it
   * along. To let it go, deploy once with `false`, then remove it.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Zones of nodes whose pool names none.
   *
   * @default - three that GKE chooses
   */
  readonly nodeZones?: readonly string[];

  /**
   * Pods a node may run when its pool does not say, from 8 to 256. Each node takes at least twice as many addresses.
   *
   * @default 64
   */
  readonly maxPodsPerNode?: number;

  /**
   * Project roles of the nodes' service account, besides the two every node needs: `container.defaultNodeServiceAccount`
   * and `artifactregistry.reader`. Apps have roles of their own by Workload Identity.
   *
   * @default - none
   */
  readonly extraNodeRoles?: readonly string[];

  /**
   * Google group whose member groups can be named in role bindings: `gke-security-groups@` and your domain.
   *
   * @default - none, role bindings name users and service accounts
   */
  readonly googleGroupsSecurityGroup?: string;

  /**
   * Whether role bindings may name everybody (`system:unauthenticated`, `system:authenticated`, `system:anonymous`).
   *
   * @default false
   */
  readonly allowBindingsToEverybody?: boolean;

  /**
   * Cloud KMS key that encrypts Kubernetes secrets, `projects/P/locations/L/keyRings/R/cryptoKeys/K`.
   *
   * @default - Google's own keys
   */
  readonly secretsKmsKey?: string;

  /**
   * Whether only images that the project's Binary Authorization policy admits may run.
   *
   * @default false
   */
  readonly binaryAuthorization?: boolean;

  /**
   * Whether Google looks for configurations of workloads that are known to be unsafe.
   *
   * @default true
   */
  readonly securityPosture?: boolean;

  /**
   * Whether Backup for GKE can back the cluster up. It costs nothing until there is a backup plan.
   *
   * @default true
   */
  readonly backupAgent?: boolean;

  /**
   * Whether every node answers DNS from a cache. Changing it makes all nodes anew.
   *
   * @default true
   */
  readonly dnsCache?: boolean;

  /**
   * Whether the bill tells namespaces apart.
   *
   * @default true
   */
  readonly costAllocation?: boolean;

  /**
   * Whether the VPC sees what pods of one node say to each other, so that flow logs hold it too.
   *
   * @default true; it makes more flow logs, which are paid for
   */
  readonly intranodeVisibility?: boolean;

  /**
   * Whether Google collects Prometheus metrics.
   *
   * @default true
   */
  readonly managedPrometheus?: boolean;

  /**
   * Whether the cluster knows the Gateway API.
   *
   * @default true
   */
  readonly gatewayApi?: boolean;

  /**
   * Whether pods can mount secrets of Secret Manager.
   *
   * @default true
   */
  readonly secretManager?: boolean;

  /**
   * Whether the cluster can size pods by what they use. Workloads that scale by CPU themselves do not need it.
   *
   * @default false
   */
  readonly verticalPodAutoscaling?: boolean;

  /**
   * Whether pods can mount Cloud Storage buckets.
   *
   * @default false
   */
  readonly cloudStorageVolumes?: boolean;

  /**
   * Whether pods can mount Filestore shares.
   *
   * @default false
   */
  readonly filestoreVolumes?: boolean;

  /**
   * Whether the data plane counts packets that policies drop, and flows, for Prometheus.
   *
   * @default false
   */
  readonly datapathMetrics?: boolean;

  /**
   * What is logged. `SYSTEM_COMPONENTS` must be there.
   *
   * @default - system components, workloads, and the control plane's API server, scheduler and controller manager
   */
  readonly loggingComponents?: readonly LoggingComponent[];

  /**
   * What is measured. `SYSTEM_COMPONENTS` must be there; those of Kubernetes objects need managed Prometheus.
   *
   * @default - system components
   */
  readonly monitoringComponents?: readonly MonitoringComponent[];

  /**
   * Pub/Sub topic that hears of upgrades and security bulletins, `projects/P/topics/T`.
   *
   * @default - none
   */
  readonly notificationTopic?: string;

  /**
   * Labels of the cluster and its machines, for bills.
   *
   * @default - those of the provider alone
   */
  readonly labels?: Readonly<Record<string, string>>;
}
