import { Sandbox } from '../../lib/sandbox';
import { describeWithTerraform } from '../support/terraform';
import { GrantsStack, HostStack, PROJECT_NUMBERS, ServiceStack } from './shared-vpc-stacks';

describeWithTerraform('a Shared VPC', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await Sandbox.start({ projectNumbers: PROJECT_NUMBERS });
  });

  afterEach(() => sandbox.stop());

  test('has the network in the host project, and cluster, workload and ring in the service project', async () => {
    await sandbox.apply(new HostStack());
    await sandbox.apply(new ServiceStack());

    expect((await sandbox.plan(new ServiceStack())).changes).toEqual([]);
    expect((await sandbox.plan(new HostStack())).changes).toEqual([]);
    const clusters = sandbox.cloud.list('google_container_cluster').map(({ identity }) => identity);
    expect(clusters).toEqual(['projects/parking-service/locations/europe-west1/clusters/parking']);
    const [vm] = sandbox.cloud.list('google_compute_instance');
    expect(vm).toMatchObject({ identity: 'projects/parking-service/zones/europe-west1-b/instances/service-cassandra-b' });
    expect(vm?.text('network_interface.subnetwork_project')).toBe('parking-host');
    expect(sandbox.cloud.list('google_compute_address').map((address) => address.text('address'))).toEqual([
      expect.stringMatching(/^10\.0\.16\./),
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['google_project_iam_member', 'hostServiceAgentUser', /required\s+"container\.hostServiceAgent\.use"/],
    ['google_compute_subnetwork_iam_member', 'container-engine-robot', /Required\s+'compute\.subnetworks\.get'/],
    ['google_compute_subnetwork_iam_member', 'cloudservices', /Required\s+'compute\.subnetworks\.use'/],
  ])('refuses a cluster without the %s of %s', async (type, grant, message) => {
    await sandbox.apply(new HostStack());
    await sandbox.apply(new GrantsStack());
    const found = sandbox.cloud.list(type).find(({ identity }) => identity.includes(grant));
    sandbox.cloud.remove(type, found?.identity ?? '');
    await expect(sandbox.apply(new ServiceStack({ sharedVpcGrants: false }))).rejects.toThrow(message);
  });
});
