import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
    // Without the seconds that npx takes to find it.
    writeFileSync(
      path.join(folder, 'bin/npx'),
      `#!/bin/sh\n[ "$1 $2" = '--no-install gke-platform' ] || exit 9\nshift 2\nexec '${process.execPath}' '${command}' "$@"\n`,
    );
    chmodSync(path.join(folder, 'bin/npx'), 0o755);
    github = await FakeGitHub.start();
    await pack('base');
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

  const pack = async (out: string): Promise<void> => {
    const args = ['artifact', 'pack', '--no-synth', '--out-dir', 'synthesized', '--out', out];
    expect(await run([process.execPath, command, ...args], {}, folder)).toMatchObject({ status: 0, output: '' });
  };

  const environment = (): Record<string, string> => ({
    PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`,
    BUCKETS: path.join(folder, 'buckets'),
    BUNDLE_BUCKET: 'gs://bundles',
    GITHUB_TOKEN: 'token',
    GITHUB_REPOSITORY: 'parking/infrastructure',
    GITHUB_API_URL: github.api,
    REPORT_URL: 'https://github.example/run',
  });

  const bundleReport = (more: Record<string, string>) =>
    run(['bash', path.join(root, 'scripts/ci/bundle-report.sh')], { ...environment(), ...more });

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

    const summary = path.join(folder, 'summary.md');
    const shown = await bundleReport({ STACK: 'staging', DIGEST: digest!, GITHUB_STEP_SUMMARY: summary });
    expect(shown.status).toBe(0);
    const stored = readFileSync(path.join(folder, 'buckets/bundles', digest!.slice('sha256:'.length), 'staging/report.md'), 'utf8');
    expect(stored).toContain(`staging: ${resourceCount()} created`);
    expect(readFileSync(summary, 'utf8')).toBe(
      `> Report of the bundle with digest ${digest}, made at ${madeAt(digest!)}. An approval deploys exactly this plan.\n\n${stored}`,
    );

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
  });

  test.each<[string, (bundle: string) => void, Record<string, string>, string]>([
    [
      'a report that was changed',
      (bundle) => appendFileSync(path.join(bundle, 'report.md'), ' '),
      {},
      'report.md must be as in the manifest',
    ],
    [
      'a manifest that was changed',
      (bundle) => appendFileSync(path.join(bundle, 'bundle.json'), ' '),
      {},
      'bundle.json must have the digest',
    ],
    [
      'a bundle without a report',
      (bundle) => rmSync(path.join(bundle, 'report.md')),
      {},
      'the bundle of staging with this digest must have report.md',
    ],
    ['a stack that is a path', () => {}, { STACK: '../x' }, "the stack must be a name, got '../x'"],
    ['a digest that is none', () => {}, { DIGEST: 'latest' }, "the digest must be sha256: and 64 hexadecimal digits, got 'latest'"],
  ])('the report of a bundle is not shown for %s', async (_, spoil, values, message) => {
    const [stored] = readdirSync(path.join(folder, 'buckets/bundles'));
    rmSync(path.join(folder, 'spoilt'), { recursive: true, force: true });
    cpSync(path.join(folder, 'buckets'), path.join(folder, 'spoilt'), { recursive: true });
    spoil(path.join(folder, 'spoilt/bundles', stored!, 'staging'));
    const summary = path.join(folder, 'refused.md');
    const environment = {
      STACK: 'staging',
      DIGEST: `sha256:${stored}`,
      GITHUB_STEP_SUMMARY: summary,
      BUCKETS: path.join(folder, 'spoilt'),
    };
    const { status, output } = await bundleReport({ ...environment, ...values });
    expect(output).toContain(message);
    expect(status).toBe(1);
    expect(existsSync(summary)).toBe(false);
  });

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
  });

  const madeAt = (digest: string): string =>
    JSON.parse(readFileSync(path.join(folder, 'buckets/bundles', digest.slice('sha256:'.length), 'staging/bundle.json'), 'utf8')).madeAt;

  /** Leaves only the comment of an earlier plan. */
  const keepComment = (): void => {
    const body = `<!-- gke-platform:staging -->\nsha256:${'0'.repeat(64)}`;
    github.comments.splice(0, Infinity, { id: 1, body, user: { login: 'github-actions[bot]' } });
  };

  const lines = (output: string): string[] => output.split(/\r\n|[\n\r]/).filter((line) => line !== '');

  test('an artifact that would run a program with the credentials is not planned, and the comment loses its digest', async () => {
    change(({ provider }) =>
      Object.assign(provider, {
        kubernetes: [{ host: 'https://evil.example', exec: [{ api_version: 'v1', command: 'touch', args: [path.join(folder, 'ran')] }] }],
      }),
    );
    keepComment();
    const { status, output } = await secondHalf({ SHA: 'abc' });
    expect(status).toBe(2);
    expect(output).toMatch(/refused: staging: \S*provider\S* must be as in the base branch/);
    expect(output).not.toContain(`${terraformBinary()} init`);
    expect(existsSync(path.join(folder, 'ran'))).toBe(false);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toMatch(/^<!-- gke-platform:staging -->\n## ⛔ staging: not planned[\s\S]*\nCommit `abc`\n$/);
    expect(github.comments[0]!.body).not.toContain('sha256:');
  });

  test.each<[string, (artifact: string) => void]>([
    ['is empty', (artifact) => rmSync(path.join(artifact, 'manifest.json'))],
    ['has no stacks', (artifact) => writeFileSync(path.join(artifact, 'manifest.json'), '{"stacks":{}}')],
    ['is no JSON', (artifact) => writeFileSync(path.join(artifact, 'stacks/staging/cdk.tf.json'), '::error::\r::stop-commands::x\n```\n')],
    [
      'has other files',
      (artifact) => writeFileSync(path.join(artifact, 'stacks/staging/::add-mask::x\n::error::```\r::y##[group]z.tf'), ''),
    ],
  ])(
    'the comment of each stack of the base loses its digest when the artifact %s',
    async (_, spoil) => {
      change(() => {});
      spoil(path.join(folder, 'artifact'));
      keepComment();
      const { status, output } = await secondHalf({ SHA: 'abc' });
      expect(status).toBe(2);
      expect(lines(output).filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
      expect(output).toContain('| refused: ');
      const { body } = github.comments[0]!;
      expect(github.comments).toHaveLength(1);
      expect(body).toMatch(/^<!-- gke-platform:staging -->\n## ⛔ staging: not planned[\s\S]*\nCommit `abc`\n$/);
      expect(body).not.toContain('sha256:');
      expect(body.match(/```/g)).toHaveLength(2);
    },
    120_000,
  );

  test('the plan uses the lock file of the base, and the log and the comment name its absence', async () => {
    change(() => {});
    // Ends after its first command. The sandbox overrides the plugins, and then Terraform reads no lock file.
    const terraform = path.join(folder, 'bin/recording');
    writeFileSync(terraform, `#!/bin/sh\necho "$1 $TF_CLI_ARGS_init" >&2\ncat .terraform.lock.hcl >&2\nexit 1\n`);
    chmodSync(terraform, 0o755);
    const plan = (base: string) =>
      run(['bash', path.join(root, 'scripts/ci/preview.sh'), ...['artifact', base, 'out'].map((name) => path.join(folder, name))], {
        ...environment(),
        PULL_REQUEST: '12',
        TERRAFORM_BINARY_NAME: terraform,
      });
    const unpinned = 'plugin checksums are not pinned: the base branch has no terraform-locks/staging.hcl';
    const first = await plan('base');
    expect(first.output).toContain(`| staging: ${unpinned}`);
    expect(first.output).not.toContain('-lockfile');
    expect(github.comments[0]!.body).toContain(unpinned);

    mkdirSync(path.join(folder, 'terraform-locks'));
    writeFileSync(path.join(folder, 'terraform-locks/staging.hcl'), '# of the default branch\n');
    await pack('locked');
    const { output } = await plan('locked');
    expect(output).toContain('| init -lockfile=readonly\n| # of the default branch\n');
    expect(output).not.toContain('not pinned');
    expect(github.comments[0]!.body).not.toContain('not pinned');
  });

  test('a report that was not made replaces the comment of the plan before', async () => {
    change(() => {});
    writeFileSync(path.join(folder, 'out/staging.md'), `sha256:${'0'.repeat(64)}`);
    keepComment();
    const { status } = await secondHalf({ SHA: 'abc', TF_CLI_ARGS_plan: '-unknown-option' });
    expect(status).toBe(1);
    expect(github.comments[0]!.body).toMatch(/## ❓ staging: not planned[\s\S]*\nCommit `abc`\n$/);
    expect(github.comments[0]!.body).not.toContain('sha256:');
  });

  test('what is printed has no command to the runner', async () => {
    const input = 'a\n::error::b\r::set-env::c\n  ::d\n##[group]e\n::last';
    const script = path.join(root, 'scripts/ci/log.sh');
    const printed = execFileSync('bash', [script], { input, encoding: 'utf8' });
    expect(printed).toBe('| a\n| ::error::b ::set-env::c\n|   ::d\n| ## [group]e\n| ::last\n');
  });

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
  });

  test.each([
    ['a stack that is a path', { STACK: '../x', DIGEST: `sha256:${'0'.repeat(64)}` }, "the stack must be a name, got '../x'"],
    ['a digest that is none', { STACK: 'staging', DIGEST: 'latest' }, "the digest must be sha256: and 64 hexadecimal digits, got 'latest'"],
  ])('deploying fails on %s', async (_, values, message) => {
    const { status, output } = await run(['bash', path.join(root, 'scripts/ci/deploy.sh')], { ...environment(), ...values });
    expect(output).toContain(message);
    expect(status).toBe(1);
  });
});
