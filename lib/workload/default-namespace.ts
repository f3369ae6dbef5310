import { Construct } from 'constructs';
import type { ICluster } from '../cluster/cluster-reference';
import { orderAfter } from '../core/ordering';
import { denyByDefault } from './namespace-policies';

/** Properties for `DefaultNamespace`. */
export interface DefaultNamespaceProps {
  readonly cluster: ICluster;
}

/**
 * The namespace `default` of a cluster, closed: what lands there by mistake reaches nobody and is reached by nobody.
 *
 * One a cluster is enough.
 */
export class DefaultNamespace extends Construct {
  constructor(scope: Construct, id: string, { cluster }: DefaultNamespaceProps) {
    super(scope, id);
    const policy = denyByDefault(this, { namespace: 'default', provider: cluster.kubernetesProvider });
    orderAfter(policy, () => cluster.workloadsReady());
    this.node.defaultChild = policy;
  }
}
