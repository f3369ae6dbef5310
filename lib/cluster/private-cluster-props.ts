import type { IProject } from '../core/project';
import type { INetwork } from '../network/network-reference';
import type { ControlPlaneAccess } from './control-plane-access';
import type { MaintenanceOptions } from './maintenance';
import type { ReleaseChannel } from './release-channel';
import type { LoggingComponent, MonitoringComponent } from './telemetry';

/** Properties for `PrivateCluster`. */
export interface PrivateClusterProps extends MaintenanceOptions {
  /** Network of the cluster, which is created in the same region. */
  readonly network: INetwork;

  /**
   * Project of the cluster, of its node service account and of the identities of its namespaces. For a Shared VPC: a service
   * project attached to the project of the network; `docs/shared-vpc.md` lists the tasks of the host project's administrators.
   *
   * Immutable: another project replaces the cluster.
   *
   * @default - the project of the network
   */
  readonly project?: IProject;

  /**
   * Grants the service agents of `project` the roles that a Shared VPC needs: `roles/compute.networkUser` on the cluster's
   * subnets, and `roles/container.hostServiceAgentUser` on the host project. Disable it where the organization grants them
   * elsewhere; without these roles GKE rejects the cluster.
   *
   * @default true; nothing is granted when `project` is the network's
   */
  readonly sharedVpcGrants?: boolean;

  /**
   * Name in GKE, at most 40 characters. A change replaces the cluster.
   *
   * @default - the construct's path in kebab case
   */
  readonly name?: string;

  /**
   * Access of operators and Terraform to the Kubernetes API. The default is a DNS endpoint: it **answers from outside the
   * VPC** to principals with the IAM permission `container.clusters.connect`, and there is no IP endpoint.
   *
   * @default ControlPlaneAccess.dns()
   */
  readonly access?: ControlPlaneAccess;

  /**
   * Release channel.
   *
   * @default REGULAR
   */
  readonly releaseChannel?: ReleaseChannel;

  /**
   * Minimum version of the control plane, for example `1.33.5-gke.1080000`. It never downgrades; the release channel upgrades
   * it further.
   *
   * @default - the default version of the release channel
   */
  readonly minVersion?: string;

  /**
   * Protects the cluster from deletion, in the provider and in the plan (`prevent_destroy`). Deletion of the cluster deletes
   * everything in it. To delete it, deploy `false` first, then remove it.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Zones of node pools that name none.
   *
   * @default - three zones that GKE chooses
   */
  readonly nodeZones?: readonly string[];

  /**
   * Maximum number of pods per node, from 8 to 256, for node pools that set none. Each node takes at least twice as many
   * addresses of the pod range.
   *
   * @default 64
   */
  readonly maxPodsPerNode?: number;

  /**
   * Project roles of the node service account, in addition to the two that each node needs:
   * `roles/container.defaultNodeServiceAccount` and `roles/artifactregistry.reader`. Apps get roles of their own by Workload
   * Identity.
   *
   * @default - none
   */
  readonly extraNodeRoles?: readonly string[];

  /**
   * Google Groups for RBAC: the group `gke-security-groups@` of your domain, whose member groups role bindings can name.
   *
   * @default - none: role bindings name users and service accounts
   */
  readonly googleGroupsSecurityGroup?: string;

  /**
   * Allows role bindings for `system:unauthenticated`, `system:authenticated` and `system:anonymous`, which include every
   * caller of the Kubernetes API.
   *
   * @default false
   */
  readonly allowInsecureBindings?: boolean;

  /**
   * Former name of `allowInsecureBindings`, which takes precedence.
   *
   * @deprecated Use `allowInsecureBindings`.
   * @default false
   */
  readonly allowBindingsToEverybody?: boolean;

  /**
   * Cloud KMS key for application-layer encryption of Kubernetes Secrets, `projects/P/locations/L/keyRings/R/cryptoKeys/K`.
   *
   * @default - Google-managed encryption keys
   */
  readonly secretsKmsKey?: string;

  /**
   * Enforces the Binary Authorization policy of the project: only images that it admits can run.
   *
   * @default false
   */
  readonly binaryAuthorization?: boolean;

  /**
   * Enables the GKE security posture dashboard, which audits the configuration of workloads.
   *
   * @default true
   */
  readonly securityPosture?: boolean;

  /**
   * Enables the agent of Backup for GKE. It costs nothing until a backup plan exists.
   *
   * @default true
   */
  readonly backupAgent?: boolean;

  /**
   * Enables NodeLocal DNSCache. A change recreates all nodes.
   *
   * @default true
   */
  readonly dnsCache?: boolean;

  /**
   * Enables GKE cost allocation: costs per namespace in the billing export.
   *
   * @default true
   */
  readonly costAllocation?: boolean;

  /**
   * Enables intranode visibility, so that flow logs include traffic between pods on the same node. Flow logs are billed by
   * volume.
   *
   * @default true
   */
  readonly intranodeVisibility?: boolean;

  /**
   * Enables Google Cloud Managed Service for Prometheus.
   *
   * @default true
   */
  readonly managedPrometheus?: boolean;

  /**
   * Enables the Gateway API (standard channel).
   *
   * @default true
   */
  readonly gatewayApi?: boolean;

  /**
   * Enables the Secret Manager add-on: pods can mount secrets of Secret Manager.
   *
   * @default true
   */
  readonly secretManager?: boolean;

  /**
   * Enables vertical Pod autoscaling. Workloads with a HorizontalPodAutoscaler on CPU do not need it.
   *
   * @default false
   */
  readonly verticalPodAutoscaling?: boolean;

  /**
   * Enables the Cloud Storage FUSE CSI driver: pods can mount buckets.
   *
   * @default false
   */
  readonly cloudStorageVolumes?: boolean;

  /**
   * Enables the Filestore CSI driver: pods can mount Filestore shares.
   *
   * @default false
   */
  readonly filestoreVolumes?: boolean;

  /**
   * Enables Dataplane V2 metrics: flows, and packets that policies drop.
   *
   * @default false
   */
  readonly datapathMetrics?: boolean;

  /**
   * Components that send logs to Cloud Logging. Must contain `SYSTEM_COMPONENTS`.
   *
   * @default - system components, workloads, and the control plane's API server, scheduler and controller manager
   */
  readonly loggingComponents?: readonly LoggingComponent[];

  /**
   * Components that send metrics to Cloud Monitoring. Must contain `SYSTEM_COMPONENTS`; metrics of Kubernetes objects need
   * `managedPrometheus`.
   *
   * @default - system components
   */
  readonly monitoringComponents?: readonly MonitoringComponent[];

  /**
   * Pub/Sub topic for notifications of upgrades and security bulletins, `projects/P/topics/T`.
   *
   * @default - none
   */
  readonly notificationTopic?: string;

  /**
   * Labels of the cluster and its VM instances, for the billing export.
   *
   * @default - only the default labels of the provider
   */
  readonly labels?: Readonly<Record<string, string>>;
}
