import type { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { App } from 'cdktf';
import { production, staging } from '../../environments';
import { waive } from '../../lib/core/waiver';
import { findRing, RingSecrets, SecretManager } from '../../lib/operations';
import { type Applied, Sandbox } from '../../lib/sandbox';
import { EnvironmentStack, type EnvironmentStackProps } from '../../stacks/environment-stack';
import { DeployedSandbox } from '../support/deployed-sandbox';
import { describeWithTerraform } from '../support/terraform';
import { written } from '../support/written';

/** An environment as it is written down, but for what a test changes. */
function environment({ name, ...values }: typeof staging, changes: Partial<EnvironmentStackProps> = {}): EnvironmentStack {
  return new EnvironmentStack(new App(), name, { ...values, ...changes });
}

/** Values with which an environment can be destroyed. */
const UNPROTECTED = {
  deletionProtection: false,
  protectedAddresses: [],
  protectionExemptions: staging.protectedAddresses.map((address) => ({
    address,
    reason: 'the environment is taken down',
    owner: 'platform',
  })),
};

/** `gke-platform cassandra init-secrets staging`. */
async function initSecrets(sandbox: Sandbox): Promise<void> {
  const ring = findRing(written(environment(staging)));
  const store = new SecretManager({
    project: ring.project,
    region: ring.region,
    token: sandbox.environment.GOOGLE_OAUTH_ACCESS_TOKEN!,
    endpoint: sandbox.secrets.endpoint,
  });
  await new RingSecrets({ ring, store }).init();
}

describeWithTerraform('an environment', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });
  afterEach(() => sandbox.stop());

  test('production deploys, and then there is nothing to change', async () => {
    const applied = await sandbox.apply(environment(production));
    expect(applied.added).toBeGreaterThan(140);
    expect((await sandbox.plan(environment(production))).changes).toEqual([]);
    expect([...sandbox.genericTypes]).toEqual([]);
  });

  test.each([
    ['google_compute_subnetwork', false],
    ['kubernetes_deployment_v1', false],
    ['google_container_node_pool', true],
    ['helm_release', true],
  ])('a deploy that fails at a %s (crash: %p) is finished by the next one', async (type, crash) => {
    sandbox.inject({ type, operation: 'create', nth: 2, crash });
    await expect(sandbox.apply(environment(staging))).rejects.toThrow();
    await sandbox.apply(environment(staging));
    expect((await sandbox.plan(environment(staging))).changes).toEqual([]);
  });

  /** Deploy that leaves a protected disk tainted: it is created, but its creation is reported as failed. */
  async function taintedDisk(): Promise<void> {
    sandbox.inject({ type: 'google_compute_disk', operation: 'create', when: 'after' });
    await expect(sandbox.apply(environment(staging))).rejects.toThrow('google_compute_disk');
    await expect(sandbox.plan(environment(staging))).rejects.toThrow('Instance cannot be destroyed');
  }

  test('a protected disk whose creation failed is tainted: an exemption allows its replacement', async () => {
    await taintedDisk();
    await sandbox.apply(environment(staging, UNPROTECTED));
    await sandbox.apply(environment(staging));
    expect((await sandbox.plan(environment(staging))).changes).toEqual([]);
    expect(sandbox.cloud.list('google_compute_disk')).toHaveLength(3);
  });

  test('a protected disk whose creation failed is tainted: untaint keeps it', async () => {
    await taintedDisk();

    const stack = environment(staging);
    const tainted = JSON.parse(await sandbox.terraform(stack, ['show', '-json'])).values.root_module.resources.find(
      (resource: { tainted?: boolean }) => resource.tainted,
    );
    await sandbox.terraform(stack, ['untaint', tainted.address]);
    await sandbox.apply(environment(staging));
    expect((await sandbox.plan(environment(staging))).changes).toEqual([]);
  });
});

describeWithTerraform('a deployed environment', () => {
  let deployed: DeployedSandbox;
  let applied: Applied;
  let genericTypes: readonly string[];
  beforeAll(async () => {
    deployed = await DeployedSandbox.make(async (first) => {
      await initSecrets(first);
      applied = await first.apply(environment(staging));
      genericTypes = [...first.genericTypes];
    });
  });
  afterAll(() => deployed?.remove());

  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await deployed.copy();
  });
  afterEach(() => sandbox?.stop());

  test('staging deploys, and then there is nothing to change', async () => {
    expect(applied.added).toBeGreaterThan(140);
    expect((await sandbox.plan(environment(staging))).changes).toEqual([]);
    expect([...genericTypes, ...sandbox.genericTypes]).toEqual([]);
  });

  test('a larger machine type of the ring updates the VM instances in place', async () => {
    const plan = await sandbox.plan(environment(staging, { cassandraMachineType: 'n2-standard-4' }));
    expect(plan.replaces.concat(plan.deletes, plan.creates)).toEqual([]);
    expect(plan.changes.map((change) => [change.type, change.changes])).toEqual(
      Array(3).fill(['google_compute_instance', ['machine_type']]),
    );
  });

  test('a setting of Cassandra updates only the metadata of each node in place', async () => {
    const plan = await sandbox.plan(environment(staging, { cassandraSettings: { concurrent_reads: 64 } }));
    expect(plan.changes.map(({ type, action, changes }) => [type, action, changes])).toEqual(
      Array(3).fill(['google_compute_instance', 'update', ['metadata', 'metadata_fingerprint']]),
    );
  });

  test('keys and passwords of the ring are neither in state, metadata nor synthesized JSON', async () => {
    const synthesized = written(environment(staging));
    const state = await sandbox.terraform(environment(staging), ['state', 'pull']);
    const metadata = sandbox.cloud.list('google_compute_instance');
    expect(state).toContain('staging-cassandra-superuser');

    const values = sandbox.secrets.names.map((name) => sandbox.secrets.read(name)!);
    expect(values.length).toBeGreaterThanOrEqual(6);
    // A line of each key's own: the certificates' first lines are the same in all of them.
    const telling = values.map((value) => value.split('\n').find((line) => line.length > 20 && !line.startsWith('-----'))!);
    for (const text of [state, JSON.stringify(metadata), JSON.stringify(synthesized)]) {
      expect(telling.filter((line) => text.includes(line))).toEqual([]);
    }
  });

  test('a change that would replace the cluster is refused', async () => {
    const stack = environment(staging);
    const cluster = stack.node.findChild('Cluster').node.defaultChild as ContainerCluster;
    cluster.addOverride('datapath_provider', 'LEGACY_DATAPATH');
    waive(cluster, { rule: 'cluster-network-policy', reason: 'to plan it with Terraform', owner: 'the test' });
    await expect(sandbox.plan(stack)).rejects.toThrow(/Instance cannot be destroyed[\s\S]*google_container_cluster\.Cluster_EB0386A7/);
  });

  test('another machine type keeps the node pool; spot VMs are a new pool, created before the old one is destroyed', async () => {
    const larger = await sandbox.plan(environment(staging, { appsMachineType: 'e2-standard-8' }));
    expect(larger.changes.map(({ address, action }) => [address, action])).toEqual([
      [expect.stringMatching('google_container_node_pool.Cluster_Apps'), 'update'],
    ]);

    const onDemand = () => environment(staging, { batchSpot: false });
    const rotation = await sandbox.plan(onDemand());
    expect(rotation.changes).toEqual([expect.objectContaining({ action: 'replace', createsFirst: true })]);
    await sandbox.apply(onDemand());
    expect(sandbox.cloud.list('google_container_node_pool')).toHaveLength(2);
  });

  test('a namespace that is not enabled loses its workloads, and nothing else changes', async () => {
    const plan = await sandbox.plan(environment(staging, { apps: { ...staging.apps, switchedOff: ['billing'] } }));
    expect(plan.changes.map(({ action, type }) => [action, type]).sort()).toEqual([
      ['delete', 'kubernetes_deployment_v1'],
      ['delete', 'kubernetes_horizontal_pod_autoscaler_v2'],
      ['delete', 'kubernetes_pod_disruption_budget_v1'],
      ['delete', 'kubernetes_service_v1'],
    ]);
    for (const { address } of plan.changes) expect(address).toContain('Apps_Billing_');
  });

  test('it is destroyed in two steps: protection first, then all resources', async () => {
    await expect(sandbox.destroy(environment(staging))).rejects.toThrow('Instance cannot be destroyed');

    const unprotected = await sandbox.apply(environment(staging, UNPROTECTED));
    expect(unprotected).toMatchObject({ added: 0, destroyed: 0 });
    const destroyed = await sandbox.destroy(environment(staging, UNPROTECTED));
    expect(destroyed.destroyed).toBeGreaterThan(140);
    expect(sandbox.cloud.list('google_compute_disk')).toEqual([]);
    expect(sandbox.cloud.list('google_compute_snapshot')).toHaveLength(3);
  });
});
