import type { ICluster } from '../cluster/cluster-reference';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';

/** Namespace of its collectors, which GKE runs. */
export const PROMETHEUS_NAMESPACE = 'gmp-system';

/**
 * Managed Prometheus as a client: its collectors, which read metrics of pods.
 *
 * Namespaces let them in to every port of their pods (`prometheusScraping`). Where that is too much, switch it off and
 * name the one port: `workload.allowFrom(ManagedPrometheus.of(cluster), Port.tcp(9100))`.
 */
export class ManagedPrometheus extends Connectable {
  /** The one of a cluster. */
  public static of(cluster: ICluster): ManagedPrometheus {
    return (cluster.node.tryFindChild('ManagedPrometheus') as ManagedPrometheus | undefined) ?? new ManagedPrometheus(cluster);
  }

  public readonly connections: Connections;

  private constructor(cluster: ICluster) {
    super(cluster, 'ManagedPrometheus');
    this.connections = new Connections(this, {
      endpoint: () => ({
        kind: 'pods',
        namespaceName: PROMETHEUS_NAMESPACE,
        labels: {},
        unrestricted: true,
        network: cluster.network,
        nodeTag: cluster.nodeTag,
        kubernetesProvider: cluster.kubernetesProvider,
      }),
    });
  }
}
