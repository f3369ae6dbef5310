import { ComputeSubnetworkIamMember } from '@cdktf/provider-google/lib/compute-subnetwork-iam-member';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { type ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';
import type { INetwork, ISubnet } from './network-reference';

/** Returns true when a service project uses the network of another project, the host project. */
export function isSharedVpc(network: INetwork, project: IProject): boolean {
  return network.project.projectId !== project.projectId;
}

/**
 * Roles in the host project of a Shared VPC that GKE clusters of a service project need.
 *
 * Two service agents of the service project use the subnets: that of GKE, and that of Google APIs, which creates the nodes. The
 * agent of GKE acts in the host project through the GKE service agent there, which exists once the API is enabled there too.
 * They get no permission to create firewall rules: `PublicEndpoint` creates those of its load balancer.
 *
 * A stack has one for each service project, because deletion of a second grant of the same role and member would delete the
 * first one too.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc#enabling_and_granting_roles
 */
export class SharedVpcAccess extends Construct {
  /** Returns the grants between two projects, and creates them when they do not exist. */
  public static of(scope: Construct, host: IProject, service: IProject): SharedVpcAccess {
    const stack = TerraformStack.of(scope);
    const id = `SharedVpc-${host.projectId}-${service.projectId}`;
    return (stack.node.tryFindChild(id) as SharedVpcAccess | undefined) ?? new SharedVpcAccess(stack, id, host, service);
  }

  private readonly hostRole: ITerraformDependable;

  private constructor(
    stack: TerraformStack,
    id: string,
    private readonly host: IProject,
    private readonly service: IProject,
  ) {
    super(stack, id);
    this.hostRole = new ProjectIamMember(this, 'HostServiceAgentUser', {
      project: host.projectId,
      role: 'roles/container.hostServiceAgentUser',
      member: this.members.Gke,
      dependsOn: [
        ...this.enableAgents(),
        ...host.enable('container.googleapis.com'),
        ...host.enable('cloudresourcemanager.googleapis.com'),
      ],
    });
  }

  /**
   * Grants the service agents the use of a subnet. Repeating the call changes nothing.
   *
   * @returns dependencies of a cluster in the subnet
   */
  public grant({ region }: INetwork, { subnetName, subnetId }: ISubnet): ITerraformDependable[] {
    const grants = Object.entries(this.members).map(([agent, member]) => {
      const id = `${region}-${subnetName}-${agent}`;
      const existing = this.node.tryFindChild(id) as ComputeSubnetworkIamMember | undefined;
      return (
        existing ??
        new ComputeSubnetworkIamMember(this, id, {
          project: this.host.projectId,
          region,
          subnetwork: subnetId,
          role: 'roles/compute.networkUser',
          member,
          dependsOn: this.enableAgents(),
        })
      );
    });
    return [this.hostRole, ...grants];
  }

  private get members() {
    const { projectNumber } = this.service;
    return {
      Gke: `serviceAccount:service-${projectNumber}@container-engine-robot.iam.gserviceaccount.com`,
      GoogleApis: `serviceAccount:${projectNumber}@cloudservices.gserviceaccount.com`,
    };
  }

  /** Enables the APIs that create the service agents. IAM rejects members that do not exist. */
  private enableAgents(): ITerraformDependable[] {
    return [...this.service.enable('compute.googleapis.com'), ...this.service.enable('container.googleapis.com')];
  }
}
