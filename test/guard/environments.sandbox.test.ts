import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork';
import type { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { Release } from '@cdktf/provider-helm/lib/release';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { environments, staging } from '../../environments';
import { waive } from '../../lib/core/waiver';
import { type GuardReport, guard, type Verdict } from '../../lib/guard';
import { Sandbox } from '../../lib/sandbox';
import { EnvironmentStack, type EnvironmentStackProps } from '../../stacks/environment-stack';
import { Synthesized } from '../support/synthesized';
import { describeWithTerraform } from '../support/terraform';

function environment({ name, ...values }: typeof staging, changes: Partial<EnvironmentStackProps> = {}): EnvironmentStack {
  return new EnvironmentStack(new App(), name, { ...values, ...changes });
}

/** Report of the guard on the plan of a stack, with both configurations. */
async function report(sandbox: Sandbox, stack: TerraformStack, base?: TerraformStack): Promise<GuardReport> {
  const { json } = await sandbox.plan(stack);
  return guard(json, {
    synthesized: Synthesized.from(stack).json,
    base: base && Synthesized.from(base).json,
  });
}

const refused = ({ verdicts }: GuardReport): string[] =>
  verdicts.filter(({ severity }) => severity === 'refuse').map(({ rule, constructPath, action }) => `${rule}: ${action} ${constructPath}`);

describeWithTerraform('the guard, on an environment', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.start();
  });
  afterAll(() => sandbox.stop());

  const guarded = (changes: Partial<EnvironmentStackProps>): Promise<GuardReport> =>
    report(sandbox, environment(staging, changes), environment(staging));

  test.each(environments)('accepts the first deploy of $name', async (values) => {
    const first = await report(sandbox, environment(values));
    expect(first).toMatchObject({ isRefused: false, verdicts: [{ rule: 'public-address', severity: 'warn' }] });
  });

  test('reports the impact of changes of a deployed environment', async () => {
    await sandbox.apply(environment(staging));

    expect(await guarded({})).toEqual({ verdicts: [], acknowledgements: [], isRefused: false });
    expect(refused(await guarded({ snapshotRetentionDays: 5 }))).toEqual(['backup-weakened: update Snapshots']);
    expect(await guarded({ appsMachineType: 'e2-standard-8' })).toMatchObject({ isRefused: false, verdicts: [{ rule: 'pool-rolls' }] });

    // The batch pool is empty, the other one is not; its name follows what an escape hatch changes.
    expect(await guarded({ batchSpot: false })).toMatchObject({ isRefused: false, verdicts: [{ rule: 'pool-deleted', severity: 'warn' }] });
    const accelerated = environment(staging);
    const apps = accelerated.node.findChild('Cluster').node.findChild('Apps').node.defaultChild as ContainerNodePool;
    apps.addOverride('node_config.guest_accelerator', [{ type: 'nvidia-l4', count: 1 }]);
    expect(refused(await report(sandbox, accelerated))).toEqual(['pool-deleted: replace Cluster / Apps']);

    expect((await guarded({ snapshotRetentionDays: 14, apps: { ...staging.apps, version: '6.7.2' } })).isRefused).toBe(false);

    for (const range of [{ podRange: '10.32.0.0/16' }, { serviceRange: '10.12.0.0/20' }]) {
      expect(refused(await guarded(range))).toContainEqual(expect.stringMatching(/^range-changed: update Network/));
    }

    const ring = await guarded({ cassandraMachineType: 'n2-standard-4' });
    expect(refused(ring)).toEqual([
      ...['b', 'c', 'd'].map((node) => `ring-disrupted: update Cassandra / ${node}`),
      ...['b', 'c', 'd'].map((node) => `stop-not-allowed: update Cassandra / ${node}`),
    ]);
    expect(ring.verdicts[0]!.reason).toContain('3 of 3 nodes at once, in 3 zones, 3 of 3 seeds');

    const opened = environment(staging);
    const rules = opened.node
      .findAll()
      .filter((node) => (node as Partial<ComputeFirewall>).terraformResourceType === 'google_compute_firewall');
    const cql = (rules as ComputeFirewall[]).find(
      (rule) => JSON.stringify(rule.toTerraform()).includes('"9042"') && rule.directionInput !== 'EGRESS',
    )!;
    cql.addOverride('source_ranges', ['0.0.0.0/0']);
    waive(cql, { rule: 'firewall-open-to-internet', reason: 'to evaluate it with the guard', owner: 'the test' });
    expect(refused(await report(sandbox, opened))).toEqual([expect.stringMatching(/^firewall-opened: update /)]);

    const unprotected = await guarded({
      deletionProtection: false,
      protectedAddresses: [],
      protectionExemptions: staging.protectedAddresses.map((address) => ({
        address,
        reason: 'the environment is taken down',
        owner: 'platform',
      })),
    });
    expect(refused(unprotected)).toContain('prevent-destroy-lost: no-op Cassandra / b / Disk');
    expect(refused(unprotected)).toContain('protection-switched-off: update Cluster');

    // Without the guard the cloud refuses the same.
    await expect(sandbox.apply(environment(staging, { podRange: '10.32.0.0/16' }))).rejects.toThrow(/is\s+in\s+use\s+by/);
  });

  test('refuses other service accounts for several nodes of a ring at once, and accepts one for one node', async () => {
    await sandbox.apply(environment(staging));
    const { b, ...others } = staging.cassandraNodes;
    const shared = { sharedServiceAccount: true, allowStoppingForUpdate: true };
    const together = { ...staging.cassandraNodes, b: { ...b!, ...shared }, c: { ...others.c!, sharedServiceAccount: true } };
    expect(refused(await guarded({ cassandraNodes: together }))).toEqual([
      'ring-disrupted: update Cassandra / b',
      'ring-disrupted: update Cassandra / c',
      'stop-not-allowed: update Cassandra / c',
    ]);
    const one = await guarded({ cassandraNodes: { ...others, b: { ...b!, ...shared } } });
    expect(one.isRefused).toBe(false);
    expect(new Set(one.verdicts.map(({ rule }) => rule))).toEqual(new Set(['ring-disrupted', 'service-stopped']));
    expect(one.verdicts[0]!.reason).toContain('node b of ring staging-cassandra is stopped to change service_account');
  });
});

/** Resources of a past incident: a namespace, a chart with the CRDs of a database, and a disk. */
class Story extends TerraformStack {
  constructor(left: { namespace?: boolean; chart?: boolean; disk?: boolean; diskSize?: number } = {}) {
    super(new App(), 'story');
    const { namespace = true, chart = true, disk = true, diskSize = 100 } = left;
    new GcsBackend(this, { bucket: 'states', prefix: 'story' });
    new GoogleProvider(this, 'google', { project: 'parking-staging', region: 'europe-west1', zone: 'europe-west1-b' });
    new KubernetesProvider(this, 'kubernetes', { host: 'https://cluster.example' });
    new HelmProvider(this, 'helm', { kubernetes: { host: 'https://cluster.example' } });
    const labels = { app: 'parking' };
    if (namespace) {
      const parking = new NamespaceV1(this, 'Parking', { metadata: { name: 'parking' } });
      new DeploymentV1(this, 'Sessions', {
        metadata: { name: 'sessions', namespace: parking.metadata.name },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { container: [{ name: 'main', image: 'web' }] } },
        },
      });
    }
    if (chart) {
      new Release(this, 'Operator', {
        name: 'k8ssandra-operator',
        repository: 'https://helm.k8ssandra.io/stable',
        chart: 'k8ssandra-operator',
        version: '1.20.2',
        namespace: 'k8ssandra',
        createNamespace: true,
      });
    }
    if (disk) new ComputeDisk(this, 'Data', { name: 'data', size: diskSize, type: 'pd-ssd', zone: 'europe-west1-b' });
  }
}

describeWithTerraform('the guard, on what the story lost', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.start({ enabledApis: 'all' });
    await sandbox.apply(new Story());
  });
  afterAll(() => sandbox.stop());

  const said = async (...args: ConstructorParameters<typeof Story>): Promise<Verdict[]> =>
    (await report(sandbox, new Story(...args), new Story())).verdicts.filter(({ severity }) => severity === 'refuse');

  test('reports a deleted namespace with its contents', async () => {
    expect(await said({ namespace: false })).toEqual([
      expect.objectContaining({
        rule: 'namespace-destroyed',
        action: 'delete',
        constructPath: 'Parking',
        reason: expect.stringContaining('its block was removed from the configuration'),
        impact: expect.stringContaining('deployment sessions'),
      }),
    ]);
  });

  test('reports the CRDs that are deleted with a chart', async () => {
    expect(await said({ chart: false })).toEqual([
      expect.objectContaining({
        rule: 'crd-destroyed',
        constructPath: 'Operator',
        impact: expect.stringContaining('volumes with their data'),
      }),
    ]);
  });

  test('refuses the deletion and the shrinking of a disk, and accepts its growth', async () => {
    expect(await said({ disk: false })).toEqual([expect.objectContaining({ rule: 'stateful-destroyed', constructPath: 'Data' })]);
    expect((await said({ diskSize: 50 })).map(({ rule, action }) => `${rule} ${action}`)).toEqual([
      'disk-shrinks replace',
      'stateful-destroyed replace',
    ]);
    expect(await said({ diskSize: 200 })).toEqual([]);
  });

  test('an acknowledgement accepts the deletion of its disk only', async () => {
    const { json } = await sandbox.plan(new Story({ disk: false, chart: false }));
    const [disk] = guard(json).verdicts.filter(({ rule }) => rule === 'stateful-destroyed');
    const acknowledgements = [{ rule: disk!.rule, address: disk!.address, action: disk!.action, reason: 'copied', expires: '2999-12-31' }];
    const rest = guard(json, { acknowledgements });
    expect(rest.verdicts.map(({ rule, acknowledgedBy }) => [rule, acknowledgedBy?.reason])).toEqual([
      ['crd-destroyed', undefined],
      ['stateful-destroyed', 'copied'],
    ]);
    expect(rest.isRefused).toBe(true);
  });
});

/** VM instance with a public address, and the firewall rule that admits its clients. */
function open(from: string[]): TerraformStack {
  const stack = new TerraformStack(new App(), 'open');
  new GcsBackend(stack, { bucket: 'states', prefix: 'open' });
  new GoogleProvider(stack, 'google', { project: 'parking-staging', region: 'europe-west1', zone: 'europe-west1-b' });
  const network = new ComputeNetwork(stack, 'Network', { name: 'main', autoCreateSubnetworks: false });
  const subnetwork = new ComputeSubnetwork(stack, 'Data', { name: 'data', network: network.id, ipCidrRange: '10.0.0.0/24' });
  new ComputeInstance(stack, 'Ring', {
    name: 'ring',
    machineType: 'n2-standard-2',
    bootDisk: { initializeParams: { image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20251014' } },
    networkInterface: [{ subnetwork: subnetwork.id, accessConfig: [{}] }],
  });
  new ComputeFirewall(stack, 'Cql', {
    name: 'cql',
    network: network.id,
    sourceRanges: from,
    allow: [{ protocol: 'tcp', ports: ['9042'] }],
  });
  return stack;
}

describeWithTerraform('the guard, on reachability', () => {
  test('refuses new exposure to the internet, and accepts exposure that existed before', async () => {
    const sandbox = await Sandbox.start({ enabledApis: 'all' });
    try {
      await sandbox.apply(open(['10.0.0.0/24']));
      expect((await report(sandbox, open(['10.0.0.0/16']))).verdicts).toEqual([]);
      expect((await report(sandbox, open(['0.0.0.0/0']))).verdicts).toContainEqual(
        expect.objectContaining({
          rule: 'newly-reachable',
          severity: 'refuse',
          address: 'internet -> ring at 9042',
          reason: 'internet newly reaches ring at 9042',
        }),
      );
      await sandbox.apply(open(['0.0.0.0/0']));
      expect((await report(sandbox, open(['0.0.0.0/0', '10.0.0.0/16']))).verdicts).toEqual([]);
    } finally {
      await sandbox.stop();
    }
  });
});
