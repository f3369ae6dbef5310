import { type ITerraformDependable, type TerraformProvider, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Connections } from '../connectivity/connections';
import { requireName } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { requireText } from '../core/template-text';
import { ValidationError } from '../core/validation-error';
import { requireRange } from '../network/ip-plan';
import type { INetwork } from '../network/network-reference';
import { writeDataPlaneNote } from '../terraform/notes';
import { ApiServer } from './api-server';
import { CLUSTER_NAME_LENGTH, deriveClusterNames } from './cluster-names';
import { createClusterProviders } from './cluster-providers';
import type { ControlPlaneKind, INodePoolCluster } from './cluster-reference';
import { ClusterViewers } from './cluster-viewers';
import { NodePools } from './node-pools';
import { requireZones } from './zones';

/** Properties for `PrivateCluster.fromName`. The cluster must have Dataplane V2, which enforces NetworkPolicies, as `PrivateCluster` does. */
export interface ClusterFromNameProps {
  /** Network of the cluster. */
  readonly network: INetwork;

  /**
   * Project of the cluster. For a Shared VPC: the service project.
   *
   * @default - the project of the network
   */
  readonly project?: IProject;

  /** Name in GKE. */
  readonly name: string;

  /**
   * Location of the cluster: a region, or the zone of a zonal cluster.
   *
   * @default - the region of the network
   */
  readonly location?: string;

  /**
   * Host name or address of the Kubernetes API, without `https://`: the DNS endpoint or the private IP endpoint. Append a port
   * other than 443. `gcloud container clusters describe NAME --location=REGION` prints it.
   */
  readonly endpoint: string;

  /**
   * Certificate authority of the cluster, PEM, for a private IP endpoint.
   *
   * @default - public certificate authorities, as the DNS endpoint needs
   */
  readonly clusterCaCertificate?: string;

  /**
   * Path of requests from the control plane to pods.
   *
   * @default psc
   */
  readonly controlPlaneKind?: ControlPlaneKind;

  /**
   * Range of the control plane's private endpoint: the /28 of a peering cluster, where it is required, or the subnet or /32 of
   * a private IP endpoint.
   *
   * @default - unknown: egress of pods to the Kubernetes API is allowed to the node subnet and the control-plane subnet
   */
  readonly controlPlaneRange?: string;

  /**
   * Zones of node pools that name none.
   *
   * @default - three zones that GKE chooses
   */
  readonly nodeZones?: readonly string[];

  /**
   * Maximum number of pods per node, from 8 to 256, for node pools that set none.
   *
   * @default 64
   */
  readonly maxPodsPerNode?: number;
}

/** Cluster of another stack, of which only names and the endpoint are known. */
export class ImportedCluster extends Construct implements INodePoolCluster {
  public readonly project: IProject;
  public readonly network: INetwork;
  public readonly clusterName: string;
  public readonly clusterId: string;
  public readonly location: string;
  public readonly workloadPool: string;
  public readonly controlPlaneKind: ControlPlaneKind;
  public readonly controlPlaneRange?: string;
  public readonly apiServer: { readonly connections: Connections };
  public readonly kubernetesProvider: TerraformProvider;
  public readonly helmProvider: TerraformProvider;
  public readonly nodeServiceAccountName: string;
  public readonly nodeServiceAccountEmail: string;
  public readonly nodeTag: string;
  public readonly nodeZones: readonly string[];
  public readonly maxPodsPerNode: number;
  public readonly nodePools: NodePools;

  private readonly viewers: ClusterViewers;

  constructor(scope: Construct, id: string, props: ClusterFromNameProps) {
    super(scope, id);
    requireProps(this, 'ClusterFromNameProps', props);

    const { network } = props;
    this.network = network;
    this.project = requireProject(this, props.project ?? network.project);
    this.clusterName = requireName(this, 'name', props.name, CLUSTER_NAME_LENGTH);
    this.location = requireMatch(
      this,
      'location',
      props.location ?? network.region,
      /^[a-z]+-[a-z]+\d+(-[a-z])?$/,
      'a region such as europe-west1',
    );
    this.clusterId = `projects/${this.project.projectId}/locations/${this.location}/clusters/${this.clusterName}`;
    this.workloadPool = `${this.project.projectId}.svc.id.goog`;
    this.controlPlaneKind = requireOneOf(this, 'controlPlaneKind', props.controlPlaneKind ?? 'psc', ['psc', 'peering']);
    if (props.controlPlaneRange !== undefined) {
      this.controlPlaneRange = requireRange(this, 'controlPlaneRange', props.controlPlaneRange, { largest: 8, smallest: 32 }).toString();
    } else if (this.controlPlaneKind === 'peering') {
      throw new ValidationError(this, "'controlPlaneRange' must be given when 'controlPlaneKind' is peering, got undefined");
    }
    this.nodeZones = requireZones(this, 'nodeZones', props.nodeZones, this.location) ?? [];
    this.maxPodsPerNode = requireWholeNumber(this, 'maxPodsPerNode', props.maxPodsPerNode ?? 64, { min: 8, max: 256 });
    ({
      nodeServiceAccountName: this.nodeServiceAccountName,
      nodeServiceAccountEmail: this.nodeServiceAccountEmail,
      nodeTag: this.nodeTag,
    } = deriveClusterNames(this.clusterName, this.project, network));

    this.apiServer = new ApiServer(this, 'ApiServer', { network, range: this.controlPlaneRange, answersInstances: true });
    this.nodePools = new NodePools(this, network);
    this.viewers = ClusterViewers.of(this, this.project);

    const endpoint = requireMatch(this, 'endpoint', props.endpoint, /^[a-z0-9.-]+(:\d+)?$/, 'a host name or address, without https://');
    ({ kubernetes: this.kubernetesProvider, helm: this.helmProvider } = createClusterProviders(this, {
      host: `https://${endpoint}`,
      clusterCaCertificate: props.clusterCaCertificate && requireCertificate(this, props.clusterCaCertificate),
    }));
    writeDataPlaneNote(this.kubernetesProvider, 'v2');
  }

  public grantConnect(member: string): void {
    this.viewers.add(member);
  }

  /** Dependencies of pods: the node pools of this stack. The stack of the cluster orders its own. */
  public workloadsReady(): readonly ITerraformDependable[] {
    return [...this.nodePools.list().map((pool) => pool.ready), ...this.network.egressReady];
  }
}

/** Returns the certificate when it is PEM. Its lines may be references, beside literal line breaks. */
function requireCertificate(scope: Construct, certificate: string): string {
  if (Token.isUnresolved(certificate)) return requireText(scope, 'clusterCaCertificate', certificate);
  const form = /^\s*-----BEGIN CERTIFICATE-----/;
  return requireMatch(scope, 'clusterCaCertificate', certificate, form, 'a certificate in PEM');
}
