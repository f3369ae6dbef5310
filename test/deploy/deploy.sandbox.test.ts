import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { terraformBinary } from '../../lib/terraform/cli';
import { describeWithTerraform } from '../support/terraform';

const command = path.join(__dirname, '../../dist/lib/cli/main.js');

describeWithTerraform('gke-platform deploy', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'deploy '));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const environment = { ...process.env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' };
  const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8', env: environment });
  const inSandbox = (...args: string[]) => run('sandbox', process.execPath, command, ...args);
  const preview = (...args: string[]) => inSandbox('preview', 'tickets', '--out', 'preview.md', ...args);
  const deploy = (...args: string[]) => inSandbox('deploy', 'tickets', ...args);

  /** Writes a synthesized stack with the given resources. */
  const synthesize = (resource: Record<string, unknown>): void => {
    const stack = path.join(folder, 'cdktf.out/stacks/tickets');
    mkdirSync(stack, { recursive: true });
    const manifest = { stacks: { tickets: { workingDirectory: 'stacks/tickets', synthesizedStackPath: 'stacks/tickets/cdk.tf.json' } } };
    writeFileSync(path.join(folder, 'cdktf.out/manifest.json'), JSON.stringify(manifest));
    const required_providers = {
      google: { source: 'hashicorp/google', version: '6.50.0' },
      kubernetes: { source: 'hashicorp/kubernetes', version: '2.38.0' },
    };
    const terraform = { required_providers, backend: { gcs: { bucket: 'states', prefix: 'tickets' } } };
    const provider = { google: [{ project: 'tickets' }], kubernetes: [{ host: 'https://example.com' }] };
    writeFileSync(path.join(stack, 'cdk.tf.json'), JSON.stringify({ terraform, provider, resource }));
  };

  const settings = (name: string) => ({ kubernetes_config_map_v1: { Settings: { metadata: { name } } } });

  const autoscaled = (image: string) => ({
    kubernetes_deployment_v1: {
      App: {
        metadata: { name: 'app', namespace: 'default' },
        spec: {
          replicas: '2',
          selector: { match_labels: { app: 'app' } },
          template: { metadata: { labels: { app: 'app' } }, spec: { container: [{ name: 'app', image }] } },
        },
        lifecycle: { ignore_changes: ['spec[0].replicas'] },
      },
    },
    kubernetes_horizontal_pod_autoscaler_v2: {
      App: {
        metadata: { name: 'app', namespace: 'default' },
        spec: { min_replicas: 2, max_replicas: 9, scale_target_ref: { api_version: 'apps/v1', kind: 'Deployment', name: 'app' } },
      },
    },
  });

  /** Changes simulated resources outside of Terraform. */
  const editCloud = (edit: (resources: Record<string, Record<string, { values: Record<string, unknown> }>>) => void): void => {
    const file = path.join(folder, '.sandbox/cloud.json');
    const cloud = JSON.parse(readFileSync(file, 'utf8'));
    edit(cloud.resources);
    writeFileSync(file, JSON.stringify(cloud));
  };

  test('applies what was previewed, and reports that no changes remain', () => {
    synthesize(settings('parked'));
    expect(preview()).toMatchObject({ status: 0 });
    const [digest] = /sha256:[0-9a-f]{64}/.exec(readFileSync(path.join(folder, 'preview.md'), 'utf8'))!;
    // What was synthesized meanwhile does not count.
    synthesize(settings('unparked'));
    const { status, stdout, stderr } = deploy('--digest', digest);
    expect(stdout).toContain('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.');
    expect(stderr).toMatch(
      new RegExp(
        `${terraformBinary()} apply\n${terraformBinary()} plan, to check that no changes remain\ntickets matches the preview: a new plan has no changes.\n$`,
      ),
    );
    expect(status).toBe(0);
    editCloud((resources) => expect(JSON.stringify(resources.kubernetes_config_map_v1)).toContain('"name":"parked"'));

    const again = deploy('--digest', digest);
    expect(again.stderr).toMatch(
      /the state was written after the plan was created: it must be serial \d+ of .*, got serial \d+ of .*; run a new preview/,
    );
    expect(again).toMatchObject({ status: 2, stdout: '' });
  });

  test('a bundle is readable only by its owner, and a failed preview removes it', () => {
    synthesize(settings('parked'));
    expect(preview()).toMatchObject({ status: 0 });
    const bundle = path.join(folder, '.preview/tickets');
    expect(statSync(bundle).mode & 0o777).toBe(0o700);
    expect(readFileSync(path.join(bundle, '.gitignore'), 'utf8')).toBe('*\n');
    synthesize({ kubernetes_config_map_v1: { Settings: { nme: 'x' } } });
    expect(preview()).toMatchObject({ status: 1 });
    expect(existsSync(bundle)).toBe(false);
    expect(deploy()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        "'tickets' has no bundle in '.preview/tickets': pass the id of a stack, and run gke-platform preview tickets first",
      ),
    });
    synthesize(settings('parked'));
    expect(preview('--no-bundle')).toMatchObject({ status: 0 });
    expect(existsSync(bundle)).toBe(false);
    expect(preview('--bundle', 'cdktf.out')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("'cdktf.out' cannot be used for a bundle: it holds"),
    });
    expect(existsSync(path.join(folder, 'cdktf.out/manifest.json'))).toBe(true);
  });

  test('refuses a bundle that differs from the approved one', () => {
    synthesize(settings('parked'));
    preview();
    const bundle = path.join(folder, '.preview/tickets');
    const manifest = JSON.parse(readFileSync(path.join(bundle, 'bundle.json'), 'utf8'));
    const refusal = (tamper: (copy: string) => void, ...args: string[]): string => {
      const copy = path.join(folder, 'tampered');
      rmSync(copy, { recursive: true, force: true });
      cpSync(bundle, copy, { recursive: true });
      tamper(copy);
      const { status, stdout, stderr } = deploy('--bundle', 'tampered', ...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      return stderr;
    };
    const rewrite = (changes: object) => (copy: string) =>
      writeFileSync(path.join(copy, 'bundle.json'), JSON.stringify({ ...manifest, ...changes }));
    const minutesAgo = (minutes: number) => ({ madeAt: new Date(Date.now() - minutes * 60_000).toISOString() });

    expect(refusal((copy) => writeFileSync(path.join(copy, 'plan'), 'x'))).toContain(
      "plan of the bundle in 'tampered' does not match its manifest",
    );
    expect(refusal((copy) => writeFileSync(path.join(copy, 'stack/cdk.tf.json'), '{}'))).toContain('stack/cdk.tf.json of the bundle');
    expect(refusal((copy) => writeFileSync(path.join(copy, 'acknowledgements.json'), '[ ]'))).toContain(
      'acknowledgements.json of the bundle',
    );
    expect(refusal((copy) => rmSync(path.join(copy, 'plan')))).toContain("plan of the bundle in 'tampered' is missing");
    expect(refusal((copy) => writeFileSync(path.join(copy, 'stack/more.tf'), ''))).toContain(
      'contains stack/more.tf, which is not in its manifest',
    );
    expect(refusal(rewrite({ bundleVersion: 2 }))).toContain('is not supported');
    expect(refusal(rewrite({}), '--digest', `sha256:${'0'.repeat(64)}`)).toMatch(/must be sha256:0{64}, got sha256:[0-9a-f]{64}/);
    expect(refusal(rewrite({ stack: 'other' }))).toContain('must be of stack tickets, got other');
    expect(refusal(rewrite(minutesAgo(61)))).toContain('must be at most 60 minutes old, got 61: run a new preview');
    expect(refusal(rewrite(minutesAgo(-10)))).toContain('got -10');
    expect(refusal(rewrite({ madeAt: 'yesterday' }))).toContain('got NaN');
    expect(refusal(rewrite(minutesAgo(11)), '--max-age', '10')).toContain('must be at most 10 minutes old, got 11');
    expect(
      refusal(rewrite({ versions: { terraform: '1.5.7', providers: { 'registry.terraform.io/hashicorp/google': '6.49.0' } } })),
    ).toMatch(
      /created with other versions: Terraform must be 1\.5\.7, got .*; provider registry.terraform.io\/hashicorp\/google must be 6\.49\.0, got none/,
    );
    expect(deploy().status).toBe(0);
  });

  test('runs the guard again, with the acknowledgements of the preview and the date of the deploy', () => {
    synthesize({ ...settings('parked'), kubernetes_namespace_v1: { App: { metadata: { name: 'app' } } } });
    expect([preview().status, deploy().status]).toEqual([0, 0]);
    synthesize(settings('parked'));
    const refused = preview();
    expect(refused.status).toBe(2);
    expect(deploy()).toMatchObject({ status: 2, stderr: expect.stringContaining('the guard refuses this plan:\n') });

    const acknowledgement = { rule: 'namespace-destroyed', address: 'kubernetes_namespace_v1.App', action: 'delete', reason: 'a test' };
    const acknowledge = (expires: string) =>
      writeFileSync(path.join(folder, 'acks.json'), JSON.stringify([{ ...acknowledgement, expires }]));
    acknowledge('2020-01-01');
    expect(preview('--acknowledgements', 'acks.json').status).toBe(2);
    expect(deploy().stderr).toMatch(/expired/);
    acknowledge('2999-12-31');
    expect(preview('--acknowledgements', 'acks.json').status).toBe(0);
    expect(deploy()).toMatchObject({ status: 0, stdout: expect.stringContaining('1 destroyed') });
  });

  test('refuses to remove pods that an autoscaler added after the plan', () => {
    synthesize(autoscaled('app:1'));
    expect([preview().status, deploy().status]).toEqual([0, 0]);
    const scale = (replicas: string): void =>
      editCloud((resources) => {
        const [deployment] = Object.values(resources.kubernetes_deployment_v1!);
        (deployment!.values.spec as { replicas: string }[])[0]!.replicas = replicas;
      });
    synthesize(autoscaled('app:2'));
    scale('3');
    expect(preview().status).toBe(0);
    scale('7');
    const { status, stdout, stderr } = deploy();
    expect(stderr).toContain(
      'kubernetes_deployment_v1.App has 7 pods and the plan would set 3, since an update writes the whole spec: run a new preview',
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(preview().status).toBe(0);
    expect(deploy().status).toBe(0);
    editCloud((resources) => expect(JSON.stringify(resources.kubernetes_deployment_v1)).toMatch(/"replicas":"7".*app:2/));
  });

  test('an interrupted apply saves the state and releases its lock', async () => {
    const provisioner = [{ 'local-exec': { command: 'sleep 2' } }];
    const dollar = (reference: string) => `$\{${reference}}`;
    synthesize({
      ...settings('parked'),
      terraform_data: { First: { input: 1, provisioner }, Second: { input: dollar('terraform_data.First.output') } },
    });
    expect(preview().status).toBe(0);
    const child = spawn(process.execPath, [command, 'sandbox', process.execPath, command, 'deploy', 'tickets'], {
      cwd: folder,
      env: environment,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    while (!output.includes('(local-exec): Executing') && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(output).toContain(
      `${terraformBinary()} apply ended with 1; completed changes are in the state, and a new preview shows the remaining ones; the state is not locked`,
    );
    expect(readdirSync(folder)).not.toContain('errored.tfstate');
    expect(preview()).toMatchObject({ status: 0 });
    expect(readFileSync(path.join(folder, 'preview.md'), 'utf8')).toMatch(/<code>Second<\/code> is created/);
  });

  test('secrets in the output of Terraform are masked', () => {
    const provisioner = [
      {
        'local-exec': {
          command: 'echo logged in with hunter2-of-the-token; echo token=$TOKEN',
          environment: { TOKEN: 'hunter2-of-the-token' },
        },
      },
    ];
    synthesize({ ...settings('parked'), terraform_data: { Login: { input: 1, provisioner } } });
    expect(preview().status).toBe(0);
    const { status, stdout, stderr } = deploy();
    expect([status, stderr]).toEqual([0, expect.stringContaining('a new plan has no changes')]);
    expect(stdout).toContain('(local-exec): logged in with (sensitive)');
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
  });

  test.each([
    ['an invalid digest', ['--digest', 'abc'], 'must be sha256: and 64 hexadecimal digits'],
    ['an invalid age', ['--max-age', 'soon'], 'must be a positive number of minutes'],
  ])('fails on %s', (_, args, message) => {
    const { status, stderr } = run('deploy', 'tickets', ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
