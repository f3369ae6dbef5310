import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { FakeGcloud, XFS_INFO } from './fake-gcloud';
import { stackWithRing } from './rings';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');
const vm = (name: string): string => `staging-cassandra-${name}`;
const hostId = (name: string): string => `0000000${name}-aaaa-bbbb-cccc-000000000000`;

/** The disks of this stack have no schedule. */
const UNKNOWN_LOSS = 'restore from snapshots: unknown how many writes are lost; a data disk has no snapshot schedule in the stack';

let gcloud: FakeGcloud;

beforeEach(async () => {
  gcloud = new FakeGcloud(['b', 'c', 'd'].map(vm));
  const stack = path.join(gcloud.folder, 'cdktf.out/stacks/staging');
  mkdirSync(stack, { recursive: true });
  gcloud.write('cdktf.out/manifest.json', JSON.stringify({ stacks: { staging: { synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } }));
  writeFileSync(path.join(stack, 'cdk.tf.json'), JSON.stringify(stackWithRing()));
  const pem = await certificate(700);
  ['b', 'c', 'd'].forEach((name, index) => {
    gcloud.write(`${vm(name)}/unit`, 'active\n');
    gcloud.write(`${vm(name)}/code`, 'ready');
    gcloud.write(`${vm(name)}/disk-bytes`, `${10 * 1024 ** 3}\n`);
    gcloud.write(`${vm(name)}/xfs-info`, XFS_INFO);
    gcloud.write(`${vm(name)}/node.pem`, pem);
    gcloud.write(`${vm(name)}/says`, `ready: Cassandra takes clients at 127.0.0.${11 + index}`);
    gcloud.write(`${vm(name)}/address`, `127.0.0.${11 + index} \n`);
    gcloud.write(`${vm(name)}/nodetool-drain`, '');
    gcloud.write(`${vm(name)}/nodetool-gossipinfo`, gossip());
    gcloud.write(`${vm(name)}/nodetool-status`, status());
  });
});
afterEach(() => gcloud.remove());

/** A certificate that ends in a number of days and a half: whenever it is read within hours, the number of days is the same. */
async function certificate(days: number): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const notAfter = new Date(Date.now() + (days + 0.5) * 86_400_000);
  const keys = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    { name: 'CN=node', notAfter, keys, signingAlgorithm: algorithm },
    webcrypto,
  );
  return made.toString('pem');
}

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
  const child = spawn(process.execPath, [command, 'cassandra', ...args], {
    cwd: gcloud.folder,
    env: { ...gcloud.environment, GOOGLE_OAUTH_ACCESS_TOKEN: 'any' },
  });
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
  test('shows a healthy ring', async () => {
    gcloud.write(`${vm('c')}/run/cassandra-restart-pending`, '/etc/cassandra/cassandra.yaml\n');
    gcloud.write(`${vm('c')}/cassandra/last-repair`, String(Math.floor(Date.now() / 1000) - 2 * 86_400 - 3 * 3_600 - 60));
    gcloud.write(`${vm('b')}/cassandra/hints/${hostId('d')}-1764100000000-2.hints`, 'x'.repeat(2048));
    const { status: exit, stdout, stderr } = await run('status', 'staging');
    expect(stdout).toBe(
      [
        'NODE  STATE  RACK            HOST ID                               LOAD        VERSION  UP       HINTS    RESTART  REPAIR       CERTIFICATE  MESSAGE',
        `b     UN     europe-west1-b  ${hostId('b')}  104.33 KiB  5.0.8    1 d 1 h  -        -        none yet     700 d        ready: Cassandra takes clients at 127.0.0.11`,
        `c     UN     europe-west1-c  ${hostId('c')}  104.33 KiB  5.0.8    1 d 1 h  -        pending  2 d 3 h ago  700 d        ready: Cassandra takes clients at 127.0.0.12`,
        `d     UN     europe-west1-d  ${hostId('d')}  104.33 KiB  5.0.8    1 d 1 h  2.0 KiB  -        none yet     700 d        ready: Cassandra takes clients at 127.0.0.13`,
        '',
        'healthy',
        UNKNOWN_LOSS,
        '',
      ].join('\n'),
    );
    expect([exit, stderr]).toEqual([0, '']);
  });

  test('exits with 2 for a problem, and names it', async () => {
    gcloud.remove(`${vm('d')}/nodetool-status`);
    gcloud.write(`${vm('d')}/unit`, 'failed\n');
    gcloud.write(`${vm('d')}/says`, 'refused: the data disk is read-only');
    gcloud.write(`${vm('d')}/code`, 'refused-damaged-disk');
    for (const name of ['b', 'c']) gcloud.write(`${vm(name)}/nodetool-status`, status('d'));
    gcloud.write(`${vm('b')}/cassandra/last-repair`, String(Math.floor(Date.now() / 1000) - 11 * 86_400));
    const { status: exit, stdout } = await run('status', 'staging');
    expect(stdout.split('\n').slice(5)).toEqual([
      "problem: Cassandra on d does not answer (failed): nodetool: Failed to connect to '127.0.0.1:7199'",
      'problem: d is DN as seen by b, c',
      'problem: b was last repaired 11 d ago and must be repaired every 10 d',
      'problem: d reports refused: the data disk is read-only',
      UNKNOWN_LOSS,
      '',
    ]);
    expect(exit).toBe(2);
  });

  test('exits with 1 when unreachable nodes are the only problem', async () => {
    gcloud.remove(vm('d'));
    const { status: exit, stdout } = await run('status', 'staging');
    expect(stdout).toContain('d     UN     europe-west1-d');
    expect(stdout).toContain('\nproblem: d is unreachable: (gcloud.compute.ssh) Could not fetch resource:\n');
    expect(exit).toBe(1);
  });

  test('exits with 2 when Cassandra is down on every node', async () => {
    for (const name of ['b', 'c', 'd']) {
      gcloud.remove(`${vm(name)}/nodetool-status`);
      gcloud.write(`${vm(name)}/unit`, 'inactive\n');
    }
    const { status: exit, stdout } = await run('status', 'staging');
    expect(stdout).toContain("\nproblem: Cassandra on b does not answer (inactive): nodetool: Failed to connect to '127.0.0.1:7199'\n");
    expect(exit).toBe(2);
  });

  test('exits with 2 when some VMs are unreachable and Cassandra is down on the others', async () => {
    gcloud.remove(vm('c'));
    for (const name of ['b', 'd']) gcloud.remove(`${vm(name)}/nodetool-status`);
    expect((await run('status', 'staging')).status).toBe(2);
  });

  test.each([
    ['a crash loop', 'b', 'restarts', '\n\n\n', 'Cassandra on b is in a crash loop: 3 restarts by systemd in the last hour'],
    [
      'a disk that is larger than its file system',
      'c',
      'disk-bytes',
      `${12 * 1024 ** 3}\n`,
      "the data disk of c has 12.0 GiB and its file system 10.0 GiB: its startup script grows the file system ('systemctl restart google-startup-scripts.service')",
    ],
    ['a certificate that ends', 'd', 'node.pem', certificate(59), 'the certificate of d expires in 59 days: renew it with renew-secrets'],
    [
      'a state without a code',
      'd',
      'code',
      '',
      "the startup script on d is of another version of this library and reports a state without a known code: run the present one with 'systemctl restart google-startup-scripts.service' (ready: Cassandra takes clients at 127.0.0.13)",
    ],
  ])('%s is a finding', async (_, node, file, content, sentence) => {
    gcloud.write(`${vm(node)}/${file}`, await content);
    const { status: exit, stdout } = await run('status', 'staging');
    expect(stdout.split('\n').slice(5)).toEqual([`problem: ${sentence}`, UNKNOWN_LOSS, '']);
    expect(exit).toBe(2);
  });

  test('one restart, and a file system smaller by less than a block group, are no findings', async () => {
    gcloud.write(`${vm('b')}/disk-bytes`, `${10 * 1024 ** 3 + 4096 * 63}\n`);
    gcloud.write(`${vm('b')}/restarts`, '\n');
    expect((await run('status', 'staging')).status).toBe(0);
  });

  test('prints JSON, with the code of each finding', async () => {
    gcloud.write(`${vm('d')}/unit`, 'failed\n');
    gcloud.remove(`${vm('d')}/nodetool-status`);
    const silent = JSON.parse((await run('status', 'staging', '--json')).stdout);
    expect(silent.findings).toEqual([
      { code: 'cassandra-silent', node: 'd', unit: 'failed', reason: "nodetool: Failed to connect to '127.0.0.1:7199'" },
    ]);
    gcloud.write(`${vm('d')}/nodetool-status`, status());
    const { stdout } = await run('status', 'staging', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [],
      ring: 'staging-cassandra',
      nodes: [{ name: 'b', state: 'UN', upSeconds: 90_061 }, { name: 'c' }, { name: 'd' }],
      problems: [],
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

  test('exits with 2 at a problem, prints how to resume, and leaves no lock', async () => {
    for (const name of ['b', 'c', 'd']) gcloud.write(`${vm(name)}/nodetool-status`, status('c'));
    // Cassandra runs on every node since a day and an hour.
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const restart = () => run('rolling-restart', 'staging', '--only-pending', '--since', since);
    const { status: exit, stderr } = await restart();
    expect(exit).toBe(2);
    expect(stderr).toBe('stopped: c is DN as seen by b, c, d. No nodes remain; fix the problem above.\n');
    gcloud.write(`${vm('b')}/run/cassandra-restart-pending`, '/etc/cassandra/cassandra.yaml\n');
    expect((await restart()).stderr).toBe(
      `stopped: c is DN as seen by b, c, d. Remaining: b. Resume with: gke-platform cassandra rolling-restart staging --only-pending --since ${since}\n`,
    );
    expect(gcloud.read(`${vm('b')}/run/gke-platform-lock`)).toBe('');
  });

  test('a second run is refused during the first one; after an interrupt, the first finishes its current node and releases the lock', async () => {
    gcloud.write(`${vm('b')}/cassandra/hints/${hostId('d')}-1764100000000-2.hints`, 'x');
    const first = start(['rolling-restart', 'staging']);
    while (!first.text.stderr.includes('waiting: hints') && first.child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const second = await run('rolling-restart', 'staging');
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(
      /^the ring lock on staging-cassandra-b is held by \S+ at \S+ with rolling-restart since \S+; stale lock: pass --break-lock\n$/,
    );
    first.child.kill('SIGINT');
    const { status: exit, stderr } = await first.ended;
    expect(stderr).toMatch(
      /\ninterrupted: hints for d wait on b \(1 file, 1 B\)\. Remaining: b, c, d. Resume with: gke-platform cassandra rolling-restart staging --since \S+\n$/,
    );
    expect(exit).toBe(1);
    for (const name of ['b', 'c', 'd']) expect(gcloud.read(`${vm(name)}/run/gke-platform-lock`)).toBe('');
    expect(gcloud.read(`${vm('b')}/systemctl`)).not.toContain('cassandra.service');
  });

  test.each(['rolling-restart', 'renew-superuser'])('%s is refused while another command holds the ring', async (name) => {
    const holder = 'ann at desk with rollout since 2026-11-25T20:00:00.000Z';
    gcloud.write(`${vm('c')}/run/gke-platform-lock`, `${holder}\n`);
    expect(await run(name, 'staging')).toEqual({
      status: 2,
      stdout: '',
      stderr: `the ring lock on staging-cassandra-c is held by ${holder}; stale lock: pass --break-lock\n`,
    });
    expect(['b', 'c', 'd'].map((node) => gcloud.read(`${vm(node)}/run/gke-platform-lock`))).toEqual(['', `${holder}\n`, '']);
  });

  test('restarts nodes with pending settings', async () => {
    gcloud.write(`${vm('c')}/run/cassandra-restart-pending`, '/etc/cassandra/cassandra.yaml\n');
    const { status: exit, stdout, stderr } = await run('rolling-restart', 'staging', '--only-pending');
    const script = 'restart google-startup-scripts.service\n';
    expect(['b', 'c', 'd'].map((name) => gcloud.read(`${vm(name)}/systemctl`))).toEqual([
      script,
      `${script}restart cassandra.service\n`,
      script,
    ]);
    expect([exit, stdout]).toEqual([0, 'c restarted\n']);
    expect(stderr).toMatch(/c: nodetool drain\nc: systemctl restart cassandra.service\n[\s\S]*staging-cassandra is healthy.\n$/);
  });

  test.each([
    [['--since', 'yesterday'], 'must be a time in the past, such as 2026-11-25T20:00:00Z.'],
    [['--timeout', '0'], 'must be a positive number of minutes.'],
    [['--ring', 'x'], "unknown ring 'x'; known: staging-cassandra\n"],
  ])('fails with one sentence for %p', async (args, sentence) => {
    const { status: exit, stderr } = await run('rolling-restart', 'staging', ...args);
    expect([exit, stderr]).toEqual([1, expect.stringContaining(sentence)]);
  });
});

test('replace fails with one sentence for an unknown node', async () => {
  const { status: exit, stderr } = await run('replace', 'staging', 'x');
  expect([exit, stderr]).toEqual([1, "unknown node 'x' of staging-cassandra; known: b, c, d\n"]);
});

test.each(['status', 'rolling-restart', 'rollout', 'replace'])('%s --help shows its usage', async (name) => {
  const { stdout } = await run(name, '--help');
  expect(stdout).toContain('Exit codes: 0 ');
  expect(stdout).toContain(`  gke-platform cassandra ${name} staging`);
});
