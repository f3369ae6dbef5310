import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../lib/cli/program';
import { formatGuardReport, guard } from '../../lib/guard';
import type { Plan } from '../../lib/terraform/plan';
import { createChange, createPlan } from '../preview/plans';

const SECRET = 'fS8yHCKvgdy3';

/** A grant of ownership to a member that is a secret: the guard names the member. */
const grantTo = (member: string, isMarked = true): Plan =>
  createPlan(
    createChange('google_project_iam_member', 'owner', {
      after: { project: 'shop', role: 'roles/owner', member },
      after_sensitive: { member: isMarked },
    }),
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gke-platform-outputs-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command and returns what it prints. */
async function outputOf(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  }
  await runCommandLine([...args]);
  jest.restoreAllMocks();
  return printed.join('');
}

function write(name: string, json: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(json));
  return file;
}

describe('the guard', () => {
  test('names a member that is no secret', () => {
    expect(formatGuardReport(guard(grantTo('user:jane@example.com', false)))).not.toContain('(sensitive)');
  });

  test('masks a marked value in its findings', () => {
    const report = guard(grantTo(`user:${SECRET}@example.com`));
    expect(report.verdicts).toHaveLength(1);
    expect(report.isRefused || report.verdicts[0]!.severity === 'warn').toBe(true);
    expect(JSON.stringify(report)).not.toContain(SECRET);
    expect(formatGuardReport(report)).toContain('(sensitive)');
  });

  test.each([[[]], [['--json']]])('masks it on the command line too (%j)', async (options) => {
    const file = write('plan.json', grantTo(`user:${SECRET}@example.com`).json);
    const output = await outputOf('guard', '--plan-json', file, ...options);
    expect(output).toContain('google_project_iam_member.owner');
    expect(output).not.toContain(SECRET);
  });
});

describe('commands that read a stack', () => {
  const synthesized = {
    '//': { metadata: { stackName: 'shop' } },
    resource: {
      google_sql_user: { App: { password: SECRET } },
      google_container_node_pool: {
        Pool: { name: 'pool', location: `zone-${SECRET}`, node_config: { machine_type: SECRET, image_type: SECRET } },
      },
      google_compute_firewall: {
        Rule: { name: 'rule', network: SECRET, direction: 'INGRESS', allow: [{ protocol: 'tcp' }], description: SECRET },
      },
    },
  };

  test.each([
    ['check', []],
    ['check', ['--json']],
    ['reach', []],
    ['reach', ['--json']],
    ['reach', ['--format', 'csv']],
    ['reach', ['--format', 'dot']],
    ['cost', []],
    ['cost', ['--json']],
    ['topology', []],
    ['topology', ['--mermaid']],
  ])('%s %j shows no secret', async (command, options) => {
    mkdirSync(path.join(folder, 'stacks/shop'), { recursive: true });
    write('manifest.json', { version: '1', stacks: { shop: { name: 'shop', synthesizedStackPath: 'stacks/shop/cdk.tf.json' } } });
    write('stacks/shop/cdk.tf.json', synthesized);
    const output = await outputOf(command, 'shop', '--out-dir', folder, ...(command === 'check' ? [] : ['--no-synth']), ...options);
    expect(output).not.toContain('Error');
    expect(output.length).toBeGreaterThan(10);
    expect(output).not.toContain(SECRET);
  });
});

describe('addresses', () => {
  const marked = (value: string, address: string, index?: string): Plan =>
    createPlan(
      createChange('t', 'marked', { after: { user: value }, after_sensitive: { user: true } }),
      createChange('google_compute_disk', 'x', { actions: ['delete'], before: { name: 'data' } }, { address, index }),
    );

  test.each([
    ['cassandra', 'google_compute_disk.cassandra', undefined],
    ['cassandra', 'module.cassandra.google_compute_disk.data', undefined],
    ['production', 'google_compute_disk.data["production"]', 'production'],
    ['google', 'google_compute_disk.data', undefined],
    ['compute_disk', 'google_compute_disk.data', undefined],
    ['Kj8sQw2', 'google_compute_disk.Node_Kj8sQw2', undefined],
  ])('a marked %j does not mask %s', (value, address, index) => {
    const verdicts = guard(marked(value, address, index)).verdicts;
    expect(verdicts.map((verdict) => verdict.address)).toEqual([address]);
  });

  test('an instance key that is no word is masked', () => {
    expect(JSON.stringify(guard(marked(SECRET, `google_compute_disk.data["${SECRET}"]`, SECRET)))).not.toContain(SECRET);
  });
});
