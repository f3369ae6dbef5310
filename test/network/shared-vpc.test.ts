import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeSubnetworkIamMember } from '@cdktf/provider-google/lib/compute-subnetwork-iam-member';
import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { SnapshotSchedule } from '../../lib/cassandra';
import { ControlPlaneAccess, PrivateCluster } from '../../lib/cluster';
import { Reachability, Synthesized } from '../../lib/testing';
import { HOST, SERVICE, ServiceStack } from './shared-vpc-stacks';

const GKE = `serviceAccount:service-${SERVICE.projectNumber}@container-engine-robot.iam.gserviceaccount.com`;
const GOOGLE_APIS = `serviceAccount:${SERVICE.projectNumber}@cloudservices.gserviceaccount.com`;

/** Types of a stack's resources in a project. */
function typesIn(project: string, { json }: Synthesized): string[] {
  const types = Object.entries<Record<string, { project?: string }>>(json.resource);
  return types.flatMap(([type, resources]) => (Object.values(resources).some((each) => each.project === project) ? [type] : [])).sort();
}

test('only firewall rules and grants are in the host project', () => {
  const synthesized = Synthesized.from(new ServiceStack());
  expect(typesIn(HOST.projectId, synthesized)).toEqual([
    'google_compute_firewall',
    'google_compute_subnetwork_iam_member',
    'google_project_iam_member',
  ]);
  expect(typesIn(SERVICE.projectId, synthesized)).toEqual([
    'google_compute_address',
    'google_compute_disk',
    'google_compute_disk_resource_policy_attachment',
    'google_compute_global_address',
    'google_compute_instance',
    'google_compute_managed_ssl_certificate',
    'google_compute_resource_policy',
    'google_compute_ssl_policy',
    'google_container_cluster',
    'google_container_node_pool',
    'google_logging_metric',
    'google_monitoring_alert_policy',
    'google_monitoring_dashboard',
    'google_project_iam_member',
    'google_project_service',
    'google_service_account',
  ]);
});

test('the service agents of GKE and Google APIs can use the subnet, and that of GKE can use the agent of the host project', () => {
  const synthesized = Synthesized.from(new ServiceStack());
  const grants = synthesized.list(ComputeSubnetworkIamMember);
  expect(grants.map(({ project, region, subnetwork, role, member }) => ({ project, region, subnetwork, role, member }))).toEqual(
    [GKE, GOOGLE_APIS].map((member) => ({
      project: HOST.projectId,
      region: 'europe-west1',
      subnetwork: 'projects/parking-host/regions/europe-west1/subnetworks/shared-nodes',
      role: 'roles/compute.networkUser',
      member,
    })),
  );
  // IAM refuses an agent that no API has made yet.
  for (const grant of grants) {
    expect(grant.depends_on).toEqual([
      expect.stringMatching(/^google_project_service\.Project_compute_/),
      expect.stringMatching(/^google_project_service\.Project_container_/),
    ]);
  }
  expect(synthesized.list(ProjectIamMember).filter(({ project }) => project === HOST.projectId)).toEqual([
    expect.objectContaining({ role: 'roles/container.hostServiceAgentUser', member: GKE }),
  ]);
  expect(synthesized.only(ContainerCluster).depends_on).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^google_compute_subnetwork_iam_member\..*shared-nodes-Gke/),
      expect.stringMatching(/^google_compute_subnetwork_iam_member\..*shared-nodes-GoogleApis/),
      expect.stringMatching(/^google_project_iam_member\..*HostServiceAgentUser/),
      expect.stringMatching(/^google_project_service\.Project_compute_/),
    ]),
  );
});

test('the cluster uses the shared subnet and its ranges, and identities of the service project', () => {
  const stack = new ServiceStack();
  const synthesized = Synthesized.from(stack);
  expect(synthesized.only(ContainerCluster)).toMatchObject({
    project: SERVICE.projectId,
    network: 'projects/parking-host/global/networks/shared',
    subnetwork: 'projects/parking-host/regions/europe-west1/subnetworks/shared-nodes',
    ip_allocation_policy: { cluster_secondary_range_name: 'pods', services_secondary_range_name: 'services' },
    workload_identity_config: { workload_pool: 'parking-service.svc.id.goog' },
  });
  expect(synthesized.at('Namespace/Role-pubsub.publisher', ProjectIamMember)).toMatchObject({
    project: SERVICE.projectId,
    member: expect.stringContaining(`projects/${SERVICE.projectNumber}/`),
  });
});

test('two clusters share the grants', () => {
  const stack = new ServiceStack();
  const { project } = stack;
  const network = stack.withControlPlaneSubnet();
  new PrivateCluster(stack, 'Second', { network, project }).addNodePool('Apps', { maxNodes: 3 });
  const synthesized = Synthesized.from(stack);
  expect(synthesized.list(ComputeSubnetworkIamMember)).toHaveLength(2);
  expect(synthesized.list(ProjectIamMember).filter((grant) => grant.project === HOST.projectId)).toHaveLength(1);
});

test('nothing is granted with sharedVpcGrants false, or in a network of the same project', () => {
  const stack = new ServiceStack({ sharedVpcGrants: false });
  const { network } = stack;
  new PrivateCluster(stack, 'OfTheHost', { network }).addNodePool('Apps', { maxNodes: 3 });
  const synthesized = Synthesized.from(stack);
  expect(synthesized.list(ComputeSubnetworkIamMember)).toEqual([]);
  expect(synthesized.list(ProjectIamMember).filter(({ role }) => role === 'roles/container.hostServiceAgentUser')).toEqual([]);
});

test('nodes have a network tag with a hash of the project, which firewall rules of the host project use', () => {
  const stack = new ServiceStack();
  const { network, project } = stack;
  const imported = PrivateCluster.fromName(stack, 'Imported', { network, project, name: 'parking', endpoint: 'gke-1.example' });
  expect(stack.cluster.nodeTag).toMatch(/^gke-parking-[0-9a-f]{8}$/);
  expect(imported).toMatchObject({
    nodeTag: stack.cluster.nodeTag,
    clusterId: 'projects/parking-service/locations/europe-west1/clusters/parking',
    workloadPool: 'parking-service.svc.id.goog',
    nodeServiceAccountEmail: 'parking-nodes@parking-service.iam.gserviceaccount.com',
  });
  expect(Synthesized.from(stack).only(ContainerNodePool).node_config.tags).toEqual([stack.cluster.nodeTag]);
});

describe("Google's load balancers", () => {
  test('are allowed to the nodes by a firewall rule of the host project, where GKE cannot create one', () => {
    const stack = new ServiceStack();
    const rules = Synthesized.from(stack).list(ComputeFirewall);
    expect(rules.filter(({ source_ranges }) => source_ranges?.includes('130.211.0.0/22'))).toEqual([
      expect.objectContaining({
        project: HOST.projectId,
        network: 'projects/parking-host/global/networks/shared',
        source_ranges: ['130.211.0.0/22', '35.191.0.0/16'],
        target_tags: [stack.cluster.nodeTag],
        allow: [{ protocol: 'tcp', ports: ['9898'] }],
      }),
    ]);
  });

  test('reach pods by that rule, and not by one that GKE creates in a network of the cluster', () => {
    const stack = new ServiceStack();
    Reachability.from(stack).expectAllowed('api.example.com', 'gateway', 9898);

    const without = new ServiceStack();
    const rule = without.node.findAll().find((each) => each instanceof ComputeFirewall && each.node.path.includes('google-load-balancers'));
    if (!rule) throw new Error('there must be a rule to take away');
    rule.node.scope?.node.tryRemoveChild(rule.node.id);
    // The host project may have a rule of its own.
    expect(() => Reachability.from(without).expectAllowed('api.example.com', 'gateway', 9898)).toThrow(
      'no firewall rule of this stack allows api.example.com (130.211.0.0/22, 35.191.0.0/16) to gateway at tcp/9898',
    );
  });
});

test('pods reach the ring by the pod range of an imported network', () => {
  const reach = Reachability.from(new ServiceStack());
  reach.expectAllowed('gateway', 'cassandra-b', 9042);
  reach.expectOnlyFrom('gateway', 9898, ['api.example.com']);
});

test('the subnet of a private endpoint is granted too', () => {
  const stack = new ServiceStack();
  const { project } = stack;
  const network = stack.withControlPlaneSubnet();
  new PrivateCluster(stack, 'Private', {
    network,
    project,
    access: ControlPlaneAccess.privateIp({ authorizedRanges: { vpn: '10.200.0.0/16' } }),
  }).addNodePool('Apps', { maxNodes: 3 });
  const subnets = Synthesized.from(stack)
    .list(ComputeSubnetworkIamMember)
    .map(({ subnetwork }) => subnetwork);
  expect(subnets.filter((name) => name.endsWith('-control-plane'))).toHaveLength(2);
});

test('fails when a disk is on a schedule of another project', () => {
  const stack = new ServiceStack();
  const schedule = new SnapshotSchedule(stack, 'Schedule', { project: stack.network.project, region: 'europe-west1' });
  expect(() => schedule.protect(stack.ring.nodes.get('b')!.disk)).toThrow(
    "'disk' must be in the schedule's project (parking-host), got service/Cassandra/b/Disk in parking-service (at service/Schedule)",
  );
});
