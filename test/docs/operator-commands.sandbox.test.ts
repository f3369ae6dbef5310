import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'cdktf';
import { staging } from '../../environments';
import { SNAPSHOT_SET_LABEL } from '../../lib/cassandra-contract/labels';
import { findRing, type Ring, RingSecrets, SecretManager } from '../../lib/operations';
import { ComputeEngine } from '../../lib/recovery';
import { Sandbox } from '../../lib/sandbox';
import { cleanEnvironment } from '../../lib/sandbox/sandbox';
import { runTerraform, terraformBinary } from '../../lib/terraform/cli';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { Authority } from '../cassandra/authority';
import { FakeGcloud, XFS_INFO } from '../operations/fake-gcloud';
import { describeWithTerraform } from '../support/terraform';
import { listSandboxCommands, PAGES } from './operator-commands';

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

describeWithTerraform('commands of the pages for operators', () => {
  let sandbox: Sandbox;
  let gcloud: FakeGcloud;

  beforeAll(async () => {
    gcloud = new FakeGcloud(['b', 'c', 'd'].map((name) => `staging-cassandra-${name}`));
    const { name, ...values } = staging;
    const app = new App({ outdir: path.join(gcloud.folder, 'cdktf.out') });
    new EnvironmentStack(app, name, values);
    app.synth();
    const folder = path.join(gcloud.folder, 'cdktf.out/stacks/staging');
    sandbox = await Sandbox.start({ configurations: [gcloud.folder] });
    const environment = { ...cleanEnvironment(), ...sandbox.environment };
    await runTerraform(['init', '-no-color'], folder, environment);
    await runTerraform(['apply', '-auto-approve', '-no-color'], folder, environment);
    const ring = findRing(JSON.parse(readFileSync(path.join(folder, 'cdk.tf.json'), 'utf8')));
    const store = new SecretManager({
      project: ring.project,
      region: ring.region,
      token: sandbox.environment.GOOGLE_OAUTH_ACCESS_TOKEN!,
      endpoint: sandbox.secrets.endpoint,
    });
    await new RingSecrets({ ring, store }).init();
    answerFor(ring);
    await takeSnapshots(ring);
  });
  afterAll(async () => {
    await sandbox.stop();
    gcloud.remove();
  });

  /** Answers of the VMs of a healthy ring. */
  function answerFor({ nodes }: Ring): void {
    const id = (name: string): string => `0000000${name}-aaaa-bbbb-cccc-000000000000`;
    const status = nodes.map(({ name, address, zone }) => `UN  ${address}  104.33 KiB  16  100.0%  ${id(name)}  ${zone}\n`).join('');
    const gossip = nodes
      .map(({ name, address }) => `/${address}\n  SCHEMA:11:59adb24e\n  RELEASE_VERSION:5:5.0.8\n  HOST_ID:2:${id(name)}\n`)
      .join('');
    const authority = new Authority();
    const key = authority.key({ days: 700 });
    for (const { vm, address } of nodes) {
      const files = {
        unit: 'active',
        says: `ready: Cassandra takes clients at ${address}`,
        code: 'ready',
        address: address!,
        'disk-bytes': String(10 * 1024 ** 3),
        'xfs-info': XFS_INFO,
        'node.pem': key,
        'nodetool-status': status,
        'nodetool-gossipinfo': gossip,
      };
      for (const [file, content] of Object.entries(files)) gcloud.write(`${vm}/${file}`, `${content}\n`);
    }
  }

  /** A set of snapshots, through an API of Compute Engine without VMs. */
  async function takeSnapshots({ project, nodes }: Ring): Promise<void> {
    await sandbox.serveCompute({
      reconcile: async () => {},
      snapshotFailure: async () => undefined,
      statuses: async () => new Map(nodes.map(({ vm }) => [vm, 'RUNNING'])),
      guestAttributes: async () => ({}),
      serialConsole: async () => '',
    });
    const compute = new ComputeEngine({ project, environment: sandbox.environment });
    for (const { vm, zone, name } of nodes) {
      const labels = { [SNAPSHOT_SET_LABEL]: 'last-night' };
      await compute.createSnapshot({ zone, name: `${vm}-data` }, { name: `last-night-${name}`, labels });
    }
    mkdirSync(path.join(gcloud.folder, 'environments'));
    writeFileSync(path.join(gcloud.folder, 'environments/staging.disks.json'), '{}\n');
  }

  async function run(line: string) {
    const [program, ...args] = line.split(' ').slice(1);
    expect(program).toBe('gke-platform');
    // Without the variable of the sandbox: its VMs are not started here.
    const sandboxed = { ...cleanEnvironment(), ...sandbox.environment, GKE_PLATFORM_SANDBOX: '' };
    const env = { ...sandboxed, ...gcloud.environment, PATH: `${gcloud.folder}:${process.env.PATH}` };
    const child = spawn(process.execPath, [command, ...args], { cwd: gcloud.folder, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    return { exitCode, output };
  }

  const lines = PAGES.flatMap((page) => listSandboxCommands(page).map((line) => [page.file, line] as const));

  test('there are some of each', () => {
    for (const name of ['status', 'backups', 'rolling-restart', 'rollout', 'replace', 'restore'])
      expect(lines.join('\n')).toContain(`cassandra ${name} staging`);
  });

  test.each(lines)('%s: %s', async (_, line) => {
    const { exitCode, output } = await run(line);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    if (line.includes('backups')) expect(output).toMatch(/^last-night .* complete$/m);
    if (line.includes('restore')) expect(output).toMatch(/^set last-night .*\n1\. verify/m);
    if (line.includes('status')) expect(output).toContain('healthy');
    if (line.includes('replace')) expect(output).toMatch(new RegExp(`${terraformBinary()} -chdir=\\S+ apply -target=(\\S+) -replace=\\1`));
    if (/rolling-restart|rollout/.test(line) && !line.includes('--dry-run')) expect(output).toContain('no changes');
  });
});
