import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { terraformBinary } from '../../lib/terraform/cli';
import { describeWithTerraform } from '../support/terraform';

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

describeWithTerraform('gke-platform preview', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'preview '));
    execFileSync(process.execPath, [path.join(root, 'dist/environments/main.js')], {
      env: { ...process.env, CDKTF_OUTDIR: path.join(folder, 'deployed') },
    });
    cpSync(path.join(folder, 'deployed'), path.join(folder, 'cdktf.out'), { recursive: true });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a command with the simulated cloud around it. */
  const inSandbox = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'sandbox', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    return { status, stdout, stderr };
  };

  const preview = (...args: string[]) => inSandbox(process.execPath, command, 'preview', 'staging', ...args);

  const change = (edit: (resources: Record<string, Record<string, Record<string, unknown>>>) => void): void => {
    const file = path.join(folder, 'cdktf.out/stacks/staging/cdk.tf.json');
    const json = JSON.parse(readFileSync(file, 'utf8'));
    edit(json.resource);
    writeFileSync(file, JSON.stringify(json));
  };

  test('previews an environment before its deploy, after it, and with changes', () => {
    const first = preview();
    expect(first.stderr).toMatch(
      new RegExp(
        `${terraformBinary()} init\n${terraformBinary()} plan\n${terraformBinary()} show\nbundle .*\nreport\nstaging: \\d+ created`,
      ),
    );
    expect(first.stdout).toMatch(/to add, 0 to change, 0 to destroy, as counted by Terraform/);
    expect(first.status).toBe(0);

    const stack = path.join('cdktf.out', 'stacks', 'staging');
    expect(inSandbox(terraformBinary(), `-chdir=${stack}`, 'apply', '-auto-approve', '-input=false', '-no-color').status).toBe(0);
    expect(preview()).toMatchObject({ status: 0, stdout: expect.stringContaining('staging: no changes') });

    change((resources) => {
      const [pool] = Object.values(resources.google_container_node_pool!);
      (pool!.node_config as Record<string, unknown>).machine_type = 'e2-standard-8';
      const [schedule] = Object.values(resources.google_compute_resource_policy!);
      (schedule!.snapshot_schedule_policy as { retention_policy: { max_retention_days: number } }).retention_policy.max_retention_days = 1;
    });
    const second = preview('--base', 'deployed', '--out', 'p.md', '--html', 'p.html', '--json', 'p.json');
    expect(second).toMatchObject({ status: 2, stdout: '' });
    const report = JSON.parse(readFileSync(path.join(folder, 'p.json'), 'utf8'));
    expect(report).toMatchObject({ stack: 'staging', isRefused: true, countsAgree: 'yes', counts: { add: 0, change: 2, destroy: 0 } });
    expect(report.groups.map(({ construct }: { construct: string }) => construct)).toEqual(['Cluster', 'Snapshots']);
    expect(report.reachability).toEqual({ opened: [], closed: [] });
    expect(readFileSync(path.join(folder, 'p.html'), 'utf8')).toContain('data:image/svg+xml;base64,');

    const { rule, address, action } = report.verdicts.find(({ severity }: { severity: string }) => severity === 'refuse');
    writeFileSync(
      path.join(folder, 'acks.json'),
      JSON.stringify([{ rule, address, action, reason: 'it is a test', expires: '2999-12-31' }]),
    );
    const acknowledged = preview('--acknowledgements', 'acks.json');
    expect(acknowledged.stdout).toMatch(/\*\*acknowledged\*\*/);
    expect(acknowledged.status).toBe(0);

    change((resources) => {
      const policies = resources.kubernetes_network_policy_v1!;
      delete policies[Object.keys(policies).find((name) => /^Cassandra_From-apps-billing.*Egress/.test(name))!];
    });
    expect(preview('--acknowledgements', 'acks.json').stdout).toContain('billing no longer reaches cassandra at 9042');
  });

  test('leaves no plan and no lock behind', () => {
    expect(existsSync(path.join(folder, 'cdktf.out/stacks/staging/plan'))).toBe(false);
    expect(inSandbox(terraformBinary(), '-chdir=cdktf.out/stacks/staging', 'plan', '-input=false').status).toBe(0);
  });

  test.each([
    ['a stack that is not there', ['nowhere'], "unknown stack 'nowhere' in"],
    ['a plan that is none', ['staging', '--plan-json', 'deployed/manifest.json'], 'not a plan'],
    ['a configuration without its plan', ['staging', '--config', 'x'], '--config must be given with --plan-json'],
    ['a plan that cannot be made', ['staging', '--out-dir', 'broken'], 'Error: Invalid expression'],
  ])('fails on %s with one sentence', (_, args, message) => {
    cpSync(path.join(folder, 'deployed'), path.join(folder, 'broken'), { recursive: true });
    writeFileSync(path.join(folder, 'broken/stacks/staging/cdk.tf.json'), `{"output":{"x":{"value":"\${1 +}"}}}`);
    const { status, stderr } = inSandbox(process.execPath, command, 'preview', ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });
});
