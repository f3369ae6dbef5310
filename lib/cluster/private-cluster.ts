import { ContainerCluster, type ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { Fn, type ITerraformDependable, type TerraformProvider, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Connections } from '../connectivity/connections';
import { Cidr } from '../core/cidr';
import { requireKmsKey, requireNarrowRole } from '../core/google-cloud-names';
import { requireLabels } from '../core/labels';
import { nameOrPhysical } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireDistinct, requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { requireText } from '../core/template-text';
import { requireNoOverlap } from '../network/ip-plan';
import type { INetwork } from '../network/network-reference';
import { isSharedVpc, SharedVpcAccess } from '../network/shared-vpc-access';
import { writeNote } from '../terraform/notes';
import { ApiServer } from './api-server';
import { CLUSTER_NAME_LENGTH, deriveClusterNames } from './cluster-names';
import { type ApiServerAddress, createClusterProviders } from './cluster-providers';
import type { ControlPlaneKind, INodePoolCluster } from './cluster-reference';
import { ClusterViewers } from './cluster-viewers';
import { ControlPlaneAccess, requireAccess } from './control-plane-access';
import { renderDefaultPool, requireRoomForDefaultPool } from './default-pool';
import { type ClusterFromNameProps, ImportedCluster } from './imported-cluster';
import { Maintenance } from './maintenance';
import { NodePool } from './node-pool';
import type { NodePoolOptions } from './node-pool-options';
import { NodePools } from './node-pools';
import { findPlacementProblems, type PodRequirements } from './placement';
import type { PrivateClusterProps } from './private-cluster-props';
import { RELEASE_CHANNELS, type ReleaseChannel } from './release-channel';
import { type LoggingComponent, type MonitoringComponent, resolveTelemetry } from './telemetry';
import { requireZones } from './zones';

/** Argument that stays in the state of a cluster that had IP endpoints. It forces a replacement and has no effect without them. */
const ENDPOINT_SUBNET = 'private_cluster_config[0].private_endpoint_subnetwork';

/** Roles that each node needs: to run, to send logs and metrics, and to pull images. */
const NODE_ROLES = ['roles/container.defaultNodeServiceAccount', 'roles/artifactregistry.reader'];

/**
 * Regional, private GKE cluster: neither nodes nor control plane have a public IP address.
 *
 * @remarks
 * The cluster is VPC-native with Dataplane V2, Workload Identity and a release channel. It has its own node service account,
 * and the kubernetes and helm providers that its namespaces use. The default node pool is removed, because a change of it
 * would replace the cluster; call `addNodePool` at least once in the stack of the cluster. Deletion protection is on by
 * default.
 *
 * @example
 * ```ts
 * const cluster = new PrivateCluster(stack, 'Cluster', {
 *   network,
 *   releaseChannel: 'STABLE',
 *   maintenanceDays: ['wednesday', 'thursday'],
 * });
 * cluster.addNodePool('Apps', { machineType: 'n2-standard-8', minNodes: 3, maxNodes: 30 });
 * new AppNamespace(stack, 'Tickets', { cluster });
 * ```
 */
export class PrivateCluster extends Construct implements INodePoolCluster {
  /** References a cluster of another stack by its name. Its identifiers are computed, so it need not exist when the stack is planned. */
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
   * Kubernetes API as a server of connections: `workload.allowTo(cluster.apiServer)`. Policies match the range of the control
   * plane, or for a DNS endpoint all subnets that its private endpoint may be in. Not confirmed on GKE: that Dataplane V2
   * matches the API server by its address.
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
    requireProps(this, 'PrivateClusterProps', props);

    const { network } = props;
    this.network = network;
    this.project = requireProject(this, props.project ?? network.project);
    this.sharedVpcGrants = props.sharedVpcGrants ?? true;
    this.location = network.region;
    this.clusterName = nameOrPhysical(this, props.name, { maxLength: CLUSTER_NAME_LENGTH });
    this.releaseChannel = requireOneOf(this, 'releaseChannel', props.releaseChannel ?? 'REGULAR', RELEASE_CHANNELS);
    this.minVersion = props.minVersion && requireVersion(this, props.minVersion);
    this.deletionProtection = props.deletionProtection ?? true;
    this.maxPodsPerNode = requireWholeNumber(this, 'maxPodsPerNode', props.maxPodsPerNode ?? 64, { min: 8, max: 256 });
    this.nodeZones = requireZones(this, 'nodeZones', props.nodeZones, this.location) ?? [];
    this.maintenance = new Maintenance(this, props);
    this.backupAgent = props.backupAgent ?? true;
    this.dnsCache = props.dnsCache ?? true;
    this.costAllocation = props.costAllocation ?? true;
    this.intranodeVisibility = props.intranodeVisibility ?? true;
    this.gatewayApi = props.gatewayApi ?? true;
    this.secretManager = props.secretManager ?? true;
    this.securityPosture = props.securityPosture ?? true;
    ({
      loggingComponents: this.loggingComponents,
      monitoringComponents: this.monitoringComponents,
      managedPrometheus: this.managedPrometheus,
    } = resolveTelemetry(this, props));

    this.access = props.access ?? ControlPlaneAccess.dns();
    this.controlPlaneKind = this.access.controlPlaneKind;
    this.controlPlaneRange = this.resolveControlPlaneRange();
    this.apiServer = new ApiServer(this, 'ApiServer', {
      network,
      range: this.controlPlaneRange,
      answersInstances: this.access.mode !== 'dns',
    });

    ({ nodeServiceAccountName: this.nodeServiceAccountName, nodeTag: this.nodeTag } = deriveClusterNames(
      this.clusterName,
      this.project,
      network,
    ));
    const nodeServiceAccount = this.createNodeServiceAccount();
    this.nodeServiceAccountEmail = nodeServiceAccount.email;
    this.nodeRoles = this.grantNodeRoles(nodeServiceAccount, props.extraNodeRoles ?? []);

    requireRoomForDefaultPool(this);
    const cluster = this.createCluster(props);
    this.clusterId = cluster.id;
    this.workloadPool = cluster.workloadIdentityConfig.workloadPool;
    this.nodePools = new NodePools(this, network);
    this.viewers = ClusterViewers.of(this, this.project);
    ({ kubernetes: this.kubernetesProvider, helm: this.helmProvider } = createClusterProviders(this, this.resolveAddress(cluster)));
    this.node.addValidation({ validate: () => this.validateNodePools() });
  }

  /** Adds a node pool. */
  public addNodePool(id: string, options: NodePoolOptions): NodePool {
    return new NodePool(this, id, { ...options, cluster: this });
  }

  /** Lets a member get credentials of the cluster and connect to it, for example `group:billing@example.com`. RBAC limits its actions. */
  public grantConnect(member: string): void {
    this.viewers.add(member);
  }

  /** Dependencies of pods: node pools, roles of the nodes, egress. Call it at synth. */
  public workloadsReady(): readonly ITerraformDependable[] {
    return [...this.nodePools.list().map((pool) => pool.ready), ...this.nodeRoles, ...this.network.egressReady];
  }

  /** Reasons why no node of the cluster can run the pod. Call it at synth. */
  public placementProblems(pod: PodRequirements): readonly string[] {
    const pools = this.nodePools.list();
    // A cluster without node pools fails its own validation.
    if (pools.length === 0 || this.hasAutoProvisioning()) return [];
    return findPlacementProblems(
      pod,
      pools.map((pool) => pool.nodeTemplate()),
    );
  }

  /** True when an override enables node auto-provisioning, whose pools are not known at synth. */
  private hasAutoProvisioning(): boolean {
    const cluster = this.node.defaultChild as ContainerCluster;
    return cluster.toTerraform().resource[cluster.terraformResourceType][cluster.friendlyUniqueId].cluster_autoscaling !== undefined;
  }

  private validateNodePools(): string[] {
    if (this.nodePools.list().length > 0 || this.hasAutoProvisioning()) return [];
    return ["no node pool is in this cluster, so that no pod can run: call 'addNodePool'"];
  }

  private resolveControlPlaneRange(): string | undefined {
    const peeringRange = requireAccess(this, this.access);
    if (peeringRange) {
      requireNoOverlap(this, { ...parseRanges(this, this.network), range: peeringRange });
      return peeringRange.toString();
    }
    return this.access.mode === 'dns' ? undefined : this.network.controlPlaneSubnet?.range;
  }

  private createNodeServiceAccount(): ServiceAccount {
    return new ServiceAccount(this, 'NodeServiceAccount', {
      project: this.project.projectId,
      accountId: this.nodeServiceAccountName,
      displayName: `Nodes of ${this.clusterName}`,
      dependsOn: this.project.enable('iam.googleapis.com'),
    });
  }

  private grantNodeRoles(serviceAccount: ServiceAccount, extraRoles: readonly string[]): ProjectIamMember[] {
    return requireDistinct(this, 'extraNodeRoles', [...NODE_ROLES, ...extraRoles]).map(
      (role) =>
        new ProjectIamMember(this, `NodeRole-${requireRole(this, role)}`, {
          project: this.project.projectId,
          role,
          member: serviceAccount.member,
          dependsOn: this.project.enable('cloudresourcemanager.googleapis.com'),
        }),
    );
  }

  private createCluster(props: PrivateClusterProps): ContainerCluster {
    const cluster = new ContainerCluster(this, 'Resource', {
      project: this.project.projectId,
      name: this.clusterName,
      location: this.location,
      nodeLocations: this.nodeZones.length > 0 ? [...this.nodeZones] : undefined,
      resourceLabels: props.labels && { ...requireLabels(this, 'labels', props.labels) },
      ...this.renderNetworking(),
      ...this.renderEndpoints(),
      ...renderDefaultPool(this),
      ...this.renderIdentity(props),
      ...this.renderFeatures(props),
      ...this.renderUpgrades(props),
      deletionProtection: this.deletionProtection,
      lifecycle: {
        preventDestroy: this.deletionProtection || undefined,
        // Both arguments force a replacement, and GKE reports them for the pools that exist once the default pool is removed.
        ignoreChanges: ['initial_node_count', 'node_config', ...(this.access.mode === 'dns' ? [ENDPOINT_SUBNET] : [])],
      },
      // A node that starts without its roles or without egress never becomes healthy.
      dependsOn: [...this.enableApis(), ...this.grantSharedVpcAccess(), ...this.nodeRoles, ...this.network.egressReady],
    });
    this.describeRanges(cluster);
    return cluster;
  }

  private enableApis(): ITerraformDependable[] {
    const names = [
      'container',
      ...(isSharedVpc(this.network, this.project) ? ['compute'] : []),
      ...(this.backupAgent ? ['gkebackup'] : []),
      ...(this.secretManager ? ['secretmanager'] : []),
      ...(this.securityPosture ? ['containersecurity'] : []),
    ];
    return names.flatMap((name) => this.project.enable(`${name}.googleapis.com`));
  }

  /** Grants roles in the host project to the service agents of a service project. */
  private grantSharedVpcAccess(): ITerraformDependable[] {
    const { network, project } = this;
    if (!isSharedVpc(network, project) || !this.sharedVpcGrants) return [];
    const access = SharedVpcAccess.of(this, network.project, project);
    const { controlPlaneSubnet } = network;
    return [
      ...access.grant(network, network.nodeSubnet),
      ...(controlPlaneSubnet && this.access.mode === 'privateIp' ? access.grant(network, controlPlaneSubnet) : []),
    ];
  }

  /** Writes the ranges of an imported network as a note, for commands that read the synthesized stack. */
  private describeRanges(cluster: ContainerCluster): void {
    const { nodeSubnet, podRange, serviceRange } = this.network;
    if (Token.isUnresolved(nodeSubnet.subnetId)) return;
    writeNote(cluster, 'ranges', { nodes: nodeSubnet.range, pods: podRange, services: serviceRange });
  }

  private renderNetworking(): Partial<ContainerClusterConfig> {
    return {
      network: this.network.networkId,
      subnetwork: this.network.nodeSubnet.subnetId,
      networkingMode: 'VPC_NATIVE',
      ipAllocationPolicy: {
        clusterSecondaryRangeName: this.network.podRangeName,
        servicesSecondaryRangeName: this.network.serviceRangeName,
      },
      defaultMaxPodsPerNode: this.maxPodsPerNode,
      // Immutable: any change, even an equivalent spelling, replaces the cluster.
      datapathProvider: 'ADVANCED_DATAPATH',
    };
  }

  private renderEndpoints(): Partial<ContainerClusterConfig> {
    const privateNodes = { enablePrivateNodes: true, enablePrivateEndpoint: true };
    // Without IP endpoints the provider sends neither subnet nor authorized networks: set, they would differ in each plan.
    if (this.access.mode === 'dns') {
      return {
        privateClusterConfig: privateNodes,
        controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true }, ipEndpointsConfig: { enabled: false } },
      };
    }
    const { peeringRange } = this.access;
    return {
      privateClusterConfig: {
        ...privateNodes,
        masterIpv4CidrBlock: peeringRange,
        privateEndpointSubnetwork: peeringRange ? undefined : this.network.controlPlaneSubnet?.subnetId,
        masterGlobalAccessConfig: { enabled: this.access.globalAccess },
      },
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false }, ipEndpointsConfig: { enabled: true } },
      // Without ranges, only nodes and pods of the cluster reach the endpoint. Organization policies may require the block.
      masterAuthorizedNetworksConfig: {
        cidrBlocks: Object.entries(this.access.authorizedRanges).map(([name, cidrBlock]) => ({
          displayName: requireText(this, 'authorizedRanges', name),
          cidrBlock,
        })),
      },
    };
  }

  private renderIdentity(props: PrivateClusterProps): Partial<ContainerClusterConfig> {
    const group = props.googleGroupsSecurityGroup;
    if (group) requireMatch(this, 'googleGroupsSecurityGroup', group, /^gke-security-groups@.+\..+$/, 'gke-security-groups@ and a domain');
    const allowSystemGroups = props.allowInsecureBindings ?? props.allowBindingsToEverybody ?? false;
    return {
      workloadIdentityConfig: { workloadPool: `${this.project.projectId}.svc.id.goog` },
      enableShieldedNodes: true,
      enableIntranodeVisibility: this.intranodeVisibility,
      enableLegacyAbac: false,
      masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
      authenticatorGroupsConfig: group ? { securityGroup: group } : undefined,
      rbacBindingConfig: {
        enableInsecureBindingSystemAuthenticated: allowSystemGroups,
        enableInsecureBindingSystemUnauthenticated: allowSystemGroups,
      },
      databaseEncryption: props.secretsKmsKey
        ? { state: 'ENCRYPTED', keyName: requireKmsKey(this, 'secretsKmsKey', props.secretsKmsKey) }
        : undefined,
      binaryAuthorization: props.binaryAuthorization ? { evaluationMode: 'PROJECT_SINGLETON_POLICY_ENFORCE' } : undefined,
      securityPostureConfig: { mode: this.securityPosture ? 'BASIC' : 'DISABLED' },
      nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: 'FALSE' } },
    };
  }

  private renderFeatures(props: PrivateClusterProps): Partial<ContainerClusterConfig> {
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

  private renderUpgrades(props: PrivateClusterProps): Partial<ContainerClusterConfig> {
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

  private resolveAddress(cluster: ContainerCluster): ApiServerAddress {
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

/** Returns a predefined role without `roles/`, for a construct id. */
function requireRole(scope: Construct, role: string): string {
  requireNarrowRole(scope, 'extraNodeRoles', role);
  return requireMatch(scope, 'extraNodeRoles', role, /^roles\/[a-zA-Z0-9.]+$/, 'predefined roles such as roles/storage.objectViewer').slice(
    6,
  );
}

function parseRanges(scope: Construct, network: INetwork): Record<string, Cidr> {
  const range = (prop: string, text: string) => Cidr.parse(scope, prop, text);
  return {
    nodeRange: range('nodeRange', network.nodeSubnet.range),
    podRange: range('podRange', network.podRange),
    serviceRange: range('serviceRange', network.serviceRange),
    ...(network.dataSubnet ? { dataRange: range('dataRange', network.dataSubnet.range) } : {}),
    ...(network.controlPlaneSubnet ? { controlPlaneRange: range('controlPlaneRange', network.controlPlaneSubnet.range) } : {}),
  };
}
