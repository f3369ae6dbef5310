import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { type IResolveContext, Lazy, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { Owners } from '../core/owners';
import type { IProject } from '../core/project';
import { requireMatch } from '../core/require';

/**
 * Predefined role with the fewest permissions that can connect to a cluster: `container.clusters.get` for `gcloud container
 * clusters get-credentials`, and `container.clusters.connect` for the DNS endpoint. It has no permission on Kubernetes
 * objects; `roles/container.viewer` and larger roles have them in all namespaces, because IAM is evaluated before RBAC.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/iam#container.clusterViewer
 */
const CLUSTER_VIEWER = 'roles/container.clusterViewer';

/** Form of a member of IAM, without characters that end a quoted text of Terraform. */
const MEMBER = /^[A-Za-z]+:[^\s"\\$%{}]+$/;

const owners = new Owners<ClusterViewers>();

/**
 * Members that can connect to a cluster. The grant is on the project, because GKE has no IAM policy per cluster.
 *
 * A stack has one resource per project, with one instance per member: two resources for one member would remove each other's
 * grant.
 */
export class ClusterViewers extends Construct {
  /** Returns the viewers of the cluster's project. The first cluster of a stack creates them. */
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
    requireMatch(this, 'member', member, MEMBER, 'a member of IAM such as group:billing@example.com');
    this.members.add(member);
    if (this.node.defaultChild) return;

    const grants = new ProjectIamMember(this, 'Resource', {
      project: this.project.projectId,
      role: CLUSTER_VIEWER,
      member: `\${each.key}`,
      dependsOn: this.project.enable('cloudresourcemanager.googleapis.com'),
    });
    // Iterators of cdktf do not support a list that grows until synth.
    const produce = (context: IResolveContext): string => {
      const members = [...this.members].map((each): string => context.resolve(each));
      return `\${toset(${JSON.stringify(members.sort())})}`;
    };
    grants.addOverride('for_each', Lazy.stringValue({ produce }));
  }
}
