import { ComputeSubnetworkIamMember } from '@cdktf/provider-google/lib/compute-subnetwork-iam-member';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { type ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';
import type { INetwork, ISubnet } from './network-reference';

/** Returns true when a project uses a network of another project: it is a service project, the network's is the host project. */
export function isSharedVpc(network: INetwork, project: IProject): boolean {
  return network.project.projectId !== project.projectId;
}

/**
 * Roles in the host project of a Shared VPC that GKE clusters of a service project need.
 *
 * Two service agents of the service project use the subnets: GKE's, and the one of Google APIs, which makes the nodes. GKE's acts in
 * the host project through the GKE service agent there, which exists once the API is enabled there too. Rights to write firewall rules are
 * not among them: a `PublicEndpoint` writes those of its load balancer itself.
 *
 * A stack has one for each service project: a second grant of the same role to the same member would take the first along when
 * it is deleted.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-shared-vpc#enabling_and_granting_roles
 */
export class SharedVpcAccess extends Construct {
  /** Returns the stack's grants between two projects, and makes them when they are not there yet. */
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
      dependsOn: [...this.agents(), ...host.enable('container.googleapis.com'), ...host.enable('cloudresourcemanager.googleapis.com')],
    });
  }

  /**
   * Lets the service agents use a subnet. Doing so twice changes nothing.
   *
   * @returns what a cluster in the subnet has to wait for
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
          dependsOn: this.agents(),
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

  /** APIs that make the service agents when they are enabled; IAM refuses members that do not exist. */
  private agents(): ITerraformDependable[] {
    return [...this.service.enable('compute.googleapis.com'), ...this.service.enable('container.googleapis.com')];
  }
}
