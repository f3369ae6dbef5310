import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NodeShell, RingNode, SecretManager, ShellAnswer } from '../../lib/operations';
import { RecoveryError } from '../../lib/recovery';
import { createRecoverTools, type RecoverToolsOptions } from '../../lib/recovery/recover-tools';
import type { DiskTools } from '../../lib/recovery/restore-tools';
import { FakeRing } from '../operations/fake-ring';
import { LAST_DISK, OneDisk, RING } from './one-disk';

// Nodes that take clients: what is waited for is tested with them.
jest.mock('../../lib/operations/convergence', () => ({
  ...jest.requireActual('../../lib/operations/convergence'),
  waitForConvergence: async () => ({ problem: undefined }),
}));

const C = RING.nodes.find(({ name }) => name === 'c')!;
const FOUND = { disk: { zone: C.zone, name: LAST_DISK }, sizeGiB: 50 };

function toolsFor(cloud: OneDisk, shell: NodeShell = new FakeRing(RING), said: string[] = []) {
  const options: RecoverToolsOptions = {
    ...{ compute: cloud.engine, ring: RING, source: { disk: LAST_DISK }, found: FOUND, node: C, shell, run: 'r1' },
    ...{ secrets: {} as SecretManager, disks: {} as DiskTools, readRows: async () => [], confirm: async () => {} },
    ...{ now: () => Date.parse('2026-11-30T03:00:00Z'), onProgress: (text: string) => void said.push(text) },
  };
  return createRecoverTools(options);
}

/** Answers scripts that begin with a text; the others succeed. */
function shellWith(text: string, answer: Partial<ShellAnswer>, ran: string[] = []): NodeShell {
  const ring = new FakeRing(RING);
  return {
    formatCommand: (node, script) => ring.formatCommand(node, script),
    run: async (node: RingNode, script: string) => {
      if (!script.includes('==begin')) ran.push(`${node.name}: ${script}`);
      return script.startsWith(text) ? { status: 0, stdout: '', stderr: '', ...answer } : ring.run(node, script);
    },
  };
}

test('the prepared clone gets the identity files of the node, and a snapshot that is not one of a set', async () => {
  const cloud = new OneDisk();
  const tools = toolsFor(cloud);
  const original = await tools.snapshotOriginal(FOUND);
  await tools.verify(original, true);
  const [task] = cloud.tasks;
  expect(task!.steps).toContain('disk-prepare');
  expect(task!.nodes.map(({ name, ownershipToken }) => [name, ownershipToken])).toEqual([['c', 'staging-cassandra/c']]);
  expect(task!.recover!.prepare).toEqual({
    marker: 'version=1\nvolume_count=1\nownership_token=staging-cassandra/c\n',
    joined: 'cluster_name=staging-cassandra\ndatacenter=europe-west1\nrack=europe-west1-c\nnum_tokens=16\n',
  });
  const prepared = await tools.snapshotPrepared(original);
  expect(cloud.snapshots.get(prepared)!.labels).toEqual({ 'cassandra-prepared-from': original });
  expect(await tools.preparedFrom(prepared)).toBe(original);
  expect(await tools.preparedFrom(original)).toBeUndefined();
  expect(cloud.leftOver).toHaveLength(1);
  await tools.removeClone();
  expect(cloud.leftOver).toEqual([]);
});

test('a disk that is verified only is not prepared, and a clone that does not exist has no snapshot', async () => {
  const cloud = new OneDisk();
  const tools = toolsFor(cloud);
  await expect(tools.snapshotPrepared('original')).rejects.toEqual(new RecoveryError('there is no prepared clone'));
  await tools.verify(await tools.snapshotOriginal(FOUND), false);
  expect(cloud.tasks[0]!.recover).toEqual({});
  await tools.removeClone();
});

test('only VMs that run are stopped', async () => {
  const cloud = new OneDisk();
  cloud.instances.delete(`europe-west1-b/${RING.nodes[0]!.vm}`);
  cloud.instances.set(`europe-west1-d/${RING.nodes[2]!.vm}`, { name: RING.nodes[2]!.vm, status: 'TERMINATED' });
  expect(await toolsFor(cloud).stop()).toMatchObject({ done: ['c'], remaining: [] });
});

test('a login that works changes no password', async () => {
  const ran: string[] = [];
  await toolsFor(new OneDisk(), shellWith('cassandra-cql', { status: 0 }, ran)).login('c');
  expect(ran).toEqual(["c: cassandra-cql 'SELECT cluster_name FROM system.local'"]);
});

test('a login that fails for another reason than the password is a failure', async () => {
  const shell = shellWith('cassandra-cql', { status: 4, stderr: 'no connection\n' });
  await expect(toolsFor(new OneDisk(), shell).login('c')).rejects.toEqual(
    new RecoveryError('the superuser cannot log in on c: no connection'),
  );
});

test('keyspaces get their replicas in one login, the roles last, which are then copied on every node', async () => {
  const ran: string[] = [];
  const keyspaces = [
    { name: 'system_auth', strategy: 'NetworkTopologyStrategy', option: 'dc1', copies: 3 },
    { name: 'Old', strategy: 'SimpleStrategy', option: 'replication_factor', copies: 2 },
  ];
  const shell = shellWith('nodetool repair', { status: 1, stderr: 'a replica is down' }, ran);
  expect(await toolsFor(new OneDisk(), shell).replicate('c', keyspaces)).toBe(
    "'nodetool repair --full system_auth' on b ended with 1: a replica is down",
  );
  const [alter] = ran as [string];
  expect(alter).toMatch(/^c: for attempt .*\n.*\n {2}cassandra-cql /);
  expect(alter.indexOf(`ALTER KEYSPACE "Old"`)).toBeGreaterThan(0);
  expect(alter.indexOf('ALTER KEYSPACE "system_auth"')).toBeGreaterThan(alter.indexOf(`ALTER KEYSPACE "Old"`));
  expect(alter.replaceAll(`'\\''`, "'")).toContain(
    `ALTER KEYSPACE "system_auth" WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3}`,
  );
});

describe('the replication, on a node', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'replication-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the script with a cassandra-cql that ends with these exit codes, one after the other. @returns exit code and commands */
  async function runWith(codes: readonly number[]): Promise<{ status: number | null; commands: string[] }> {
    const log = path.join(folder, 'commands');
    const programs = {
      'cassandra-cql': `echo cql >>"${log}"; set -- ${codes.join(' ')}; shift $(($(grep -c cql "${log}") - 1)); exit $1`,
      nodetool: `echo "nodetool $*" >>"${log}"`,
      sleep: ':',
    };
    for (const [name, content] of Object.entries(programs))
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${content}\n`, { mode: 0o755 });
    let script = '';
    const shell = shellWith('', { status: 1, stderr: 'taken' });
    const run: NodeShell['run'] = async (node, text) => {
      script ||= text;
      return shell.run(node, text, 1);
    };
    const keyspaces = [{ name: 'system_auth', strategy: 'NetworkTopologyStrategy', option: 'dc1', copies: 3 }];
    await expect(toolsFor(new OneDisk(), { ...shell, run }).replicate('c', keyspaces)).rejects.toThrow(
      'the replication failed on c: taken',
    );
    const { status } = spawnSync('bash', ['-c', script], { env: { PATH: `${folder}:/usr/bin:/bin` } });
    return { status, commands: readFileSync(log, 'utf8').trim().split('\n') };
  }

  const REPAIR = 'nodetool repair --full system_auth';

  test('is repeated after a repair of the roles while the login is refused', async () => {
    expect(await runWith([3, 3, 0])).toEqual({ status: 0, commands: ['cql', REPAIR, 'cql', REPAIR, 'cql'] });
  });

  test('is not repeated after another failure', async () => {
    expect(await runWith([1])).toEqual({ status: 1, commands: ['cql'] });
  });

  test('ends when the login is refused again and again', async () => {
    const { status, commands } = await runWith(Array(10).fill(3));
    expect([status, commands.filter((each) => each === 'cql')]).toEqual([3, Array(10).fill('cql')]);
  });
});
