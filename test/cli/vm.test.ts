import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { vmCommand } from '../../lib/cli/vm';
import { socketPath } from '../../lib/sandbox/vms/vm-service';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');
const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });

describe('gke-platform vm', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'vm '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('explains how to start VMs when none run', () => {
    const { status, stderr } = run('vm', 'list', '--directory', folder);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `no VMs run for the sandbox in ${folder}: deploy with 'gke-platform sandbox --vms COMMAND', or name its folder with --directory\n`,
    });
  });

  test.each(['list', 'console', 'exec', 'start', 'stop', 'reset', 'power-off', 'snapshot', 'advance', 'end'])(
    '%s --help shows its usage',
    (verb) => {
      const { status, stdout } = run('vm', verb, '--help');
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('folder of the sandbox') });
    },
  );

  test('shows its exit codes and examples', () => {
    expect(run('vm', '--help').stdout).toMatch(
      /Exit codes: 0 done, 1 failed[\s\S]*gke-platform vm exec staging-cassandra-b nodetool status/,
    );
  });

  test('reports missing requirements of --vms before it starts anything', () => {
    // Neither root without programs, nor an ordinary user, nor another system can run them.
    const { status, stderr } = spawnSync(process.execPath, [command, 'sandbox', '--vms', '--directory', folder, 'true'], {
      encoding: 'utf8',
      env: { ...process.env, PATH: '/nowhere' },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^local VMs cannot run here: .*\. Without them \(no --vms\) the sandbox works as always\n$/);
  });
});

const withSockets = process.platform === 'linux' && process.getuid?.() === 0 ? describe : describe.skip;

withSockets('gke-platform vm, asking a service', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vms '));
  const asked: string[] = [];
  let server: Server;
  let printed: string;
  let snapshotFailure: string | undefined;

  const summary = (name: string, status: string, state: string) => ({
    ...{ name, status, state, zone: 'europe-west1-b', machineType: 'n2-standard-2', address: '10.10.8.11', console: '/nowhere' },
  });

  beforeEach(async () => {
    asked.length = 0;
    snapshotFailure = undefined;
    server = createServer((request, response) => {
      asked.push(request.url!);
      const all = [summary('staging-cassandra-b', 'RUNNING', 'ready: yes'), summary('c', 'TERMINATED', '')];
      if (request.url === '/') response.end(JSON.stringify(all));
      else if (request.url === '/reconcile') response.end('[]');
      else if (request.url === '/snapshot-failure') response.end(JSON.stringify({ failure: snapshotFailure }));
      else if (request.url === '/c/entering')
        request.on('data', (data) => asked.push(String(data))).once('end', () => response.end('["true"]'));
      else if (request.url === '/c/start') response.end(JSON.stringify(summary('c', 'RUNNING', '')));
      else response.writeHead(400).end(JSON.stringify({ message: 'there is no VM of that name' }));
    });
    mkdirSync(path.dirname(socketPath(folder)), { recursive: true, mode: 0o700 });
    await new Promise<void>((done) => server.listen(socketPath(folder), done));
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text;
      return true;
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await new Promise((done) => server.close(done));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const vm = (verb: string, ...args: string[]) =>
    new Command()
      .enablePositionalOptions()
      .addCommand(vmCommand())
      .parseAsync(['vm', verb, '--directory', folder, ...args], { from: 'user' });

  test('list shows names, zones, addresses and states', async () => {
    await vm('list');
    expect(printed).toBe(
      [
        'NAME                 ZONE            MACHINE TYPE   ADDRESS     STATUS      STATE',
        'staging-cassandra-b  europe-west1-b  n2-standard-2  10.10.8.11  RUNNING     ready: yes',
        'c                    europe-west1-b  n2-standard-2  10.10.8.11  TERMINATED',
        '',
      ].join('\n'),
    );
  });

  test('list --json contains every VM', async () => {
    await vm('list', '--json');
    expect(JSON.parse(printed)).toHaveLength(2);
  });

  test('a verb is applied to the VM of that name, and its new status is printed', async () => {
    await vm('start', 'c');
    expect(asked).toContain('/c/start');
    expect(printed).toBe('c is RUNNING\n');
  });

  test.each([[['uptime', '--pretty']], [['--', 'uptime', '--pretty']]])('exec %j runs the command with its options', async (words) => {
    await vm('exec', 'c', ...words);
    expect(asked).toContain('["uptime","--pretty"]');
    expect(process.exitCode).toBe(0);
  });

  test('fails for an unknown VM', async () => {
    await expect(vm('stop', 'x')).rejects.toThrow('there is no VM of that name');
    await expect(vm('console', 'x')).rejects.toThrow("unknown VM 'x'; known: staging-cassandra-b, c");
  });

  describe('snapshots', () => {
    const zone = 'projects/parking/zones/europe-west1-b';
    const policy = 'projects/parking/regions/europe-west1/resourcePolicies/daily';
    const place = { project: 'parking', zone: 'europe-west1-b' };
    const store = (type: string, ...resources: readonly [string, object][]) => ({
      [type]: Object.fromEntries(resources.map(([identity, values]) => [identity, { values, provider: {} }])),
    });
    const disk = (name: string, id: string) => [`${zone}/disks/${name}`, { ...place, name, disk_id: id, size: 10 }] as [string, object];
    const daily = { schedule: [{ daily_schedule: [{ days_in_cycle: 1, start_time: '04:00' }] }] };

    beforeEach(() => {
      const resources = {
        ...store('google_project_service', ['parking/compute', { project: 'parking', service: 'compute.googleapis.com' }]),
        ...store('google_compute_disk', disk('data', '1'), disk('other', '2')),
        ...store('google_compute_resource_policy', [policy, { project: 'parking', name: 'daily', snapshot_schedule_policy: [daily] }]),
        ...store('google_compute_disk_resource_policy_attachment', [
          'parking/europe-west1-b/data/daily',
          { ...place, disk: 'data', name: 'daily' },
        ]),
      };
      writeFileSync(path.join(folder, 'cloud.json'), JSON.stringify({ resources, series: {} }));
    });
    const snapshots = (): string[] =>
      Object.keys(JSON.parse(readFileSync(path.join(folder, 'cloud.json'), 'utf8')).resources.google_compute_snapshot ?? {});

    test('snapshot takes one of a disk, which the VMs follow', async () => {
      await vm('snapshot', 'data', '--name', 'monday');
      expect(printed).toBe('monday of data: READY, 10 GiB\n');
      expect(asked).toContain('/reconcile');
      expect(snapshots()).toEqual(['projects/parking/global/snapshots/monday']);
    });

    test('snapshot has the name of the disk and the time by default', async () => {
      await vm('snapshot', 'data');
      expect(printed).toMatch(/^data-\d{14} of data: READY, 10 GiB\n$/);
    });

    test('snapshot fails for an unknown disk', async () => {
      await expect(vm('snapshot', 'none')).rejects.toThrow("unknown disk 'none'; known: data, other");
    });

    test('snapshot fails with the problem of the guest, and there is none', async () => {
      snapshotFailure = '/etc/google/snapshots/pre.sh on b failed with status 3: no snapshot was taken';
      await expect(vm('snapshot', 'data', '--guest-flush')).rejects.toThrow(snapshotFailure);
      expect(snapshots()).toEqual([]);
    });

    test('advance lets the schedules take snapshots', async () => {
      await vm('advance', '--hours', '48');
      const lines = printed.split('\n');
      expect(lines[0]).toMatch(/^data-europe-west1-b-\d{14}-[a-z0-9]{8} of data: taken at \d{4}-\d\d-\d\dT04:/);
      expect(lines[2]).toBe('48 hours passed: 2 snapshots taken, 0 expired.');
      expect(snapshots()).toHaveLength(2);
    });

    test('advance fails if a scheduled snapshot could not be taken, and there is none', async () => {
      snapshotFailure = 'disk full';
      await expect(vm('advance', '--hours', '24')).rejects.toThrow('snapshots of schedules failed (1): disk full');
      expect(snapshots()).toEqual([]);
    });

    test.each(['0', '-1', 'soon', '1e3', '87601'])('advance refuses %s hours', (hours) => {
      const { status, stderr } = run('vm', 'advance', `--hours=${hours}`, '--directory', folder);
      expect(status).toBe(1);
      expect(stderr).toContain('must be a positive number of hours');
    });
  });
});
