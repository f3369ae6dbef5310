import type { ICluster } from '../cluster/cluster-reference';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import type { Endpoint } from '../connectivity/endpoint';

/**
 * Control plane of a cluster, as a client of connections: it calls admission webhooks and aggregated APIs.
 *
 * @remarks
 * Allow the port that the pods listen on. With Private Service Connect, requests come from the konnectivity agents, which are
 * pods in kube-system: a NetworkPolicy allows them and no VPC firewall rule is needed. With VPC peering, requests come from any
 * address in the range of the control plane, and the firewall rule of GKE allows only the ports 443 and 10250 of nodes, so
 * another rule is created.
 *
 * @example
 * ```ts
 * billing.allowFrom(ControlPlane.of(cluster), { port: Port.tcp(9443), reason: 'admission webhook' });
 * ```
 */
export class ControlPlane extends Connectable {
  /** Returns the control plane of a cluster. */
  public static of(cluster: ICluster): ControlPlane {
    return (cluster.node.tryFindChild('ControlPlane') as ControlPlane | undefined) ?? new ControlPlane(cluster);
  }

  public readonly connections: Connections;

  private constructor(cluster: ICluster) {
    super(cluster, 'ControlPlane');
    this.connections = new Connections(this, { endpoint: () => resolveEndpoint(cluster) });
  }
}

function resolveEndpoint(cluster: ICluster): Endpoint {
  switch (cluster.controlPlaneKind) {
    case 'psc':
      return {
        kind: 'pods',
        namespaceName: 'kube-system',
        labels: { 'k8s-app': 'konnectivity-agent' },
        unrestricted: true,
        network: cluster.network,
        nodeTag: cluster.nodeTag,
        kubernetesProvider: cluster.kubernetesProvider,
      };
    case 'peering':
      return { kind: 'ranges', ranges: [cluster.controlPlaneRange!], throughVpc: true };
  }
}
