import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Connections } from '../connectivity/connections';
import type { IProject } from '../core/project';
import type { INetwork } from '../network/network-reference';
import type { NodePools } from './node-pools';
import type { PodRequirements } from './placement';

/** Path of requests from the control plane to pods, such as webhooks and aggregated APIs. */
export type ControlPlaneKind =
  /** Private Service Connect: through the konnectivity agents, which are pods in kube-system. */
  | 'psc'
  /** VPC peering: from the /28 of the control plane. */
  | 'peering';

/** GKE cluster of namespaces and charts. */
export interface ICluster extends IConstruct {
  /** Project of the cluster. */
  readonly project: IProject;

  /** Network of the cluster. */
  readonly network: INetwork;

  /** Name in GKE. */
  readonly clusterName: string;

  /** Region, for example `europe-west1`. */
  readonly location: string;

  /** Workload identity pool of the pods, `PROJECT.svc.id.goog`. For a cluster of this stack, a reference that depends on it. */
  readonly workloadPool: string;

  /** Path of requests from the control plane to pods. */
  readonly controlPlaneKind: ControlPlaneKind;

  /**
   * Range of the control plane's private endpoint: the /28 of a peering cluster, or the control-plane subnet of a private
   * IP endpoint. Undefined where Google chooses the address, as for a DNS endpoint.
   */
  readonly controlPlaneRange?: string;

  /** Network tag of the nodes, for firewall rules. The tag that GKE sets has a random part. */
  readonly nodeTag: string;

  /** Kubernetes API as a server of connections: `workload.allowTo(cluster.apiServer)`. */
  readonly apiServer: { readonly connections: Connections };

  /** Providers that reach this cluster, for the resources in its namespaces. */
  readonly kubernetesProvider: TerraformProvider;
  readonly helmProvider: TerraformProvider;

  /**
   * Lets a member get credentials of the cluster and connect to it, for example `group:billing@example.com`. RBAC limits its
   * actions. The grant includes all clusters of the project. Repeating the call changes nothing.
   */
  grantConnect(member: string): void;

  /** Dependencies of pods, which must outlive them: node pools, roles of the nodes, egress. Call it at synth. */
  workloadsReady(): readonly ITerraformDependable[];

  /**
   * Reasons why no node can run the pod: labels and taints that no pool has, requests larger than each node. Call it at
   * synth. Absent on an imported cluster, whose node pools are not known.
   */
  placementProblems?(pod: PodRequirements): readonly string[];
}

/** Cluster that node pools can be added to. */
export interface INodePoolCluster extends ICluster {
  /** `projects/P/locations/L/clusters/NAME`, or a reference that resolves to it. */
  readonly clusterId: string;

  /** Email address of the node service account, or a reference that resolves to it. */
  readonly nodeServiceAccountEmail: string;

  /** Name of the node service account: the part of its email address before the `@`, known at synth. */
  readonly nodeServiceAccountName: string;

  /** Zones of node pools that name none. When empty, GKE chooses three zones of the region. */
  readonly nodeZones: readonly string[];

  /** Maximum number of pods per node, for node pools that set none. */
  readonly maxPodsPerNode: number;

  /** Node pools that this stack adds to the cluster. */
  readonly nodePools: NodePools;
}
