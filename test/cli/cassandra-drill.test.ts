import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkProof, requireProof } from '../../lib/recovery';
import { apiError, FakeCompute } from '../recovery/fake-compute';
import { stackWithSchedule } from '../recovery/scheduled-stack';

const COMMAND = path.join(__dirname, '../../dist/lib/cli/main.js');
const PROOF = 'staging-cassandra.drill.json';
const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let compute: FakeCompute;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'drill-'));
  mkdirSync(path.join(folder, 'cdktf.out/stacks/staging'), { recursive: true });
  write('cdktf.out/manifest.json', JSON.stringify({ stacks: { staging: { synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } }));
  write('cdktf.out/stacks/staging/cdk.tf.json', JSON.stringify(stackWithSchedule()));
  write('drill.pem', privateKey);
  compute = await FakeCompute.start();
  // No snapshot of c.
  compute.answer = ({ path: asked }) => ({ body: asked === 'global/snapshots' ? { items: ['b', 'd'].map(snapshot) } : {} });
});
afterEach(async () => {
  await compute.stop();
  rmSync(folder, { recursive: true });
});

const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

function snapshot(node: string): object {
  return {
    name: `night-${node}`,
    sourceDisk: `projects/parking-staging/zones/europe-west1-${node}/disks/staging-cassandra-${node}-data`,
    creationTimestamp: new Date(Date.now() - 3_600_000).toISOString(),
    labels: { 'cassandra-snapshot-set': 'night' },
    status: 'READY',
    diskSizeGb: '100',
  };
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function drill(options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, 'cassandra', 'drill', 'staging', '--no-synth', ...options], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...compute.environment, ...env },
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (text.stdout += data));
  child.stderr.on('data', (data) => (text.stderr += data));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...text })));
}

test('a damaged set ends with 1, the reason in the last line, and a signed proof of the failure', async () => {
  const { status, stdout, stderr } = await drill(['--key', 'drill.pem', '--badge', 'badge.json', '--summary', 'summary.md']);
  expect(status).toBe(1);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('FAILED: level 0 (set): missing-node of c: no snapshot of c');
  expect(stderr).toBe(`proof: ${PROOF}\n`);
  const proof = requireProof(JSON.parse(read(PROOF)), PROOF);
  expect(proof).toMatchObject({
    result: 'FAILED',
    record: { verification: { set: 'night' }, configurationHash: expect.stringMatching(/^\w{64}$/) },
  });
  const { project, ring, configurationHash } = proof.record;
  expect(checkProof(proof, { project, ring, configurationHash, withinDays: 1, publicKey })).toEqual({ code: 'failed' });
  expect(JSON.parse(read('badge.json'))).toMatchObject({ label: 'backup drill', color: 'red' });
  expect(read('summary.md')).toContain('Backup drill of staging-cassandra: FAILED');
  expect(compute.requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('a proof replaces a longer one as a whole', async () => {
  write('proof.json', 'x'.repeat(100_000));
  const { stderr } = await drill(['--out', 'proof.json']);
  expect(stderr).toBe('proof: proof.json (not signed)\n');
  expect(JSON.parse(read('proof.json')).result).toBe('FAILED');
});

test('snapshots that cannot be listed fail the drill', async () => {
  compute.answer = () => apiError(404, "The resource 'projects/parking-staging' was not found");
  const { status, stdout } = await drill([]);
  expect([status, stdout.trimEnd().split('\n').at(-1)]).toEqual([
    1,
    expect.stringMatching(/^FAILED: level 0 \(set\): drill: .*was not found/),
  ]);
  expect(JSON.parse(read(PROOF)).record.verification.set).toBe('');
});

test('a drill inside a sandbox is marked as local', async () => {
  await drill([], { GKE_PLATFORM_SANDBOX: folder });
  expect(JSON.parse(read(PROOF)).record.isLocal).toBe(true);
});

test.each<[string, readonly string[], number, string]>([
  ['an unknown set', ['--set', 'none'], 2, "unknown set 'none'; known: night"],
  [
    'an unknown zone',
    ['--zone', 'europe-west1-z'],
    2,
    "unknown zone 'europe-west1-z' of staging-cassandra; known: europe-west1-b, europe-west1-c",
  ],
  ['local VMs and copies', ['--local', '--copies', 'parking-vault'], 2, '--local cannot be combined with --copies'],
  ['a zone and all zones', ['--zone', 'europe-west1-b', '--all'], 2, '--zone cannot be combined with --all'],
  ['an unknown ring', ['--ring', 'other'], 1, "unknown ring 'other'; known: staging-cassandra"],
  ['a proof in no folder', ['--out', 'none/proof.json'], 2, "'none/proof.json' cannot be written: there is no folder '"],
  ['a badge that is a folder', ['--badge', 'cdktf.out'], 2, "'cdktf.out' cannot be written: it exists, and is no file"],
  ['no file of assertions', ['--assertions', 'none.json'], 1, "cannot read 'none.json': "],
  ['a file of other content', ['--assertions', 'cdktf.out/manifest.json'], 1, 'is not a list of assertions: it must be a list of objects'],
  ['no key', ['--key', 'none.pem'], 1, "cannot read 'none.pem': "],
  ['a file that is no key', ['--key', 'cdktf.out/manifest.json'], 1, 'the private key of drill proofs cannot be read: '],
])('%s: nothing is created, and there is no proof', async (_, options, exitCode, message) => {
  const { status, stdout, stderr } = await drill(options);
  expect({ status, stdout, stderr }).toEqual({ status: exitCode, stdout: '', stderr: expect.stringContaining(message) });
  expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual([]);
  expect(compute.requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('without the programs of local VMs, --local names them and ends', async () => {
  const { status, stdout, stderr } = await drill(['--local'], { PATH: path.join(folder, 'empty') });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^--local needs local VMs, which cannot run here: /);
  expect(existsSync(path.join(folder, PROOF))).toBe(false);
});
