import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { terraformBinary } from '../../lib/terraform/cli';
import { FakeGitHub } from '../support/fake-github';
import { describeWithTerraform } from '../support/terraform';

const root = path.join(__dirname, '../..');
const command = path.join(root, 'dist/lib/cli/main.js');

/** A bucket that is a folder. */
const GCLOUD = `#!/usr/bin/env bash
set -euo pipefail
[[ "$1 $2" == 'storage cp' ]]
args=()
for each in "\${@:3}"; do [[ $each == --* ]] || args+=("\${each/gs:\\/\\//$BUCKETS/}"); done
mkdir -p "\${args[1]}"
cp -r \${args[0]} "\${args[1]}"
`;

describeWithTerraform('the two halves of a preview, as the workflows run them', () => {
  let folder: string;
  let github: FakeGitHub;

  beforeAll(async () => {
    // Below the working directory, because the sandbox resolves charts there.
    mkdirSync(path.join(root, '.preview'), { recursive: true });
    folder = mkdtempSync(path.join(root, '.preview/workflow-'));
    execFileSync(process.execPath, [path.join(root, 'dist/environments/main.js')], {
      env: { ...process.env, CDKTF_OUTDIR: path.join(folder, 'synthesized') },
    });
    // One environment is enough here.
    const manifest = path.join(folder, 'synthesized/manifest.json');
    const json = JSON.parse(readFileSync(manifest, 'utf8'));
    delete json.stacks.production;
    writeFileSync(manifest, JSON.stringify(json));
    rmSync(path.join(folder, 'synthesized/stacks/production'), { recursive: true });
    mkdirSync(path.join(folder, 'bin'));
    writeFileSync(path.join(folder, 'bin/gcloud'), GCLOUD);
    chmodSync(path.join(folder, 'bin/gcloud'), 0o755);
    github = await FakeGitHub.start();
    const packed = await run(
      [process.execPath, command, 'artifact', 'pack', '--no-synth', '--out-dir', 'synthesized', '--out', 'base'],
      {},
      folder,
    );
    expect(packed).toMatchObject({ status: 0, output: '' });
    cpSync(path.join(folder, 'base'), path.join(folder, 'artifact'), { recursive: true });
  });

  afterAll(async () => {
    await github.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const resourceCount = (): number => {
    const { resource } = JSON.parse(readFileSync(path.join(folder, 'synthesized/stacks/staging/cdk.tf.json'), 'utf8'));
    return Object.values<object>(resource).reduce((count, ofType) => count + Object.keys(ofType).length, 0);
  };

  const run = (
    args: readonly string[],
    environment: Record<string, string>,
    cwd = root,
  ): Promise<{ status: number | null; output: string }> =>
    new Promise((resolve) => {
      const child = spawn(args[0]!, args.slice(1), {
        cwd,
        env: { ...process.env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1', ...environment },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.once('close', (status) => resolve({ status, output }));
    });

  const environment = (): Record<string, string> => ({
    PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`,
    BUCKETS: path.join(folder, 'buckets'),
    BUNDLE_BUCKET: 'gs://bundles',
    GITHUB_TOKEN: 'token',
    GITHUB_REPOSITORY: 'parking/infrastructure',
    GITHUB_API_URL: github.api,
    REPORT_URL: 'https://github.example/run',
  });

  /** In the simulated cloud, where the workflow would have an identity. */
  const inSandbox = (script: string, ...args: string[]) => [
    'sandbox',
    '--directory',
    path.join(folder, 'cloud'),
    path.join(root, 'scripts/ci', script),
    ...args,
  ];

  const secondHalf = (more: Record<string, string> = {}) =>
    run(
      [
        process.execPath,
        command,
        ...inSandbox('preview.sh', path.join(folder, 'artifact'), path.join(folder, 'base'), path.join(folder, 'out')),
      ],
      {
        ...environment(),
        PULL_REQUEST: '12',
        ...more,
      },
    );

  const change = (
    edit: (json: { resource: Record<string, Record<string, Record<string, unknown>>>; provider: Record<string, unknown> }) => void,
  ): void => {
    // Every run of the workflow begins with what it was given.
    rmSync(path.join(folder, 'artifact'), { recursive: true });
    cpSync(path.join(folder, 'base'), path.join(folder, 'artifact'), { recursive: true });
    const file = path.join(folder, 'artifact/stacks/staging/cdk.tf.json');
    const json = JSON.parse(readFileSync(path.join(folder, 'base/stacks/staging/cdk.tf.json'), 'utf8'));
    edit(json);
    writeFileSync(file, JSON.stringify(json));
  };

  test('plans the artifact, comments once, and stores the bundle under its digest', async () => {
    const first = await secondHalf();
    expect(first.output + github.comments.map(({ body }) => body).join()).toContain(`staging: ${resourceCount()} created`);
    expect(first.status).toBe(0);
    expect(github.comments).toHaveLength(1);
    const [digest] = /sha256:[0-9a-f]{64}/.exec(github.comments[0]!.body)!;
    expect(readdirSync(path.join(folder, 'buckets/bundles'))).toEqual([digest!.slice('sha256:'.length)]);
    // The plan is nowhere that an artifact would take it from.
    expect(readdirSync(path.join(folder, 'out')).sort()).toEqual([
      'refusals',
      'stacks',
      'staging.html',
      'staging.json',
      'staging.md',
      'staging.sarif',
    ]);

    const deployed = await run([process.execPath, command, ...inSandbox('deploy.sh')], {
      ...environment(),
      STACK: 'staging',
      DIGEST: digest!,
    });
    expect(deployed.output).toContain('staging matches the preview: a new plan has no changes.');
    expect(deployed.status).toBe(0);

    change(({ resource }) => {
      const [pool] = Object.values(resource.google_container_node_pool!);
      (pool!.node_config as Record<string, unknown>).machine_type = 'e2-standard-8';
    });
    github.troubles.push({ status: 503 });
    expect(await secondHalf()).toMatchObject({ status: 0 });
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toContain('staging: 1 updated');
  }, 240_000);

  test('a refusal of the guard is commented, and no bundle is stored', async () => {
    const before = readdirSync(path.join(folder, 'buckets/bundles'));
    change(({ resource }) => {
      for (const [type, named] of Object.entries(resource)) {
        for (const name of Object.keys(named)) if (/statements/i.test(name)) delete named[name];
        if (Object.keys(named).length === 0) delete resource[type];
      }
    });
    expect(await secondHalf()).toMatchObject({ status: 2 });
    expect(github.comments[0]!.body).toMatch(/namespace-destroyed/);
    expect(readdirSync(path.join(folder, 'buckets/bundles'))).toEqual(before);
  }, 240_000);

  test('an artifact that would run a program with the credentials is not planned', async () => {
    change(({ provider }) =>
      Object.assign(provider, {
        kubernetes: [{ host: 'https://evil.example', exec: [{ api_version: 'v1', command: 'touch', args: [path.join(folder, 'ran')] }] }],
      }),
    );
    const { status, output } = await secondHalf();
    expect(status).toBe(2);
    expect(output).toContain('refused: staging: provider must be as in the base branch');
    expect(output).not.toContain(`${terraformBinary()} init`);
    expect(existsSync(path.join(folder, 'ran'))).toBe(false);
    expect(github.comments[1]!.body).toMatch(/^<!-- gke-platform:artifact -->\n## ⛔ not planned/);
  }, 120_000);

  test('a fork gets the difference of the configurations, on the pull request with its head', async () => {
    github.pulls.push({ number: 13, head: { ref: 'change', sha: 'abc' } });
    change(({ resource }) => {
      const [pool] = Object.values(resource.google_container_node_pool!);
      (pool!.node_config as Record<string, unknown>).machine_type = 'e2-standard-16';
    });
    const { status, output } = await run(
      [
        'bash',
        path.join(root, 'scripts/ci/preview.sh'),
        path.join(folder, 'artifact'),
        path.join(folder, 'base'),
        path.join(folder, 'fork'),
      ],
      {
        ...environment(),
        PATH: process.env.PATH!,
        PULL_REQUEST: '',
        HEAD: 'somebody:change',
        SHA: 'abc',
        CONFIG_ONLY: '1',
      },
    );
    expect(output).not.toContain(terraformBinary());
    expect(status).toBe(0);
    const report = readFileSync(path.join(folder, 'fork/staging.md'), 'utf8');
    expect(report).toContain('**Configuration, not a plan:** 0 to add, 1 to change, 0 to destroy');
    expect(report).toContain('e2-standard-16');
    expect(github.requests).toContain('GET /issues/13/comments');
  }, 120_000);

  test.each([
    ['a stack that is a path', { STACK: '../x', DIGEST: `sha256:${'0'.repeat(64)}` }, "the stack must be a name, got '../x'"],
    ['a digest that is none', { STACK: 'staging', DIGEST: 'latest' }, "the digest must be sha256: and 64 hexadecimal digits, got 'latest'"],
  ])('deploying fails on %s', async (_, values, message) => {
    const { status, output } = await run(['bash', path.join(root, 'scripts/ci/deploy.sh')], { ...environment(), ...values });
    expect(output).toContain(message);
    expect(status).toBe(1);
  });
});
