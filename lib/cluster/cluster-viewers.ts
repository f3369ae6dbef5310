import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { Lazy, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { Owners } from '../core/owners';
import type { IProject } from '../core/project';

/**
 * Smallest predefined role that reaches a cluster: `container.clusters.get` for `gcloud container clusters
 * get-credentials`, and `container.clusters.connect` for the DNS endpoint. It has no permission on Kubernetes objects,
 * which `roles/container.viewer` and larger roles have in all namespaces: IAM admits a request before RBAC is asked.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/iam#container.clusterViewer
 */
const CLUSTER_VIEWER = 'roles/container.clusterViewer';

const owners = new Owners<ClusterViewers>();

/**
 * Members that may connect to a cluster. The grant is on the project, since GKE has no policy of a single cluster.
 *
 * One resource in a stack for each project, with an instance for each member: two resources for one member would remove each
 * other's grant.
 */
export class ClusterViewers extends Construct {
  /** Returns those of the cluster's project, which the first cluster of a stack makes. */
  public static of(cluster: Construct, project: IProject): ClusterViewers {
    return owners.claim(TerraformStack.of(cluster), project.projectId, () => new ClusterViewers(cluster, 'Viewers', project));
  }

  private readonly members = new Set<string>();

  private constructor(
    scope: Construct,
    id: string,
    private readonly project: IProject,
  ) {
    super(scope, id);
  }

  public add(member: string): void {
    this.members.add(member);
    if (this.node.defaultChild) return;

    const grants = new ProjectIamMember(this, 'Resource', {
      project: this.project.projectId,
      role: CLUSTER_VIEWER,
      member: `\${each.key}`,
      dependsOn: this.project.enable('cloudresourcemanager.googleapis.com'),
    });
    // An iterator of cdktf takes no list that is still growing.
    grants.addOverride('for_each', Lazy.stringValue({ produce: () => `\${toset(${JSON.stringify([...this.members].sort())})}` }));
  }
}
