import { Construct } from 'constructs';
import type { ICluster } from '../cluster/cluster-reference';
import { orderAfter } from '../core/ordering';
import { Owners } from '../core/owners';
import { ValidationError } from '../core/validation-error';
import { denyByDefault } from './namespace-policies';

const owners = new Owners<DefaultNamespace>();

/** Properties for `DefaultNamespace`. */
export interface DefaultNamespaceProps {
  readonly cluster: ICluster;
}

/**
 * The namespace `default` of a cluster, closed: what lands there by mistake reaches nobody and is reached by nobody.
 *
 * A cluster takes one.
 */
export class DefaultNamespace extends Construct {
  constructor(scope: Construct, id: string, { cluster }: DefaultNamespaceProps) {
    super(scope, id);
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
