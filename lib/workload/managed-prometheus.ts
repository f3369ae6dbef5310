import type { ICluster } from '../cluster/cluster-reference';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';

/** Namespace of the collectors, which GKE runs. */
export const PROMETHEUS_NAMESPACE = 'gmp-system';

/**
 * Collectors of Google Cloud Managed Service for Prometheus, as a client of connections.
 *
 * @remarks
 * By default a namespace allows their connections to all ports of its pods (`prometheusScraping`). To allow a single port,
 * disable `prometheusScraping` and allow the connection.
 *
 * @example
 * ```ts
 * billing.allowFrom(ManagedPrometheus.of(cluster), Port.tcp(9100));
 * ```
 */
export class ManagedPrometheus extends Connectable {
  /** Returns the collectors of a cluster. */
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
