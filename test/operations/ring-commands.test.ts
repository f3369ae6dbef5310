import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FakeGcloud } from './fake-gcloud';
import { stackWithRing } from './rings';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');
const vm = (name: string): string => `staging-cassandra-${name}`;
const hostId = (name: string): string => `0000000${name}-aaaa-bbbb-cccc-000000000000`;

let gcloud: FakeGcloud;

beforeEach(() => {
  gcloud = new FakeGcloud(['b', 'c', 'd'].map(vm));
  const stack = path.join(gcloud.folder, 'cdktf.out/stacks/staging');
  mkdirSync(stack, { recursive: true });
  gcloud.write('cdktf.out/manifest.json', JSON.stringify({ stacks: { staging: { synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } }));
  writeFileSync(path.join(stack, 'cdk.tf.json'), JSON.stringify(stackWithRing()));
  ['b', 'c', 'd'].forEach((name, index) => {
    gcloud.write(`${vm(name)}/unit`, 'active\n');
    gcloud.write(`${vm(name)}/says`, `ready: Cassandra takes clients at 127.0.0.${11 + index}`);
    gcloud.write(`${vm(name)}/address`, `127.0.0.${11 + index} \n`);
    gcloud.write(`${vm(name)}/nodetool-drain`, '');
    gcloud.write(`${vm(name)}/nodetool-gossipinfo`, gossip());
    gcloud.write(`${vm(name)}/nodetool-status`, status());
  });
});
afterEach(() => gcloud.remove());

function status(down = ''): string {
  const member = (name: string, index: number): string =>
    `${name === down ? 'DN' : 'UN'}  127.0.0.${11 + index}  104.33 KiB  16      100.0%            ${hostId(name)}  europe-west1-${name}\n`;
  return `Datacenter: europe-west1\n========================\n${['b', 'c', 'd'].map(member).join('')}\n`;
}

function gossip(): string {
  return ['b', 'c', 'd']
    .map((name, index) => `/127.0.0.${11 + index}\n  SCHEMA:11:59adb24e\n  RELEASE_VERSION:5:5.0.8\n  HOST_ID:2:${hostId(name)}\n`)
    .join('');
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [command, 'cassandra', ...args], { cwd: gcloud.folder, env: gcloud.environment });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (text.stdout += data));
  child.stderr.on('data', (data) => (text.stderr += data));
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ status: code, ...text })),
  );
  return { child, ended, text };
}
const run = (...args: string[]) => start(args).ended;

describe('gke-platform cassandra status', () => {
  test('shows a ring that is well', async () => {
    gcloud.write(`${vm('c')}/run/cassandra-restart-pending`, '/etc/cassandra/cassandra.yaml\n');
    gcloud.write(`${vm('c')}/cassandra/last-repair`, String(Math.floor(Date.now() / 1000) - 2 * 86_400 - 3 * 3_600 - 60));
    gcloud.write(`${vm('b')}/cassandra/hints/${hostId('d')}-1764100000000-2.hints`, 'x'.repeat(2048));
    const { status: exit, stdout, stderr } = await run('status', 'staging');
    expect(stdout).toBe(
      [
        'NODE  STATE  RACK            HOST ID                               LOAD        VERSION  UP       HINTS    RESTART  REPAIR       SAYS',
        `b     UN     europe-west1-b  ${hostId('b')}  104.33 KiB  5.0.8    1 d 1 h  -        -        none yet     ready: Cassandra takes clients at 127.0.0.11`,
        `c     UN     europe-west1-c  ${hostId('c')}  104.33 KiB  5.0.8    1 d 1 h  -        pending  2 d 3 h ago  ready: Cassandra takes clients at 127.0.0.12`,
        `d     UN     europe-west1-d  ${hostId('d')}  104.33 KiB  5.0.8    1 d 1 h  2.0 KiB  -        none yet     ready: Cassandra takes clients at 127.0.0.13`,
        '',
        'all is well',
        '',
      ].join('\n'),
    );
    expect([exit, stderr]).toEqual([0, '']);
  });

  test('ends with 2 when something is not well, and says what', async () => {
    gcloud.remove(`${vm('d')}/nodetool-status`);
    gcloud.write(`${vm('d')}/unit`, 'failed\n');
    gcloud.write(`${vm('d')}/says`, 'refused: the data disk is not attached');
    for (const name of ['b', 'c']) gcloud.write(`${vm(name)}/nodetool-status`, status('d'));
    gcloud.write(`${vm('b')}/cassandra/last-repair`, String(Math.floor(Date.now() / 1000) - 11 * 86_400));
    const { status: exit, stdout } = await run('status', 'staging');
    expect(stdout.split('\n').slice(5)).toEqual([
      "not well: Cassandra on d does not answer (failed): nodetool: Failed to connect to '127.0.0.1:7199'",
      'not well: d is DN as seen by b, c',
      'not well: b was last repaired 11 d ago, and must be within 10 d',
      'not well: d says refused: the data disk is not attached',
      '',
    ]);
    expect(exit).toBe(2);
  });

  test('ends with 1 when nodes cannot be asked and there is nothing worse to say', async () => {
    gcloud.remove(vm('d'));
    const { status: exit, stdout } = await run('status', 'staging');
    expect(stdout).toContain('d     UN     europe-west1-d');
    expect(stdout).toContain('\nnot well: d cannot be asked: (gcloud.compute.ssh) Could not fetch resource:\n');
    expect(exit).toBe(1);
  });

  test('prints JSON', async () => {
    const { stdout } = await run('status', 'staging', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      ring: 'staging-cassandra',
      nodes: [{ name: 'b', state: 'UN', upSeconds: 90_061 }, { name: 'c' }, { name: 'd' }],
      unwell: [],
    });
  });
});

describe('gke-platform cassandra rolling-restart', () => {
  test('a dry run prints the commands and leaves no lock', async () => {
    const { status: exit, stdout } = await run('rolling-restart', 'staging', '--dry-run');
    const ssh = (name: string): string =>
      `gcloud compute ssh ${vm(name)} --project=parking-staging --zone=europe-west1-${name} --tunnel-through-iap --quiet`;
    expect(stdout.split('\n').slice(2, 5)).toEqual([
      `${ssh('d')} --command='sudo systemctl restart google-startup-scripts.service'`,
      `${ssh('b')} --command='sudo nodetool drain'`,
      `${ssh('b')} --command='sudo systemctl restart cassandra.service'`,
    ]);
    expect(stdout.split('\n')).toHaveLength(10);
    expect([exit, gcloud.read(`${vm('b')}/systemctl`), gcloud.read(`${vm('b')}/run/gke-platform-lock`)]).toEqual([0, '', '']);
  });

  test('stops at a doubt with 2, says how to go on, and leaves no lock', async () => {
    for (const name of ['b', 'c', 'd']) gcloud.write(`${vm(name)}/nodetool-status`, status('c'));
    // Cassandra runs on every node since a day and an hour.
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const restart = () => run('rolling-restart', 'staging', '--only-pending', '--since', since);
    const { status: exit, stderr } = await restart();
    expect(exit).toBe(2);
    expect(stderr).toBe('stopped: c is DN as seen by b, c, d. Nothing is left to do once that is right\n');
    gcloud.write(`${vm('b')}/run/cassandra-restart-pending`, '/etc/cassandra/cassandra.yaml\n');
    expect((await restart()).stderr).toBe(
      `stopped: c is DN as seen by b, c, d. Left: b, go on with: gke-platform cassandra rolling-restart staging --only-pending --since ${since}\n`,
    );
    expect(gcloud.read(`${vm('b')}/run/gke-platform-lock`)).toBe('');
  });

  test('a second one is refused while the first one runs; interrupted, that ends what it began, and nothing is locked', async () => {
    gcloud.write(`${vm('b')}/cassandra/hints/${hostId('d')}-1764100000000-2.hints`, 'x');
    const first = start(['rolling-restart', 'staging']);
    while (!first.text.stderr.includes('waiting: hints') && first.child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const second = await run('rolling-restart', 'staging');
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(
      /^staging-cassandra-b is worked on by \S+ at \S+ with rolling-restart since \S+; if that is no more: --break-lock\n$/,
    );
    first.child.kill('SIGINT');
    const { status: exit, stderr } = await first.ended;
    expect(stderr).toMatch(
      /\ninterrupted: hints for d wait on b \(1 file, 1 B\)\. Left: b, c, d, go on with: gke-platform cassandra rolling-restart staging --since \S+\n$/,
    );
    expect(exit).toBe(1);
    for (const name of ['b', 'c', 'd']) expect(gcloud.read(`${vm(name)}/run/gke-platform-lock`)).toBe('');
    expect(gcloud.read(`${vm('b')}/systemctl`)).not.toContain('cassandra.service');
  });

  test('restarts what is pending', async () => {
    gcloud.write(`${vm('c')}/run/cassandra-restart-pending`, '/etc/cassandra/cassandra.yaml\n');
    const { status: exit, stdout, stderr } = await run('rolling-restart', 'staging', '--only-pending');
    const script = 'restart google-startup-scripts.service\n';
    expect(['b', 'c', 'd'].map((name) => gcloud.read(`${vm(name)}/systemctl`))).toEqual([
      script,
      `${script}restart cassandra.service\n`,
      script,
    ]);
    expect([exit, stdout]).toEqual([0, 'c restarted\n']);
    expect(stderr).toMatch(/c: nodetool drain\nc: systemctl restart cassandra.service\n[\s\S]*staging-cassandra is whole.\n$/);
  });

  test.each([
    [['--since', 'yesterday'], 'it is a moment that has been, such as 2026-11-25T20:00:00Z.'],
    [['--timeout', '0'], 'it is a number of minutes above 0.'],
    [['--ring', 'x'], "'x' is no ring of the stack: there is staging-cassandra\n"],
  ])('fails with a sentence for %p', async (args, sentence) => {
    const { status: exit, stderr } = await run('rolling-restart', 'staging', ...args);
    expect([exit, stderr]).toEqual([1, expect.stringContaining(sentence)]);
  });
});

test('replace fails with a sentence for a node that is not there', async () => {
  const { status: exit, stderr } = await run('replace', 'staging', 'x');
  expect([exit, stderr]).toEqual([1, "'x' is no node of staging-cassandra: there are b, c, d\n"]);
});

test.each(['status', 'rolling-restart', 'rollout', 'replace'])('%s explains itself', async (name) => {
  const { stdout } = await run(name, '--help');
  expect(stdout).toContain('Exit codes: 0 ');
  expect(stdout).toContain(`  gke-platform cassandra ${name} staging`);
});
