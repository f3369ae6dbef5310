import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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

  test.each(['list', 'console', 'exec', 'start', 'stop', 'reset', 'power-off', 'end'])('%s --help shows its usage', (verb) => {
    const { status, stdout } = run('vm', verb, '--help');
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('folder of the sandbox') });
  });

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

  const summary = (name: string, status: string, state: string) => ({
    ...{ name, status, state, zone: 'europe-west1-b', machineType: 'n2-standard-2', address: '10.10.8.11', console: '/nowhere' },
  });

  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request.url!);
      const all = [summary('staging-cassandra-b', 'RUNNING', 'ready: yes'), summary('c', 'TERMINATED', '')];
      if (request.url === '/') response.end(JSON.stringify(all));
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

  test('fails for an unknown VM', async () => {
    await expect(vm('stop', 'x')).rejects.toThrow('there is no VM of that name');
    await expect(vm('console', 'x')).rejects.toThrow("unknown VM 'x'; known: staging-cassandra-b, c");
  });
});
