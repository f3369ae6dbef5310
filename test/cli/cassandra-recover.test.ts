import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RecoverRingOptions, recoverRingCommand } from '../../lib/cli/cassandra-recover-ring';
import { reportResult } from '../../lib/cli/stepwise-result';
import { RefusedError, ReportedError } from '../../lib/core/reported-error';
import type { RecoverResult, RecoverState } from '../../lib/recovery';
import { stackWithRing } from '../operations/rings';
import { apiError, FakeCompute } from '../recovery/fake-compute';

const COMMAND = path.join(__dirname, '../../dist/lib/cli/main.js');
const DISK = 'staging-cassandra-c-data';

describe('the command', () => {
  let compute: FakeCompute;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'recover-'));
    mkdirSync(path.join(folder, 'cdktf.out/stacks/staging'), { recursive: true });
    const manifest = { stacks: { staging: { synthesizedStackPath: 'stacks/staging/cdk.tf.json' } } };
    writeFileSync(path.join(folder, 'cdktf.out/manifest.json'), JSON.stringify(manifest));
    writeFileSync(path.join(folder, 'cdktf.out/stacks/staging/cdk.tf.json'), JSON.stringify(stackWithRing()));
    compute = await FakeCompute.start();
    compute.answer = ({ path: asked }) =>
      asked === `zones/europe-west1-c/disks/${DISK}` ? { body: { name: DISK, sizeGb: '50' } } : apiError(404, 'not found', 'notFound');
  });
  afterEach(async () => {
    await compute.stop();
    rmSync(folder, { recursive: true });
  });

  function recover(...options: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [COMMAND, 'cassandra', 'recover', 'staging', '--no-synth', ...options], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...compute.environment },
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (text.stdout += data));
    child.stderr.on('data', (data) => (text.stderr += data));
    return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...text })));
  }

  test('a dry run finds the disk, and changes nothing', async () => {
    const { status, stdout } = await recover('--disk', DISK, '--dry-run');
    expect({ status, first: stdout.split('\n')[0] }).toEqual({
      status: 0,
      first: `1. snapshot: take a snapshot of disk ${DISK} in europe-west1-c`,
    });
    expect(compute.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test.each([
    ['no source', [], "one of '--disk' and '--snapshot' must be given"],
    ['two sources', ['--disk', DISK, '--snapshot', 's'], "one of '--disk' and '--snapshot' must be given"],
    ['the zone of a snapshot', ['--snapshot', 's', '--zone', 'z'], "'--zone' is for '--disk': a snapshot has no zone"],
    ['--partial without a ring', ['--disk', DISK, '--partial'], "'--partial' needs '--into'"],
    ['an unknown disk', ['--disk', 'x'], 'there is no disk x in europe-west1-b, europe-west1-c, europe-west1-d of project parking-staging'],
    ['an unknown snapshot', ['--snapshot', 'x'], 'there is no snapshot x in project parking-staging'],
    ['an unknown node', ['--disk', DISK, '--into', 'x', '--dry-run'], "'--into' must be a node of staging-cassandra (b, c, d), got 'x'"],
    ['a ring without a disks file', ['--disk', DISK, '--into', 'c', '--dry-run'], "ring staging-cassandra must have the prop 'disksFile'"],
  ])('%s is refused with 2', async (_, options, message) => {
    expect(await recover(...options)).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(compute.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

const OPTIONS: RecoverRingOptions = {
  ...{ synth: true, outDir: 'no such folder', into: 'c', partial: false, dryRun: false, yes: true, breakLock: false },
};

test.each([
  ['a stack that is not synthesized', { synth: false }, '--no-synth cannot be combined with --into'],
  ['no terminal and no --yes', { yes: false }, 'pass --yes'],
])('%s is refused before anything is read', async (_, changes, message) => {
  await expect(recoverRingCommand('staging', { disk: DISK }, { ...OPTIONS, ...changes })).rejects.toEqual(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  );
});

const result = (state: RecoverState, error?: Error): RecoverResult => ({
  ...{ state, done: [], kept: [], endedAt: 'join', problem: 'it failed' },
  ...(error === undefined ? {} : { error }),
});

test.each([
  ['a problem', result('joined'), 1],
  ['a reported error', result('replacing', new ReportedError('it failed')), 1],
  ['a refusal before any change', result('unchanged', new RefusedError('it failed')), 2],
  ['a refusal after a change', result('stopped', new RefusedError('it failed')), 1],
])('%s ends the command with its state', (_, ended, exitCode) => {
  expect(() => reportResult(ended, 'recovered', ['Continue with: this'])).toThrow(
    expect.objectContaining({ exitCode, message: 'ended at join: it failed\nContinue with: this' }),
  );
});
