import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Leftovers, processWith } from './leftovers';
import type { RealRing } from './real-ring';
import { step } from './steps';

const MAIN = join(__dirname, '../../dist/lib/cli/main.js');

/** `gke-platform sandbox --vms` and `vm`, on the deployment of the tests before. */
export function runsByCommand(ring: () => RealRing): void {
  const run = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  const vm = (verb: string, ...args: string[]) => run('vm', verb, '--directory', ring().directory, ...args);
  const start = () => run('sandbox', '--vms', '--directory', ring().directory, process.execPath, '--version');
  const service = () => processWith('vm-service.js', ring().directory)!;

  step('gke-platform sandbox --vms starts the deployed VMs, and keeps them running', ring, async () => {
    const { status, stdout, stderr } = start();
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${process.version}\n` });
    expect(stderr).toContain('Running VMs: staging-cassandra-b, staging-cassandra-c, staging-cassandra-d.');
    expect(vm('list').stdout).toMatch(/^staging-cassandra-b +europe-west1-b +n2-standard-2 +10\.10\.8\.11 +RUNNING/m);
  });

  step('gke-platform vm reaches the VMs', ring, async () => {
    expect(vm('exec', 'staging-cassandra-b', 'hostname')).toMatchObject({ status: 0, stdout: 'staging-cassandra-b\n' });
    expect(vm('exec', 'staging-cassandra-b', 'sh', '-c', 'exit 3').status).toBe(3);
    expect(vm('console', 'staging-cassandra-b').stdout).toContain('cassandra-node: ');
    expect(vm('power-off', 'staging-cassandra-c').stdout).toBe('staging-cassandra-c is TERMINATED\n');
    expect(vm('list').stdout).toMatch(/^staging-cassandra-c .* TERMINATED *$/m);
    expect(vm('exec', 'staging-cassandra-c', 'true')).toMatchObject({ status: 1, stderr: 'staging-cassandra-c is not running\n' });
    expect(vm('start', 'staging-cassandra-c').stdout).toBe('staging-cassandra-c is RUNNING\n');
  });

  step('VMs leave nothing behind when the sandbox is killed', ring, async () => {
    const pid = service();
    const leftovers = Leftovers.watch(pid, ring().directory);
    expect(leftovers.processes.length).toBeGreaterThan(10);
    process.kill(pid, 'SIGKILL');
    const end = Date.now() + 5000;
    while (leftovers.find().length > 0 && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
    expect(leftovers.find()).toEqual([]);
    expect(vm('list')).toMatchObject({ status: 1, stderr: expect.stringContaining('no VMs run for the sandbox') });
  });

  step('VMs leave nothing behind when the sandbox ends', ring, async () => {
    start();
    const leftovers = Leftovers.watch(service(), ring().directory);
    expect(vm('end')).toMatchObject({ status: 0, stderr: '' });
    expect(leftovers.find()).toEqual([]);
  });
}
