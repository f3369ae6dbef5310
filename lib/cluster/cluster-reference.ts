import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Connections } from '../connectivity/connections';
import type { IProject } from '../core/project';
import type { INetwork } from '../network/network-reference';
import type { NodePools } from './node-pools';
import type { PodRequirements } from './placement';

/** How requests of the control plane (to webhooks, to aggregated APIs) reach pods. */
export type ControlPlaneKind =
  /** Private Service Connect: through the konnectivity agents, pods in kube-system. */
  | 'psc'
  /** VPC peering: from the control plane's own /28. */
  | 'peering';

/** A GKE cluster that namespaces and charts are put into. */
export interface ICluster extends IConstruct {
  readonly project: IProject;
  readonly network: INetwork;
  readonly clusterName: string;

  /** Region, for example `europe-west1`. */
  readonly location: string;

  /** `PROJECT.svc.id.goog`: identities of the cluster's pods belong to it. A reference that waits for the cluster where it is made here. */
  readonly workloadPool: string;

  readonly controlPlaneKind: ControlPlaneKind;

  /**
   * Range of the control plane's private endpoint: the /28 of a peering cluster, or the control-plane subnet of a private
   * address. Undefined where Google chooses the address, as for a DNS endpoint.
   */
  readonly controlPlaneRange?: string;

  /** Network tag every node has, for firewall rules: GKE's own tag has a part nobody knows before. */
  readonly nodeTag: string;

  /** The Kubernetes API as a peer: `workload.allowTo(cluster.apiServer)`. */
  readonly apiServer: { readonly connections: Connections };

  /** Providers that reach this cluster; whatever sits in its namespaces uses them. */
  readonly kubernetesProvider: TerraformProvider;
  readonly helmProvider: TerraformProvider;

  /**
   * Lets a member connect to the cluster and get its credentials, for example `group:billing@example.com`: RBAC says what
   * it may do there. The grant holds for all clusters of the project. Doing so twice changes nothing.
   */
  grantConnect(member: string): void;

  /** What pods need to run, and so what must outlive them: node pools, the nodes' roles, the way out. Ask at synth. */
  workloadsReady(): readonly ITerraformDependable[];

  /**
   * Reasons why no node can run the pod: labels and taints that no pool has, requests larger than every node. Ask at
   * synth. Absent on a cluster made elsewhere, whose node pools are not known.
   */
  placementProblems?(pod: PodRequirements): readonly string[];
}

/** A cluster that node pools can be put into. */
export interface INodePoolCluster extends ICluster {
  /** `projects/P/locations/L/clusters/NAME`, or a reference that resolves to it. */
  readonly clusterId: string;

  /** Service account of the nodes, by its address, or a reference that resolves to it. */
  readonly nodeServiceAccountEmail: string;

  /** The part of the address before the `@`, known at synth. */
  readonly nodeServiceAccountName: string;

  /** Zones of nodes whose pool names none; GKE chooses three of the region when it is empty. */
  readonly nodeZones: readonly string[];

  /** Pods a node may run when its pool does not say. */
  readonly maxPodsPerNode: number;

  /** Pools that were put into the cluster here. */
  readonly nodePools: NodePools;
}
