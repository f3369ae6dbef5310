import { ContainerCluster, type ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { Fn, type ITerraformDependable, type TerraformProvider, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Connections } from '../connectivity/connections';
import { Cidr } from '../core/cidr';
import { requireKmsKey } from '../core/google-cloud-names';
import { requireLabels } from '../core/labels';
import { nameOrPhysical } from '../core/physical-name';
import type { IProject } from '../core/project';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { podAddressesPerNode, requireNoOverlap, usableAddresses } from '../network/ip-plan';
import type { INetwork } from '../network/network-reference';
import { isSharedVpc, SharedVpcAccess } from '../network/shared-vpc-access';
import { writeNote } from '../terraform/notes';
import { ApiServer } from './api-server';
import { CLUSTER_NAME_LENGTH, clusterNames } from './cluster-names';
import { type ApiServerAddress, clusterProviders } from './cluster-providers';
import type { ControlPlaneKind, INodePoolCluster } from './cluster-reference';
import { ClusterViewers } from './cluster-viewers';
import { ControlPlaneAccess, checkedAccess } from './control-plane-access';
import { type ClusterFromNameProps, ImportedCluster } from './imported-cluster';
import { Maintenance, type MaintenanceOptions } from './maintenance';
import { NodePool } from './node-pool';
import type { NodePoolOptions } from './node-pool-options';
import { NodePools } from './node-pools';
import { type PodRequirements, placementProblems } from './placement';
import { DEFAULT_ZONE_COUNT, requireZones } from './zones';

const CHANNELS = ['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'] as const;

/** How early new versions come. */
export type ReleaseChannel = (typeof CHANNELS)[number];

const LOGGING = [
  'SYSTEM_COMPONENTS',
  'WORKLOADS',
  'APISERVER',
  'SCHEDULER',
  'CONTROLLER_MANAGER',
  'KCP_CONNECTION',
  'KCP_SSHD',
  'KCP_HPA',
] as const;

/** What is logged to Cloud Logging. */
export type LoggingComponent = (typeof LOGGING)[number];

const MONITORING = [
  'SYSTEM_COMPONENTS',
  'APISERVER',
  'SCHEDULER',
  'CONTROLLER_MANAGER',
  'STORAGE',
  'HPA',
  'POD',
  'DAEMONSET',
  'DEPLOYMENT',
  'STATEFULSET',
  'KUBELET',
  'CADVISOR',
  'DCGM',
  'JOBSET',
] as const;

/** What is measured in Cloud Monitoring. */
export type MonitoringComponent = (typeof MONITORING)[number];

/** Kept by a cluster that had IP endpoints before; it forces replacement, and GKE has no use for it without them. */
const ENDPOINT_SUBNET = 'private_cluster_config[0].private_endpoint_subnetwork';

/** Metrics of these come without managed Prometheus. */
const MONITORING_WITHOUT_PROMETHEUS: readonly MonitoringComponent[] = ['SYSTEM_COMPONENTS', 'APISERVER', 'SCHEDULER', 'CONTROLLER_MANAGER'];

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

/** Roles every node needs: to run, to log and to be measured; to pull images. */
const NODE_ROLES = ['roles/container.defaultNodeServiceAccount', 'roles/artifactregistry.reader'];

/**
 * A regional GKE cluster whose nodes and control plane have no public address.
 *
 * It brings the kubernetes and helm providers that reach it, and a service account of its own for the nodes. It has no
 * nodes until `addNodePool` is called, at least once in its own stack: GKE's default pool is removed, since it cannot be
 * changed without the cluster.
 */
export class PrivateCluster extends Construct implements INodePoolCluster {
  /** A cluster made elsewhere. Its references are computed, so it need not exist when the stack is planned. */
  public static fromName(scope: Construct, id: string, props: ClusterFromNameProps): INodePoolCluster {
    return new ImportedCluster(scope, id, props);
  }

  public readonly project: IProject;
  public readonly network: INetwork;
  public readonly clusterName: string;
  public readonly clusterId: string;
  public readonly location: string;
  public readonly workloadPool: string;
  public readonly access: ControlPlaneAccess;
  public readonly controlPlaneKind: ControlPlaneKind;
  public readonly controlPlaneRange?: string;

  /**
   * The Kubernetes API as a peer. Policies name it by the control plane's range, and for a DNS endpoint by the places its
   * private endpoint may have; that Dataplane V2 matches the API server by its address has still to be confirmed on GKE.
   */
  public readonly apiServer: { readonly connections: Connections };

  public readonly kubernetesProvider: TerraformProvider;
  public readonly helmProvider: TerraformProvider;
  public readonly nodeServiceAccountName: string;
  public readonly nodeServiceAccountEmail: string;
  public readonly nodeTag: string;
  public readonly nodeZones: readonly string[];
  public readonly nodePools: NodePools;

  public readonly sharedVpcGrants: boolean;
  public readonly releaseChannel: ReleaseChannel;
  public readonly minVersion?: string;
  public readonly deletionProtection: boolean;
  public readonly maxPodsPerNode: number;
  public readonly maintenance: Maintenance;
  public readonly backupAgent: boolean;
  public readonly dnsCache: boolean;
  public readonly costAllocation: boolean;
  public readonly intranodeVisibility: boolean;
  public readonly managedPrometheus: boolean;
  public readonly gatewayApi: boolean;
  public readonly secretManager: boolean;
  public readonly securityPosture: boolean;
  public readonly loggingComponents: readonly LoggingComponent[];
  public readonly monitoringComponents: readonly MonitoringComponent[];

  private readonly viewers: ClusterViewers;
  private readonly nodeRoles: readonly ProjectIamMember[];

  constructor(scope: Construct, id: string, props: PrivateClusterProps) {
    super(scope, id);

    const { network } = props;
    this.network = network;
    this.project = props.project ?? network.project;
    this.sharedVpcGrants = props.sharedVpcGrants ?? true;
    this.location = network.region;
    this.clusterName = nameOrPhysical(this, props.name, { maxLength: CLUSTER_NAME_LENGTH });
    this.releaseChannel = requireOneOf(this, 'releaseChannel', props.releaseChannel ?? 'REGULAR', CHANNELS);
    this.minVersion = props.minVersion && requireVersion(this, props.minVersion);
    this.deletionProtection = props.deletionProtection ?? true;
    this.maxPodsPerNode = requireWholeNumber(this, 'maxPodsPerNode', props.maxPodsPerNode ?? 64, { min: 8, max: 256 });
    this.nodeZones = requireZones(this, 'nodeZones', props.nodeZones ?? [], this.location);
    this.maintenance = new Maintenance(this, props);
    this.backupAgent = props.backupAgent ?? true;
    this.dnsCache = props.dnsCache ?? true;
    this.costAllocation = props.costAllocation ?? true;
    this.intranodeVisibility = props.intranodeVisibility ?? true;
    this.managedPrometheus = props.managedPrometheus ?? true;
    this.gatewayApi = props.gatewayApi ?? true;
    this.secretManager = props.secretManager ?? true;
    this.securityPosture = props.securityPosture ?? true;
    this.loggingComponents = requireComponents(this, 'loggingComponents', props.loggingComponents ?? LOGGING.slice(0, 5), LOGGING);
    this.monitoringComponents = requireComponents(
      this,
      'monitoringComponents',
      props.monitoringComponents ?? ['SYSTEM_COMPONENTS'],
      MONITORING,
    );
    const needsPrometheus = this.monitoringComponents.filter((component) => !MONITORING_WITHOUT_PROMETHEUS.includes(component));
    if (!this.managedPrometheus && needsPrometheus.length > 0) {
      throw new ValidationError(this, `'managedPrometheus' must be on for monitoring of ${needsPrometheus.join(', ')}, got false`);
    }

    this.access = props.access ?? ControlPlaneAccess.dns();
    this.controlPlaneKind = this.access.controlPlaneKind;
    const peeringRange = checkedAccess(this, this.access);
    if (peeringRange) requireNoOverlap(this, { ...rangesOf(this, network), range: peeringRange });
    const byDns = this.access.mode === 'dns';
    this.controlPlaneRange = peeringRange?.toString() ?? (byDns ? undefined : network.controlPlaneSubnet?.range);
    this.apiServer = new ApiServer(this, 'ApiServer', { network, range: this.controlPlaneRange, answersMachines: !byDns });

    const names = clusterNames(this.clusterName, this.project, network);
    this.nodeServiceAccountName = names.nodeServiceAccountName;
    this.nodeTag = names.nodeTag;
    const nodeServiceAccount = new ServiceAccount(this, 'NodeServiceAccount', {
      project: this.project.projectId,
      accountId: this.nodeServiceAccountName,
      displayName: `Nodes of ${this.clusterName}`,
      dependsOn: this.project.enable('iam.googleapis.com'),
    });
    this.nodeServiceAccountEmail = nodeServiceAccount.email;
    this.nodeRoles = [...NODE_ROLES, ...(props.extraNodeRoles ?? [])].map(
      (role) =>
        new ProjectIamMember(this, `NodeRole-${requireRole(this, role)}`, {
          project: this.project.projectId,
          role,
          member: nodeServiceAccount.member,
          dependsOn: this.project.enable('cloudresourcemanager.googleapis.com'),
        }),
    );

    const cluster = new ContainerCluster(this, 'Resource', {
      project: this.project.projectId,
      name: this.clusterName,
      location: this.location,
      nodeLocations: this.nodeZones.length > 0 ? [...this.nodeZones] : undefined,
      resourceLabels: props.labels && { ...requireLabels(this, 'labels', props.labels) },
      ...this.networking(),
      ...this.endpoints(peeringRange?.toString()),
      ...this.defaultPool(),
      ...this.identity(props),
      ...this.features(props),
      ...this.upgrades(props),

      // Replacing a cluster takes everything in it along; these two arguments would do so without anybody asking for it.
      // GKE reports them for whatever pools there are, once the default pool is gone.
      deletionProtection: this.deletionProtection,
      lifecycle: {
        preventDestroy: this.deletionProtection || undefined,
        ignoreChanges: ['initial_node_count', 'node_config', ...(byDns ? [ENDPOINT_SUBNET] : [])],
      },
      // A node that starts without its roles or without a way out is never healthy.
      dependsOn: [...this.apis(), ...this.sharedVpcAccess(), ...this.nodeRoles, ...network.egressReady],
    });
    this.describeRanges(cluster);
    this.clusterId = cluster.id;
    this.workloadPool = cluster.workloadIdentityConfig.workloadPool;
    this.nodePools = new NodePools(this, network);
    this.viewers = ClusterViewers.of(this, this.project);
    ({ kubernetes: this.kubernetesProvider, helm: this.helmProvider } = clusterProviders(this, this.address(cluster)));

    this.requireRoomForDefaultPool();
    this.node.addValidation({
      validate: () =>
        this.nodePools.list().length > 0 || this.makesNodesItself()
          ? []
          : ["no node pool is in this cluster, so that no pod can run: call 'addNodePool'"],
    });
  }

  /** Adds nodes of one kind. */
  public addNodePool(id: string, options: NodePoolOptions): NodePool {
    return new NodePool(this, id, { ...options, cluster: this });
  }

  public grantConnect(member: string): void {
    this.viewers.add(member);
  }

  public workloadsReady(): readonly ITerraformDependable[] {
    return [...this.nodePools.list().map((pool) => pool.ready), ...this.nodeRoles, ...this.network.egressReady];
  }

  public placementProblems(pod: PodRequirements): readonly string[] {
    const pools = this.nodePools.list();
    // Without any pool the cluster itself has the finding.
    if (pools.length === 0 || this.makesNodesItself()) return [];
    return placementProblems(
      pod,
      pools.map((pool) => pool.nodeTemplate()),
    );
  }

  /** Node auto-provisioning, which an override may switch on, makes pools that are not known here. */
  private makesNodesItself(): boolean {
    const cluster = this.node.defaultChild as ContainerCluster;
    return cluster.toTerraform().resource[cluster.terraformResourceType][cluster.friendlyUniqueId].cluster_autoscaling !== undefined;
  }

  /** The default pool is there for a moment, with a node in each zone, before it is removed. */
  private requireRoomForDefaultPool(): void {
    const nodes = this.nodeZones.length || DEFAULT_ZONE_COUNT;
    const each = podAddressesPerNode(this.maxPodsPerNode);
    const podRange = Cidr.parse(this, 'podRange', this.network.podRange);
    if (nodes * each > podRange.size) {
      throw new ValidationError(
        this,
        `'maxPodsPerNode' must leave room in the pod range for the ${nodes} nodes that GKE makes a cluster with, ` +
          `which take ${nodes * each} addresses (${nodes} of ${each}), got ${this.maxPodsPerNode} for ${podRange}, which has ${podRange.size}`,
      );
    }
    const nodeRange = Cidr.parse(this, 'nodeRange', this.network.nodeSubnet.range);
    if (nodes > usableAddresses(nodeRange)) {
      throw new ValidationError(
        this,
        `'nodeZones' must be at most as many as the node subnet has addresses (${usableAddresses(nodeRange)} in ${nodeRange}), as GKE makes a cluster with a node in each, got ${nodes}`,
      );
    }
  }

  private apis(): ITerraformDependable[] {
    const names = [
      'container',
      ...(isSharedVpc(this.network, this.project) ? ['compute'] : []),
      ...(this.backupAgent ? ['gkebackup'] : []),
      ...(this.secretManager ? ['secretmanager'] : []),
      ...(this.securityPosture ? ['containersecurity'] : []),
    ];
    return names.flatMap((name) => this.project.enable(`${name}.googleapis.com`));
  }

  /** What the service agents of a service project may do in the host project. */
  private sharedVpcAccess(): ITerraformDependable[] {
    const { network, project } = this;
    if (!isSharedVpc(network, project) || !this.sharedVpcGrants) return [];
    const access = SharedVpcAccess.of(this, network.project, project);
    const { controlPlaneSubnet } = network;
    return [
      ...access.grant(network, network.nodeSubnet),
      ...(controlPlaneSubnet && this.access.mode === 'privateIp' ? access.grant(network, controlPlaneSubnet) : []),
    ];
  }

  /** Ranges of a network made elsewhere, for commands that read the synthesized stack: Terraform passes over this block. */
  private describeRanges(cluster: ContainerCluster): void {
    const { nodeSubnet, podRange, serviceRange } = this.network;
    if (Token.isUnresolved(nodeSubnet.subnetId)) return;
    writeNote(cluster, 'ranges', { nodes: nodeSubnet.range, pods: podRange, services: serviceRange });
  }

  private networking(): Partial<ContainerClusterConfig> {
    return {
      network: this.network.networkId,
      subnetwork: this.network.nodeSubnet.subnetId,
      networkingMode: 'VPC_NATIVE',
      ipAllocationPolicy: {
        clusterSecondaryRangeName: this.network.podRangeName,
        servicesSecondaryRangeName: this.network.serviceRangeName,
      },
      defaultMaxPodsPerNode: this.maxPodsPerNode,
      // Cannot be changed without making the cluster anew, another spelling of it neither.
      datapathProvider: 'ADVANCED_DATAPATH',
    };
  }

  private endpoints(peeringRange: string | undefined): Partial<ContainerClusterConfig> {
    const privateNodes = { enablePrivateNodes: true, enablePrivateEndpoint: true };
    // Without IP endpoints the provider sends no subnet and no authorized networks, so written ones never converge.
    if (this.access.mode === 'dns') {
      return {
        privateClusterConfig: privateNodes,
        controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true }, ipEndpointsConfig: { enabled: false } },
      };
    }
    return {
      privateClusterConfig: {
        ...privateNodes,
        masterIpv4CidrBlock: peeringRange,
        privateEndpointSubnetwork: peeringRange ? undefined : this.network.controlPlaneSubnet?.subnetId,
        masterGlobalAccessConfig: { enabled: this.access.globalAccess },
      },
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false }, ipEndpointsConfig: { enabled: true } },
      // Without ranges, only nodes and pods of the cluster reach it; organizations may demand that the block is there.
      masterAuthorizedNetworksConfig: {
        cidrBlocks: Object.entries(this.access.authorizedRanges).map(([displayName, cidrBlock]) => ({ displayName, cidrBlock })),
      },
    };
  }

  /** The pool GKE insists on for a moment: it must not run as the default service account, which many projects lack. */
  private defaultPool(): Partial<ContainerClusterConfig> {
    return {
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: {
        serviceAccount: this.nodeServiceAccountEmail,
        oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
        tags: [this.nodeTag],
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: 'GKE_METADATA' },
      },
    };
  }

  private identity(props: PrivateClusterProps): Partial<ContainerClusterConfig> {
    const group = props.googleGroupsSecurityGroup;
    if (group) requireMatch(this, 'googleGroupsSecurityGroup', group, /^gke-security-groups@.+\..+$/, 'gke-security-groups@ and a domain');
    const bindingsToEverybody = props.allowBindingsToEverybody ?? false;
    return {
      workloadIdentityConfig: { workloadPool: `${this.project.projectId}.svc.id.goog` },
      enableShieldedNodes: true,
      enableIntranodeVisibility: this.intranodeVisibility,
      enableLegacyAbac: false,
      masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
      authenticatorGroupsConfig: group ? { securityGroup: group } : undefined,
      rbacBindingConfig: {
        enableInsecureBindingSystemAuthenticated: bindingsToEverybody,
        enableInsecureBindingSystemUnauthenticated: bindingsToEverybody,
      },
      databaseEncryption: props.secretsKmsKey
        ? { state: 'ENCRYPTED', keyName: requireKmsKey(this, 'secretsKmsKey', props.secretsKmsKey) }
        : undefined,
      binaryAuthorization: props.binaryAuthorization ? { evaluationMode: 'PROJECT_SINGLETON_POLICY_ENFORCE' } : undefined,
      securityPostureConfig: { mode: this.securityPosture ? 'BASIC' : 'DISABLED' },
      nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: 'FALSE' } },
    };
  }

  private features(props: PrivateClusterProps): Partial<ContainerClusterConfig> {
    return {
      addonsConfig: {
        dnsCacheConfig: { enabled: this.dnsCache },
        gkeBackupAgentConfig: { enabled: this.backupAgent },
        gcePersistentDiskCsiDriverConfig: { enabled: true },
        gcsFuseCsiDriverConfig: props.cloudStorageVolumes ? { enabled: true } : undefined,
        gcpFilestoreCsiDriverConfig: props.filestoreVolumes ? { enabled: true } : undefined,
      },
      gatewayApiConfig: { channel: this.gatewayApi ? 'CHANNEL_STANDARD' : 'CHANNEL_DISABLED' },
      secretManagerConfig: { enabled: this.secretManager },
      costManagementConfig: { enabled: this.costAllocation },
      verticalPodAutoscaling: props.verticalPodAutoscaling ? { enabled: true } : undefined,
      loggingConfig: { enableComponents: [...this.loggingComponents] },
      monitoringConfig: {
        enableComponents: [...this.monitoringComponents],
        managedPrometheus: { enabled: this.managedPrometheus },
        advancedDatapathObservabilityConfig: props.datapathMetrics ? { enableMetrics: true, enableRelay: false } : undefined,
      },
    };
  }

  private upgrades(props: PrivateClusterProps): Partial<ContainerClusterConfig> {
    return {
      releaseChannel: { channel: this.releaseChannel },
      minMasterVersion: this.minVersion,
      maintenancePolicy: {
        recurringWindow: this.maintenance.recurringWindow,
        maintenanceExclusion: Object.entries(this.maintenance.exclusions).map(([exclusionName, { start, end, scope }]) => ({
          exclusionName,
          startTime: start,
          endTime: end,
          exclusionOptions: { scope: scope ?? 'NO_UPGRADES' },
        })),
      },
      notificationConfig: props.notificationTopic
        ? { pubsub: { enabled: true, topic: requireTopic(this, props.notificationTopic) } }
        : undefined,
    };
  }

  private address(cluster: ContainerCluster): ApiServerAddress {
    if (this.access.mode === 'dns') {
      return { host: `https://${cluster.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint}` };
    }
    return {
      host: `https://${cluster.privateClusterConfig.privateEndpoint}`,
      clusterCaCertificate: Fn.base64decode(cluster.masterAuth.clusterCaCertificate),
    };
  }
}

function requireTopic(scope: Construct, topic: string): string {
  const form = /^projects\/[^/\s]+\/topics\/[A-Za-z][\w.~+%-]{2,254}$/;
  return requireMatch(scope, 'notificationTopic', topic, form, 'a Pub/Sub topic as projects/P/topics/T');
}

function requireVersion(scope: Construct, version: string): string {
  return requireMatch(scope, 'minVersion', version, /^1\.\d+\.\d+-gke\.\d+$/, 'an exact GKE version such as 1.33.5-gke.1080000');
}

/** The part of a role that tells it from others, for a construct id. */
function requireRole(scope: Construct, role: string): string {
  return requireMatch(scope, 'extraNodeRoles', role, /^roles\/[a-zA-Z0-9.]+$/, 'predefined roles such as roles/storage.objectViewer').slice(
    6,
  );
}

function requireComponents<T extends string>(
  scope: Construct,
  prop: string,
  components: readonly T[],
  allowed: readonly T[],
): readonly T[] {
  for (const component of requireDistinct(scope, prop, components)) requireOneOf(scope, prop, component, allowed);
  if (!components.includes('SYSTEM_COMPONENTS' as T)) {
    throw new ValidationError(scope, `'${prop}' must have SYSTEM_COMPONENTS, got ${components.join(', ')}`);
  }
  return components;
}

function rangesOf(scope: Construct, network: INetwork): Record<string, Cidr> {
  const range = (prop: string, text: string) => Cidr.parse(scope, prop, text);
  return {
    nodeRange: range('nodeRange', network.nodeSubnet.range),
    podRange: range('podRange', network.podRange),
    serviceRange: range('serviceRange', network.serviceRange),
    ...(network.dataSubnet ? { dataRange: range('dataRange', network.dataSubnet.range) } : {}),
    ...(network.controlPlaneSubnet ? { controlPlaneRange: range('controlPlaneRange', network.controlPlaneSubnet.range) } : {}),
  };
}
