import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'cdktf';
import { staging } from '../../environments';
import { findRing, type Ring, RingSecrets, SecretManager } from '../../lib/operations';
import { Sandbox } from '../../lib/sandbox';
import { cleanEnvironment } from '../../lib/sandbox/sandbox';
import { runTerraform, terraformBinary } from '../../lib/terraform/cli';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { Authority } from '../cassandra/authority';
import { FakeGcloud, XFS_INFO } from '../operations/fake-gcloud';
import { describeWithTerraform } from '../support/terraform';

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

/** The commands of a chapter, as they are printed. */
function listCommands(file: string, chapter: RegExp): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const blocks = [...chapter.exec(text)![0].matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
  return blocks
    .join('')
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, ''))
    .filter(Boolean);
}

/** Commands that need the API of Compute Engine or a real Cassandra: test/cassandra-vms runs their operations. */
const ON_VMS = [
  'npx gke-platform cassandra backups staging',
  'npx gke-platform cassandra stop staging',
  'npx gke-platform cassandra start staging',
];

const ALL = listCommands('docs/cassandra.md', /## Day 2[\s\S]*/);
const COMMANDS = ALL.filter((line) => !ON_VMS.includes(line));

test('the commands that only local VMs can run are in the guide', () => {
  expect(ALL.filter((line) => ON_VMS.includes(line)).sort()).toEqual([...ON_VMS].sort());
});

describeWithTerraform('day-2 commands of the guide', () => {
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

  async function run(line: string) {
    const [program, ...args] = line
      .replace(/ +#.*$/, '')
      .split(' ')
      .slice(1);
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

  test('there are some of each', () => {
    for (const name of ['status', 'rolling-restart', 'rollout', 'replace'])
      expect(COMMANDS.join('\n')).toContain(`cassandra ${name} staging`);
  });

  test.each(COMMANDS)('%s', async (line) => {
    const { exitCode, output } = await run(line);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    if (line.includes('status')) expect(output).toContain('healthy');
    if (line.includes('replace')) expect(output).toMatch(new RegExp(`${terraformBinary()} -chdir=\\S+ apply -target=(\\S+) -replace=\\1`));
    if (/rolling-restart|rollout/.test(line) && !line.includes('--dry-run')) expect(output).toContain('no changes');
  });
});
