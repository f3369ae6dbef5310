import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const folder = path.join(root, '.github/workflows');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const names = readdirSync(folder).sort();

/** Workflows of this repository, and the one that only new repositories have. */
const workflows = [...names.map((name) => `.github/workflows/${name}`), 'template/.github/workflows/ci.yml'];

/** Jobs by their name, each as text: every line below it that is indented more. */
function jobs(workflow: string): Record<string, string> {
  const [, below = ''] = workflow.split(/^jobs:\n/m);
  const parts = below.split(/^ {2}([\w-]+):\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1]!]] : [])));
}

test('the workflows are the two halves of a preview, the deploy, the drill, the release and the tests', () => {
  expect(names).toEqual(['ci.yml', 'deploy.yml', 'drill.yml', 'preview-plan.yml', 'preview.yml', 'release.yml']);
});

test('actions are pinned by commit, the same in every workflow, with their version', () => {
  const uses = workflows.flatMap((file) => readFileSync(path.join(root, file), 'utf8').match(/uses: .*/g) ?? []);
  expect(uses.length).toBeGreaterThan(20);
  expect(uses.filter((use) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  const pins = new Set(uses);
  expect([...pins].map((use) => use.replace(/@.*/, ''))).toEqual([...new Set([...pins].map((use) => use.replace(/@.*/, '')))]);
});

test('a release checks the version, packs and tests without credentials, and publishes the package without a stored token', () => {
  const { pack, publish, notes, ...others } = jobs(read('release.yml'));
  expect(others).toEqual({});
  const runs = pack!.match(/- run: .*/g)!;
  expect(runs[0]).toBe('- run: node .ci/release-notes.js "$GITHUB_REF_NAME"');
  expect(runs).toContain('- run: npm run check');
  // The tests could change the folder that is packed.
  expect(pack!.indexOf('actions/upload-artifact')).toBeLessThan(pack!.indexOf('npm run check'));
  expect(publish!.match(/- run: .*/g)).toEqual([
    '- run: npm publish ./cdktf-gke-platform-*.tgz --ignore-scripts --provenance --access public',
  ]);
  expect(publish).toContain('needs: pack');
  expect(publish).toContain('environment: npm');
  expect(publish).toContain('id-token: write');
  expect(read('release.yml')).not.toContain('secrets.');
  expect(notes).toContain('needs: publish');
  expect(notes).not.toContain('id-token');
});

/** Commands and settings that run code of packages without a lock of their content, or what an earlier job has cached. */
const RUNS_PACKAGES =
  /npm (?:ci|i|install|exec)\b(?!.* --ignore-scripts)|npm (?:run|test|pack)\b|npx (?!--no-install)|artifact pack|\bcache:/;

test.each(workflows)('%s runs no script of a package in a job with credentials, and synthesizes nothing in it', (file) => {
  const workflow = readFileSync(path.join(root, file), 'utf8');
  const scripts = [...workflow.matchAll(/scripts\/ci\/[\w-]+\.sh/g)].map(([script]) => readFileSync(path.join(root, script), 'utf8'));
  for (const script of scripts) expect(script).not.toMatch(RUNS_PACKAGES);
  for (const job of Object.values(jobs(workflow))) {
    if (/: write\b/.test(job)) expect(job).not.toMatch(RUNS_PACKAGES);
    for (const checkout of job.split('      - ').filter((step) => step.startsWith('uses: actions/checkout@')))
      expect(checkout).toContain('persist-credentials: false');
  }
});

test.each(workflows)('%s interpolates no untrusted input into a script, and never runs on pull_request_target', (file) => {
  const workflow = readFileSync(path.join(root, file), 'utf8');
  expect(workflow).not.toMatch(/pull_request_target/);
  for (const script of workflow.match(/^\s*- run: .*(?:\n\s{10,}.*)*/gm) ?? [])
    expect(script.split('\n        env:')[0]).not.toContain('${{');
  expect(workflow).toMatch(/^permissions:( \{\}|\n {2}contents: read)$/m);
});

test('the half that runs the code of a pull request has no credentials', () => {
  const workflow = read('preview.yml');
  expect(workflow).not.toMatch(/id-token|secrets\.|vars\.|: write|google-github-actions/);
  expect(workflow).toContain('persist-credentials: false');
  expect(workflow).toContain('run: npx gke-platform artifact pack --out artifact');
});

test('the half with credentials checks out nothing of the pull request', () => {
  const { withdraw, base, plan, compare, ...others } = jobs(read('preview-plan.yml'));
  expect(others).toEqual({});
  // Also when the first half failed.
  expect(withdraw).not.toMatch(/\bif:|needs:|ref:|repository:|id-token|vars\.|google-github-actions/);
  expect(withdraw!.match(/- run: .*/g)).toEqual([
    '- run: npm ci --ignore-scripts',
    '- run: npx --no-install gke-platform artifact withdraw --head "$HEAD" --sha "$SHA" --more "$REPORT_URL"',
  ]);
  expect(base).not.toMatch(/ref:|repository:|: write|vars\.|google-github-actions/);
  expect(base!.match(/- run: .*/g)).toEqual([
    '- run: npm ci --ignore-scripts',
    '- run: npx --no-install gke-platform artifact pack --out base',
  ]);
  for (const job of [plan!, compare!]) {
    expect(job).not.toMatch(/ref:|repository:/);
    // The artifact is in a folder from which no program runs.
    expect(job).toContain('path: artifact');
    expect(job).toContain('needs: [withdraw, base]');
    expect(job.match(/- run: .*/g)).toEqual(['- run: npm ci --ignore-scripts', '- run: scripts/ci/preview.sh artifact base reports']);
    expect(job).not.toMatch(/reports\/bundles|path: reports$/m);
  }
  expect(plan).toContain('github.event.workflow_run.head_repository.full_name == github.repository');
  expect(compare).toContain('github.event.workflow_run.head_repository.full_name != github.repository');
  expect(compare).not.toMatch(/id-token|vars\.|google-github-actions/);
});

test('a deploy is approved in an environment, runs from the default branch, and is never cancelled by the next one', () => {
  const { report, deploy, ...others } = jobs(read('deploy.yml'));
  expect(others).toEqual({});
  // Before the approval: the report of the bundle, and nothing of a package.
  expect(report).not.toMatch(/environment:|npm|npx|setup-node|APPLY_/);
  expect(report!.match(/- run: .*/g)).toEqual(['- run: scripts/ci/bundle-report.sh']);
  expect(deploy).toContain('needs: report');
  for (const job of [report, deploy]) expect(job).toMatch(/DIGEST: \$\{\{ inputs\.digest \}\}/);
  expect(deploy).toMatch(/environment: \$\{\{ inputs\.stack \}\}/);
  expect(deploy).toContain('if: github.ref_name == github.event.repository.default_branch');
  expect(read('deploy.yml')).toContain('cancel-in-progress: false');
});

test('a drill runs every week from the default branch, in an environment of its stack, and another job opens the alert', () => {
  const { synthesize, drill, alert, ...others } = jobs(read('drill.yml'));
  expect(others).toEqual({});
  expect(read('drill.yml')).toMatch(/schedule:\n {4}- cron: "\d+ \d+ \* \* 1"/);
  expect(read('drill.yml')).toContain('cancel-in-progress: false');
  expect(synthesize).toContain("if: vars.DRILL_STACKS != '' && github.ref_name == github.event.repository.default_branch");
  expect(synthesize).not.toMatch(/: write|secrets\.|google-github-actions/);
  expect(drill).toContain('needs: synthesize');
  expect(drill).toMatch(/environment: drill-\$\{\{ matrix\.stack \}\}/);
  expect(drill).not.toContain('issues: write');
  expect(drill!.match(/- run: .*/g)).toEqual(['- run: npm ci --ignore-scripts', '- run: scripts/ci/drill.sh artifact drill']);
  // A drill that ended without a result is one that did not pass.
  expect(alert).toContain('needs: [synthesize, drill]');
  expect(alert).toContain("if: always() && (contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled'))");
  expect(alert).not.toMatch(/id-token|secrets\.|google-github-actions|npm|npx/);
});

const actionlint = process.env.ACTIONLINT || 'actionlint';
const isThere = spawnSync(actionlint, ['--version']).status === 0;
if (!isThere && process.env.REQUIRE_ACTIONLINT !== '1') process.stderr.write('actionlint is not on PATH: its test is skipped\n');

(isThere || process.env.REQUIRE_ACTIONLINT === '1' ? test : test.skip)('actionlint finds nothing', () => {
  const { stdout, status } = spawnSync(actionlint, workflows, { cwd: root, encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});
