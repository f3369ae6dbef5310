import { Construct } from 'constructs';
import type { ICluster } from '../cluster/cluster-reference';
import { orderAfter } from '../core/ordering';
import { Owners } from '../core/owners';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { denyByDefault } from './namespace-policies';

const owners = new Owners<DefaultNamespace>();

/** Properties for `DefaultNamespace`. */
export interface DefaultNamespaceProps {
  /** Cluster of the namespace. */
  readonly cluster: ICluster;
}

/**
 * Default-deny NetworkPolicy for the namespace `default` of a cluster.
 *
 * @remarks
 * Pods that are created in `default` by mistake have neither ingress nor egress. A cluster can have one `DefaultNamespace`.
 *
 * @example
 * ```ts
 * new DefaultNamespace(stack, 'DefaultNamespace', { cluster });
 * ```
 */
export class DefaultNamespace extends Construct {
  constructor(scope: Construct, id: string, props: DefaultNamespaceProps) {
    super(scope, id);
    requireProps(this, 'DefaultNamespaceProps', props);

    const { cluster } = props;
    const { project, location, clusterName } = cluster;
    const owner = owners.claim(this.node.root, `${project.projectId}/${location}/${clusterName}`, () => this);
    if (owner !== this) {
      throw new ValidationError(this, `'cluster' must have one DefaultNamespace, got ${cluster.node.path}, which has ${owner.node.path}`);
    }
    const policy = denyByDefault(this, { namespace: 'default', provider: cluster.kubernetesProvider });
    orderAfter(policy, () => cluster.workloadsReady());
    this.node.defaultChild = policy;
  }
}
