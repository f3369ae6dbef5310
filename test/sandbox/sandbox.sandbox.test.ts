import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessContextManagerAccessPolicy } from '@cdktf/provider-google/lib/access-context-manager-access-policy';
import { ComputeDisk, type ComputeDiskConfig } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance';
import { ComputeNetwork, type ComputeNetworkConfig } from '@cdktf/provider-google/lib/compute-network';
import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster';
import { DataGoogleClientConfig } from '@cdktf/provider-google/lib/data-google-client-config';
import { DataGoogleComputeNetwork } from '@cdktf/provider-google/lib/data-google-compute-network';
import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { FirestoreDatabase } from '@cdktf/provider-google/lib/firestore-database';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { RedisCluster } from '@cdktf/provider-google/lib/redis-cluster';
import { SqlDatabaseInstance } from '@cdktf/provider-google/lib/sql-database-instance';
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { Release } from '@cdktf/provider-helm/lib/release';
import { CsiDriverV1 } from '@cdktf/provider-kubernetes/lib/csi-driver-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { App, GcsBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { Sandbox } from '../../lib/sandbox';
import { describeWithTerraform } from '../support/terraform';

/** A stack with the Google provider and its state in a bucket. */
function stackOf(build: (stack: TerraformStack) => void, id = 'stack'): TerraformStack {
  const stack = new TerraformStack(new App(), id);
  new GcsBackend(stack, { bucket: 'states', prefix: id });
  new GoogleProvider(stack, 'google', { project: 'parking-staging', region: 'europe-west1', zone: 'europe-west1-b' });
  build(stack);
  return stack;
}

const network = (changes: Partial<ComputeNetworkConfig> = {}) =>
  stackOf((stack) => new ComputeNetwork(stack, 'Network', { name: 'main', ...changes }));

const disk = (changes: Partial<ComputeDiskConfig> = {}) =>
  stackOf((stack) => new ComputeDisk(stack, 'Disk', { name: 'data', size: 100, type: 'pd-ssd', ...changes }));

const disks = (...names: string[]) =>
  stackOf((stack) => {
    for (const name of names) new ComputeDisk(stack, name, { name, size: 10 });
  });

/** A cluster, and what is deployed into it by providers that know its address after apply. */
const cluster = () =>
  stackOf((stack) => {
    const gke = new ContainerCluster(stack, 'Cluster', {
      name: 'main',
      initialNodeCount: 1,
      deletionProtection: false,
      network: new ComputeNetwork(stack, 'Network', { name: 'main' }).selfLink,
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
    });
    const host = `https://${gke.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint}`;
    new KubernetesProvider(stack, 'kubernetes', { host });
    new HelmProvider(stack, 'helm', { kubernetes: { host } });
    const namespace = new NamespaceV1(stack, 'Search', { metadata: { name: 'search' } });
    new Release(stack, 'OpenSearch', {
      name: 'opensearch',
      repository: 'https://charts.example.com',
      chart: 'opensearch',
      namespace: namespace.metadata.name,
      set: [{ name: 'replicas', value: '3' }],
    });
  });

describeWithTerraform('the sandbox', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start({ enabledApis: 'all' });
  });
  afterEach(() => sandbox.stop());

  test('a stack deploys, a second plan is empty, and destroying removes all resources', async () => {
    const stack = cluster();
    const plan = await sandbox.plan(stack);
    expect(plan.creates).toHaveLength(4);

    expect(await sandbox.apply(stack)).toMatchObject({ added: 4, changed: 0, destroyed: 0 });
    expect((await sandbox.plan(stack)).isEmpty).toBe(true);
    expect(sandbox.cloud.types().sort()).toEqual([
      'google_compute_network',
      'google_container_cluster',
      'helm_release',
      'kubernetes_namespace_v1',
    ]);

    expect(await sandbox.destroy(stack)).toMatchObject({ destroyed: 4 });
    expect(sandbox.cloud.types()).toEqual([]);
  });

  test('computed arguments are unknown in the plan and set after the apply', async () => {
    const created = (await sandbox.plan(network())).change('google_compute_network.Network');
    expect(created.after).toMatchObject({ name: 'main', auto_create_subnetworks: true });
    expect(created.after).not.toHaveProperty('self_link');

    await sandbox.apply(network());
    expect(sandbox.cloud.get('google_compute_network', 'projects/parking-staging/global/networks/main')?.values).toMatchObject({
      project: 'parking-staging',
      self_link: 'https://www.googleapis.com/compute/v1/projects/parking-staging/global/networks/main',
    });
  });

  test('a mutable argument is updated in place, an immutable one replaces the resource', async () => {
    await sandbox.apply(disk());
    const larger = await sandbox.plan(disk({ size: 200 }));
    expect(larger.updates).toEqual(['google_compute_disk.Disk']);
    expect(larger.change('google_compute_disk.Disk').changes).toEqual(['size']);

    const other = (await sandbox.plan(disk({ type: 'pd-balanced' }))).change('google_compute_disk.Disk');
    expect(other).toMatchObject({ action: 'replace', replacedBy: ['type'] });
    expect((await sandbox.plan(disk({ size: 50 }))).change('google_compute_disk.Disk').replacedBy).toEqual(['size']);

    expect(await sandbox.apply(disk({ size: 200, labels: { team: 'data' } }))).toMatchObject({ changed: 1 });
    const [stored] = sandbox.cloud.list('google_compute_disk');
    expect(stored!.values).toMatchObject({ size: 200, effective_labels: { team: 'data', 'goog-terraform-provisioned': 'true' } });
  });

  test('a resource removed from the configuration is deleted', async () => {
    await sandbox.apply(disks('one', 'two'));
    const plan = await sandbox.plan(disks('two'));
    expect(plan.deletes).toEqual(['google_compute_disk.one']);
    await sandbox.apply(disks('two'));
    expect(sandbox.cloud.list('google_compute_disk').map(({ values }) => values.name)).toEqual(['two']);
  });

  test('drift by changes and deletions outside of Terraform is repaired', async () => {
    await sandbox.apply(disks('one', 'two'));
    sandbox.cloud.remove('google_compute_disk', 'projects/parking-staging/zones/europe-west1-b/disks/one');
    sandbox.cloud.patch('google_compute_disk', 'projects/parking-staging/zones/europe-west1-b/disks/two', { size: 20 });

    const plan = await sandbox.plan(disks('one', 'two'));
    expect(plan.drift.toSorted()).toEqual(['google_compute_disk.one', 'google_compute_disk.two']);
    expect(plan.creates).toEqual(['google_compute_disk.one']);
    expect(plan.change('google_compute_disk.two').replacedBy).toEqual(['size']);
  });

  test('a resource that exists is imported by its id', async () => {
    await sandbox.apply(disk());
    const stack = disk();
    await sandbox.terraform(stack, ['state', 'rm', 'google_compute_disk.Disk']);
    await expect(sandbox.apply(stack)).rejects.toThrow(
      "Error creating Disk: googleapi: Error 409: The resource 'projects/parking-staging/zones/europe-west1-b/disks/data' already exists, alreadyExists",
    );
    await sandbox.terraform(stack, ['import', 'google_compute_disk.Disk', 'projects/parking-staging/zones/europe-west1-b/disks/data']);
    // Of the labels, the provider does not know which are its own.
    expect((await sandbox.plan(stack)).changes).toEqual([expect.objectContaining({ action: 'update', changes: ['terraform_labels'] })]);
  });

  test.each<[string, string, (stack: TerraformStack) => void, object[]]>([
    [
      'google_project_iam_member.Imported',
      'parking-staging roles/viewer group:team@example.com until new year',
      (stack) =>
        new ProjectIamMember(stack, 'Imported', {
          project: 'parking-staging',
          role: 'roles/viewer',
          member: 'group:team@example.com',
          condition: { title: 'until new year', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
        }),
      [],
    ],
    [
      'helm_release.Imported',
      'default/search',
      (stack) => {
        new HelmProvider(stack, 'Helm', { kubernetes: { host: 'https://cluster.example' } });
        new Release(stack, 'Imported', {
          name: 'search',
          namespace: 'default',
          chart: 'search',
          repository: 'https://charts.example',
          version: '1.0.0',
        });
      },
      // Where the chart came from is not in the release.
      [{ action: 'update', changes: ['chart', 'description', 'repository'] }],
    ],
  ])('%s is imported by the id that its provider documents', async (address, id, build, unread) => {
    const imported = () => stackOf(build);
    await sandbox.apply(imported());
    const stack = imported();
    await sandbox.terraform(stack, ['state', 'rm', address]);
    await sandbox.terraform(stack, ['import', address, id]);
    expect((await sandbox.plan(stack)).changes.map(({ action, changes }) => ({ action, changes }))).toEqual(unread);
  });

  test('a tainted resource is replaced', async () => {
    const stack = disk();
    await sandbox.apply(stack);
    await sandbox.terraform(stack, ['taint', 'google_compute_disk.Disk']);
    expect((await sandbox.plan(stack)).change('google_compute_disk.Disk')).toMatchObject({ action: 'replace', replacedBy: [] });
  });

  test.each([
    { operation: 'create', when: 'before', crash: false },
    { operation: 'create', when: 'before', crash: true },
    { operation: 'create', when: 'after', crash: false },
    { operation: 'create', when: 'after', crash: true },
    { operation: 'update', when: 'before', crash: false },
    { operation: 'update', when: 'after', crash: true },
    { operation: 'delete', when: 'before', crash: true },
    { operation: 'delete', when: 'after', crash: false },
    { operation: 'delete', when: 'after', crash: true },
  ] as const)('after a fault ($operation, $when it took effect, crash: $crash) the next apply finishes the job', async (fault) => {
    const wanted = (size: number, ...names: string[]) =>
      stackOf((stack) => {
        for (const name of names) new ComputeDisk(stack, name, { name, size });
      });
    if (fault.operation !== 'create') await sandbox.apply(wanted(10, 'a', 'b', 'c', 'd'));
    sandbox.inject({ type: 'google_compute_disk', nth: 2, ...fault });
    const next = fault.operation === 'delete' ? wanted(10, 'a') : wanted(fault.operation === 'update' ? 20 : 10, 'a', 'b', 'c', 'd');

    await expect(sandbox.apply(next)).rejects.toThrow(fault.crash ? /Plugin|plugin|EOF/ : 'The service is currently unavailable');
    await sandbox.apply(next);
    expect((await sandbox.plan(next)).isEmpty).toBe(true);
    const left = sandbox.cloud.list('google_compute_disk').map(({ values }) => values.name);
    expect(left.toSorted()).toEqual(fault.operation === 'delete' ? ['a'] : ['a', 'b', 'c', 'd']);
  });

  test('fails while the state is locked, with the holder of the lock', async () => {
    await sandbox.apply(network());
    const lock = { ID: '1', Operation: 'OperationTypeApply', Who: 'ada@laptop', Version: '1.11.4', Created: new Date().toISOString() };
    await upload(sandbox, 'stack/default.tflock', JSON.stringify(lock));
    await expect(sandbox.apply(network({ mtu: 1500 }))).rejects.toThrow(/Error acquiring the state lock[\s\S]*ada@laptop/);
  });

  test('the state is in the bucket of the backend', async () => {
    await sandbox.apply(network());
    const state = JSON.parse(
      readFileSync(join(sandbox.directory, 'states', 'states', encodeURIComponent('stack/default.tfstate')), 'utf8'),
    );
    expect(state.resources).toHaveLength(1);
    expect(existsSync(join(sandbox.directory, 'states', 'states', encodeURIComponent('stack/default.tflock')))).toBe(false);
  });

  test('concurrent sandboxes have separate clouds', async () => {
    const other = await Sandbox.start({ enabledApis: 'all' });
    try {
      await Promise.all([sandbox.apply(disks('here')), other.apply(disks('there'))]);
      expect(sandbox.cloud.list('google_compute_disk').map(({ values }) => values.name)).toEqual(['here']);
      expect(other.cloud.list('google_compute_disk').map(({ values }) => values.name)).toEqual(['there']);
    } finally {
      await other.stop();
    }
  });

  test('a sandbox with the same folder continues from the previous one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox with spaces '));
    try {
      for (const added of [1, 0]) {
        const again = await Sandbox.start({ directory, enabledApis: 'all' });
        expect(await again.apply(network())).toMatchObject({ added });
        await again.stop();
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('types without a description work generically, with one warning', async () => {
    const stack = (size: number) =>
      stackOf((scope) => {
        new RedisCluster(scope, 'Redis', {
          name: 'cache',
          shardCount: size,
          pscConfigs: [{ network: 'projects/parking-staging/global/networks/main' }],
        });
        new SqlDatabaseInstance(scope, 'Sql', { name: 'db', databaseVersion: 'POSTGRES_16', settings: { tier: 'db-g1-small' } });
        new FirestoreDatabase(scope, 'Firestore', { name: '(default)', locationId: 'eur3', type: 'FIRESTORE_NATIVE' });
        new AccessContextManagerAccessPolicy(scope, 'Policy', { parent: 'organizations/1', title: 'policy' });
        new KubernetesProvider(scope, 'kubernetes', { host: 'https://10.0.0.1' });
        new CsiDriverV1(scope, 'Csi', { metadata: { name: 'csi' }, spec: { attachRequired: true } });
      });
    const { output } = await sandbox.apply(stack(1));
    expect(output).toContain('google_redis_cluster is simulated generically');
    expect([...sandbox.genericTypes].toSorted()).toEqual([
      'google_access_context_manager_access_policy',
      'google_firestore_database',
      'google_redis_cluster',
      'google_sql_database_instance',
      'kubernetes_csi_driver_v1',
    ]);
    expect((await sandbox.plan(stack(1))).isEmpty).toBe(true);
    expect(await sandbox.apply(stack(2))).toMatchObject({ added: 0, changed: 1, destroyed: 0 });
    expect(await sandbox.destroy(stack(2))).toMatchObject({ destroyed: 5 });
  });

  test('data sources read the client, the project and existing resources', async () => {
    await sandbox.apply(stackOf((stack) => new ComputeNetwork(stack, 'Network', { name: 'main' }), 'network'));
    const reader = stackOf((stack) => {
      new TerraformOutput(stack, 'region', { value: new DataGoogleClientConfig(stack, 'client').region });
      new TerraformOutput(stack, 'number', { value: new DataGoogleProject(stack, 'project').number });
      new TerraformOutput(stack, 'link', { value: new DataGoogleComputeNetwork(stack, 'main', { name: 'main' }).selfLink });
    }, 'reader');
    await sandbox.apply(reader);
    const outputs = JSON.parse(await sandbox.terraform(reader, ['output', '-json']));
    expect(outputs.region.value).toBe('europe-west1');
    expect(outputs.number.value).toMatch(/^\d{12}$/);
    expect(outputs.link.value).toBe('https://www.googleapis.com/compute/v1/projects/parking-staging/global/networks/main');
  });

  test('references by name and by link are equivalent', async () => {
    const machine = (source: string) =>
      stackOf((stack) => {
        const data = new ComputeDisk(stack, 'Disk', { name: 'data', size: 10 });
        new ComputeInstance(stack, 'Machine', {
          name: 'machine',
          machineType: 'e2-small',
          bootDisk: { initializeParams: { image: 'debian-cloud/debian-12' } },
          networkInterface: [{ network: new ComputeNetwork(stack, 'Network', { name: 'main' }).selfLink }],
          attachedDisk: [{ source: source === 'link' ? data.selfLink : data.id }],
        });
      });
    await sandbox.apply(machine('link'));
    expect((await sandbox.plan(machine('id'))).changes).toEqual([]);
  });

  test('fails without an enabled API, in the words of Google Cloud', async () => {
    const fresh = await Sandbox.start();
    try {
      await expect(fresh.apply(network())).rejects.toThrow(/Error 403: [\s\S]*has not been used in project \d+ before or it is disabled/);
    } finally {
      await fresh.stop();
    }
  });

  test('pipes and sockets in the folder of a configuration are left out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
    try {
      writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ resource: { terraform_data: { a: {} } } }));
      execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, 'pipe.tf')]);
      expect(await sandbox.apply(folder)).toMatchObject({ added: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('fails with one sentence for a folder without Terraform files', async () => {
    await expect(sandbox.apply(tmpdir())).rejects.toThrow('contains no Terraform files');
  });
});

/** Writes an object into the bucket of the backend, as a second Terraform does. */
async function upload(sandbox: Sandbox, name: string, content: string): Promise<void> {
  const endpoint = sandbox.environment.GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT!.replace('/storage/v1/', '/upload/storage/v1/');
  const body = `--b\r\n\r\n${JSON.stringify({ name })}\r\n--b\r\n\r\n${content}\r\n--b--`;
  const url = `${endpoint}b/states/o?uploadType=multipart&name=${encodeURIComponent(name)}`;
  const authorization = `Bearer ${sandbox.environment.GOOGLE_OAUTH_ACCESS_TOKEN}`;
  await fetch(url, { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=b', authorization }, body });
}
