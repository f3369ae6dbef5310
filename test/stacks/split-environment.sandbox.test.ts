import { App } from 'cdktf';
import { Sandbox } from '../../lib/sandbox';
import { AppsStack, DataStack, PlatformStack, type SplitEnvironmentProps } from '../../stacks/split-environment';
import { describeWithTerraform } from '../support/terraform';

const PROPS: SplitEnvironmentProps = {
  projectId: 'parking-staging',
  projectNumber: '210000000001',
  region: 'europe-west1',
  stateBucket: 'parking-staging-terraform-state',
  networkName: 'parking',
  clusterName: 'parking',
  nodeRange: '10.10.0.0/22',
  podRange: '10.16.0.0/16',
  serviceRange: '10.11.0.0/20',
  dataRange: '10.10.8.0/24',
  controlPlaneRange: '10.10.9.0/28',
  cassandraNodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
};

describeWithTerraform('an environment as three stacks', () => {
  test('stacks are deployed one after the other by name, and each can be planned before', async () => {
    const sandbox = await Sandbox.start({ projectNumbers: { [PROPS.projectId]: PROPS.projectNumber } });
    try {
      const platform = () => new PlatformStack(new App(), 'platform', PROPS);
      const data = () => new DataStack(new App(), 'data', PROPS);
      const apps = (clusterEndpoint: string) => new AppsStack(new App(), 'apps', { ...PROPS, clusterEndpoint });
      expect((await sandbox.plan(data())).creates.length).toBeGreaterThan(15);
      expect((await sandbox.plan(apps('not-known-yet.example'))).creates.length).toBeGreaterThan(10);

      await sandbox.apply(platform());
      const endpoint = sandbox.cloud
        .get('google_container_cluster', 'projects/parking-staging/locations/europe-west1/clusters/parking')!
        .text('control_plane_endpoints_config.dns_endpoint_config.endpoint');
      await sandbox.apply(data());
      await sandbox.apply(apps(endpoint));

      for (const stack of [platform(), data(), apps(endpoint)]) expect((await sandbox.plan(stack)).changes).toEqual([]);
    } finally {
      await sandbox.stop();
    }
  });
});
