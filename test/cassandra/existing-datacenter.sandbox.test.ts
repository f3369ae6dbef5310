import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { CassandraRing, type ExistingDatacenter } from '../../lib/cassandra';
import { Project } from '../../lib/core/project';
import { Network } from '../../lib/network';
import { Sandbox } from '../../lib/sandbox';
import { describeWithTerraform } from '../support/terraform';
import { Authority } from './authority';

const REGION = 'europe-west1';

function ring(joins?: ExistingDatacenter): TerraformStack {
  const stack = new TerraformStack(new App(), 'migration');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: REGION });
  const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
  const network = new Network(stack, 'Network', { project, region: REGION, name: 'parking', dataRange: '10.10.8.0/24' });
  new CassandraRing(stack, 'Cassandra', {
    ...{ network, joins, clusterName: 'parking', alerts: false, replicationFactor: 1 },
    nodes: { b: { zone: `${REGION}-b`, address: '10.10.8.11' } },
  });
  return stack;
}

describeWithTerraform('a ring that joins another data center', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });
  afterEach(() => sandbox.stop());

  test('is on its own again by two firewall rules less and another script in place', async () => {
    const joins = {
      ...{ datacenter: 'dc1', seeds: ['10.16.3.9'], ranges: ['10.16.0.0/16'] },
      certificateAuthority: new Authority().certificate,
    };
    await sandbox.apply(ring(joins));
    expect((await sandbox.plan(ring(joins))).changes).toEqual([]);
    const removal = (await sandbox.plan(ring())).changes.map(({ address, action }) => `${action} ${address.replace(/_\w{8}$/, '')}`);
    expect(removal.sort()).toEqual([
      'delete google_compute_firewall.Cassandra_ExistingDatacenter_From-cassandra-tcp-7000_FirewallEgress',
      'delete google_compute_firewall.Cassandra_From-cassandra-existing-datacenter-tcp-7000_Firewall',
      'update google_compute_instance.Cassandra_b',
    ]);
    await sandbox.apply(ring());
    expect((await sandbox.plan(ring())).changes).toEqual([]);
  });
});
