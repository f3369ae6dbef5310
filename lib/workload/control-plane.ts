import type { ICluster } from '../cluster/cluster-reference';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import type { Endpoint } from '../connectivity/endpoint';

/**
 * The control plane as a client of pods: it calls admission webhooks and aggregated APIs, at the port their pods listen on.
 *
 * With Private Service Connect its calls arrive from the konnectivity agents, pods of kube-system, so a NetworkPolicy
 * lets them in and no VPC rule is needed. With peering they arrive from the control plane's own range, and GKE lets it
 * pass to the nodes on ports 443 and 10250 only. The whole range counts: the endpoint is not where calls come from.
 */
export class ControlPlane extends Connectable {
  /** The one of a cluster. */
  public static of(cluster: ICluster): ControlPlane {
    return (cluster.node.tryFindChild('ControlPlane') as ControlPlane | undefined) ?? new ControlPlane(cluster);
  }

  public readonly connections: Connections;

  private constructor(cluster: ICluster) {
    super(cluster, 'ControlPlane');
    this.connections = new Connections(this, { endpoint: () => asEndpoint(cluster) });
  }
}

function asEndpoint(cluster: ICluster): Endpoint {
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
