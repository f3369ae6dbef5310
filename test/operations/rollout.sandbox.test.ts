import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { CassandraRing, type CassandraRingProps, Network, Project } from '../../lib';
import { findRing, type ReplaceNodeOptions, type Ring, replaceNode, rollout, type StackToPlan } from '../../lib/operations';
import type { Sandbox } from '../../lib/sandbox';
import { cleanEnvironment } from '../../lib/sandbox/sandbox';
import { runTerraform, terraformBinary } from '../../lib/terraform/cli';
import { DeployedSandbox } from '../support/deployed-sandbox';
import { describeWithTerraform } from '../support/terraform';
import { FakeVms } from './fake-vms';

const NODES = {
  b: { zone: 'europe-west1-b', address: '10.0.16.11' },
  c: { zone: 'europe-west1-c', address: '10.0.16.12' },
  d: { zone: 'europe-west1-d', address: '10.0.16.13' },
};

describeWithTerraform('through the ring of a deployed stack', () => {
  let root: string;
  let folder: string;
  let deployed: DeployedSandbox;
  let sandbox: Sandbox;
  let environment: NodeJS.ProcessEnv;
  let ring: Ring;
  let vms: FakeVms;
  let said: string[];

  beforeAll(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'ring '));
    folder = path.join(root, 'synthesized');
    const deploy = async (first: Sandbox): Promise<void> => {
      environment = environmentOf(first);
      const { folder: stack } = synthesize({});
      await runTerraform(['init', '-no-color'], stack, environment);
      await runTerraform(['apply', '-auto-approve', '-no-color'], stack, environment);
    };
    deployed = await DeployedSandbox.make(deploy, { configurations: [folder] });
    cpSync(folder, path.join(root, 'deployed'), { recursive: true });
  });
  afterAll(() => {
    deployed?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  beforeEach(async () => {
    rmSync(folder, { recursive: true });
    cpSync(path.join(root, 'deployed'), folder, { recursive: true });
    sandbox = await deployed.copy();
    environment = environmentOf(sandbox);
    synthesize({});
    vms = new FakeVms(ring, sandbox);
    said = [];
  });
  afterEach(() => sandbox?.stop());

  const environmentOf = (of: Sandbox): NodeJS.ProcessEnv => ({ ...cleanEnvironment(), ...of.environment, TF_IN_AUTOMATION: '1' });

  /** Writes the stack as it is to be. */
  function synthesize(props: Partial<CassandraRingProps>, natAddresses = 1): StackToPlan {
    const app = new App({ outdir: folder });
    const stack = new TerraformStack(app, 'ring');
    new GcsBackend(stack, { bucket: 'states', prefix: 'ring' });
    new GoogleProvider(stack, 'Google', { project: 'tickets', region: 'europe-west1' });
    const project = new Project(stack, 'Project', { projectId: 'tickets', projectNumber: '123456789012' });
    const network = new Network(stack, 'Network', {
      project,
      region: 'europe-west1',
      dataRange: '10.0.16.0/24',
      flowLogs: natAddresses === 1,
    });
    new CassandraRing(stack, 'Cassandra', { network, nodes: NODES, name: 'tickets', ...props });
    app.synth();
    const stackFolder = path.join(folder, 'stacks/ring');
    const synthesized: unknown = JSON.parse(readFileSync(path.join(stackFolder, 'cdk.tf.json'), 'utf8'));
    ring = findRing(synthesized);
    return { folder: stackFolder, synthesized, environment };
  }

  const options = () => ({ shell: vms, ring, clock: vms.clock, onProgress: (text: string) => said.push(text) });
  const replace = (stack: StackToPlan, more: Partial<ReplaceNodeOptions> = {}) =>
    replaceNode({ ...options(), stack, node: ring.nodes[1]!, ...more });
  const disk = (name: string) => sandbox.cloud.list('google_compute_disk').find(({ values }) => values.name === `tickets-${name}-data`);

  test('a new boot image is rolled out VM by VM with disk and address kept; VMs that are up to date stay unchanged', async () => {
    const image = 'projects/debian-cloud/global/images/debian-12-bookworm-v20251111';
    const stack = synthesize({ image });
    const disks = ['b', 'c', 'd'].map((name) => disk(name)?.values.disk_id);
    expect(await rollout({ ...options(), stack })).toEqual({ done: ['b', 'c', 'd'], remaining: [], problem: undefined });
    expect(vms.ran).toEqual(['b: boot', 'c: boot', 'd: boot']);
    for (const { vm } of ring.nodes) expect(JSON.stringify(vms.instance(vm)!.values.boot_disk)).toContain(image);
    expect(['b', 'c', 'd'].map((name) => disk(name)?.values.disk_id)).toEqual(disks);
    expect(await rollout({ ...options(), stack })).toEqual({ done: [], remaining: [], problem: undefined });
    expect(vms.ran).toHaveLength(3);
  });

  test('stops at an unhealthy VM, and resumes there', async () => {
    const stack = synthesize({ cassandraVersion: '5.0.9' });
    vms.upAfter = 3600;
    const stopped = await rollout({ ...options(), stack, timeoutMinutes: 1 });
    expect(stopped).toMatchObject({ done: [], remaining: ['b', 'c', 'd'] });
    expect(stopped.problem).toMatch(/^b was rolled out, and b takes no clients/);
    expect(await rollout({ ...options(), stack })).toMatchObject({
      done: [],
      remaining: ['b', 'c', 'd'],
      problem: expect.stringContaining('on b'),
    });
    vms.pass(3600);
    vms.upAfter = 20;
    expect(await rollout({ ...options(), stack })).toEqual({ done: ['c', 'd'], remaining: [], problem: undefined });
    expect(vms.ran).toEqual(['b: boot', 'c: boot', 'd: boot']);
    expect(vms.nodes.map(({ release }) => release)).toEqual(['5.0.9', '5.0.9', '5.0.9']);
  });

  test('a setting is changed in place, and no VM is stopped', async () => {
    const stack = synthesize({ settings: { concurrent_reads: 64 } });
    expect(await rollout({ ...options(), stack })).toMatchObject({ done: ['b', 'c', 'd'] });
    expect(vms.ran).toEqual([]);
  });

  test('refuses a plan with any other change', async () => {
    const stack = synthesize({ image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20251111' }, 2);
    await expect(rollout({ ...options(), stack })).rejects.toThrow(
      /^the plan of b may change google_compute_instance\.Cassandra_b_\w+ only, and would also change google_compute_subnetwork\.\w+ \(update\)/,
    );
    expect(vms.ran).toEqual([]);
  });

  test('fails with the error of Terraform when planning fails', async () => {
    const stack = synthesize({});
    const file = path.join(stack.folder, 'cdk.tf.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"machine_type"', '"machine_typ"'));
    await expect(rollout({ ...options(), stack })).rejects.toMatchObject({
      name: 'OperationsError',
      message: expect.stringMatching(/^b cannot be planned: [\s\S]*machine_typ/),
    });
  });

  test('refuses a plan that the guard refuses: a machine type change without allow_stopping_for_update', async () => {
    await expect(rollout({ ...options(), stack: synthesize({ machineType: 'n2-highmem-16' }) })).rejects.toThrow(
      /^the guard refuses the plan of b:\n[\s\S]*machine_type can change only while the VM instance is stopped/,
    );
    const stack = synthesize({ machineType: 'n2-highmem-16', allowStoppingForUpdate: true });
    expect(await rollout({ ...options(), stack })).toMatchObject({ done: ['b', 'c', 'd'], remaining: [] });
    expect(vms.ran).toEqual(['b: boot', 'c: boot', 'd: boot']);
  });

  test('a dry run plans, and changes nothing', async () => {
    const stack = synthesize({ cassandraVersion: '5.0.9' });
    expect(await rollout({ ...options(), stack, dryRun: true })).toMatchObject({ done: [], remaining: ['b', 'c', 'd'] });
    const [b] = ring.nodes;
    expect(said).toContain(`${terraformBinary()} '-chdir=${stack.folder}' apply -target=${b!.instance} -replace=${b!.instance}`);
    expect(said).toContain(`b: ${b!.instance} is replaced`);
    expect(vms.ran).toEqual([]);
  });

  test('replace recreates a VM, and the node keeps its identity', async () => {
    const number = disk('c')?.values.disk_id;
    expect(await replace(synthesize({}))).toEqual({ done: ['c'], remaining: [], problem: undefined });
    expect(vms.ran).toEqual(['c: boot']);
    expect(disk('c')?.values.disk_id).toBe(number);
  });

  test('replace refuses while another node is down, and changes nothing', async () => {
    vms.of('d').unit = 'failed';
    vms.of('d').upFrom = Number.POSITIVE_INFINITY;
    vms.of('c').unit = 'failed';
    const { problem } = await replace(synthesize({}));
    expect(problem).toMatch(/^Cassandra on d does not answer .*; replacing c would take down a second node$/);
    expect(vms.ran).toEqual([]);
  });

  test('destroys no VM when its version of Cassandra is no longer installable', async () => {
    const stack = synthesize({ image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20251111' });
    const before = JSON.stringify(sandbox.cloud.list('google_compute_instance'));
    vms.of('b').packages = { status: 3, stdout: 'cassandra: 5.0.99\n', stderr: '' };
    const problem = (name: string) =>
      `Cassandra ${ring.nodes[0]!.cassandraVersion} can no longer be installed on a new VM of ${name}, the package repository has cassandra: 5.0.99: set another 'cassandraVersion', or a boot image with this one`;
    expect(await rollout({ ...options(), stack })).toEqual({ done: [], remaining: ['b', 'c', 'd'], problem: problem('b') });
    // Another node is asked, since the one that is replaced may not answer.
    expect(await replace(stack)).toEqual({ done: [], remaining: ['c'], problem: problem('c') });
    expect(vms.ran).toEqual([]);
    expect(JSON.stringify(sandbox.cloud.list('google_compute_instance'))).toBe(before);
  });

  test('destroys no VM while another node is in a crash loop', async () => {
    const stack = synthesize({ image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20251111' });
    vms.of('d').restarts = 2;
    const loop = 'Cassandra on d is in a crash loop: 2 restarts by systemd in the last hour';
    expect(await rollout({ ...options(), stack })).toEqual({ done: [], remaining: ['b', 'c', 'd'], problem: loop });
    expect(await replace(stack)).toEqual({ done: [], remaining: ['c'], problem: `${loop}; replacing c would take down a second node` });
    expect(vms.ran).toEqual([]);
  });

  test('replace with a lost disk recreates the disk, allows only that disk to be formatted, and waits until the node has its data', async () => {
    remove('google_compute_instance', 'tickets-c');
    remove('google_compute_disk', 'tickets-c-data');
    expect(await replace(synthesize({}), { lostDisk: true })).toEqual({ done: ['c'], remaining: [], problem: undefined });
    expect(vms.ran).toEqual(['c: boot', `c: allow disk ${disk('c')?.values.disk_id}`]);
  });

  test('replace never deletes a disk, and creates one only on request', async () => {
    const { problem } = await replace(synthesize({}), { lostDisk: true });
    expect(problem).toMatch(
      /^the data disk of c \(google_compute_disk\.Cassandra_c_Disk_\w+\) exists, and this command never deletes a disk/,
    );
    remove('google_compute_instance', 'tickets-c');
    remove('google_compute_disk', 'tickets-c-data');
    await expect(replace(synthesize({}))).rejects.toThrow(
      /would also change google_compute_disk\.\w+ \(create\).*; if its disk is lost, pass --lost-disk$/,
    );
    expect(vms.ran).toEqual([]);
  });

  /** Deletes a resource outside of Terraform, as an operator or an outage of a zone does. */
  function remove(type: string, name: string): void {
    const found = sandbox.cloud.list(type).find(({ values }) => values.name === name)!;
    sandbox.cloud.remove(type, found.identity);
  }
});
