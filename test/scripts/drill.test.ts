import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPTS = path.join(__dirname, '../../scripts/ci');

/** Exit codes of the programs, and number of the open issue. */
const STATES = { DRILL_STATUS: '0', GCLOUD_STATUS: '0', ISSUE: '' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'drill-script-'));
  mkdirSync(path.join(folder, 'bin'));
  // The drill, with its exit code, a result, and the key that it was given.
  program(
    'npx',
    'cp "$(printf "%s\\n" "$@" | sed -n "/^--key$/{n;p}")" key 2>/dev/null; touch drill/{proof,badge}.json; echo "## sign" >drill/summary.md; exit "$DRILL_STATUS"',
  );
  program('gcloud', 'exit "$GCLOUD_STATUS"');
  program('gh', '[[ "$1 $2" == "issue list" ]] && echo "$ISSUE"; for last; do :; done; cat "$last" >body 2>/dev/null; exit 0');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that notes its arguments. */
function program(name: string, body: string): void {
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/usr/bin/env bash\nprintf '%s ' ${name} "$@" >>calls\necho >>calls\n${body}\n`);
  chmodSync(file, 0o755);
}

const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const calls = (): string[] =>
  read('calls')
    .trim()
    .split(' \n')
    .map((line) => line.trim());

function run(script: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync('bash', [path.join(SCRIPTS, script), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}/bin:${process.env.PATH}`, GITHUB_STEP_SUMMARY: path.join(folder, 'steps.md'), ...STATES, ...env },
  });
  return { status, output: stdout + stderr };
}

describe('drill.sh', () => {
  const drill = (env: NodeJS.ProcessEnv = {}) => run('drill.sh', ['artifact', 'drill'], { STACK: 'staging', ...env });
  const FILES = '--out drill/proof.json --badge drill/badge.json --summary drill/summary.md';

  test('drills the stack of the artifact, and adds the report to the summary of the job', () => {
    expect(drill()).toEqual({ status: 0, output: '' });
    expect(calls()).toEqual([`npx --no-install gke-platform cassandra drill staging --no-synth --out-dir artifact ${FILES}`]);
    expect(read('steps.md')).toBe('## sign\n');
  });

  test('passes the assertions and the key on, removes the key, and keeps proof and badge', () => {
    mkdirSync(path.join(folder, 'environments'));
    writeFileSync(path.join(folder, 'environments/staging.assertions.json'), '[]');
    expect(drill({ DRILL_KEY: '-----KEY-----', DRILL_BUCKET: 'gs://proofs' }).status).toBe(0);
    const [command, upload] = calls();
    const [, key] = / --assertions environments\/staging\.assertions\.json --key (\S+)$/.exec(command!)!;
    expect([read('key'), existsSync(key!)]).toEqual(['-----KEY-----\n', false]);
    expect(upload).toBe('gcloud storage cp drill/proof.json drill/badge.json gs://proofs/staging/');
  });

  test('a drill that fails fails the job, and its proof replaces the one before', () => {
    expect(drill({ DRILL_STATUS: '1', DRILL_BUCKET: 'gs://proofs' }).status).toBe(1);
    expect(calls()).toHaveLength(2);
    expect(read('steps.md')).toBe('## sign\n');
  });

  test('a proof that cannot be kept fails the job', () => {
    expect(drill({ GCLOUD_STATUS: '1', DRILL_BUCKET: 'gs://proofs' }).status).toBe(1);
  });

  test('fails for a stack that is no name', () => {
    expect(drill({ STACK: '../x' })).toEqual({ status: 1, output: "| the stack must be a name, got '../x'\n" });
  });
});

describe('drill-alert.sh', () => {
  const alert = (env: NodeJS.ProcessEnv = {}) =>
    run('drill-alert.sh', ['drills'], { STACKS: '["staging","production","lab"]', RUN_URL: 'https://run', ...env });
  const result = (stack: string, text: string): void => {
    mkdirSync(path.join(folder, `drills/drill-${stack}`), { recursive: true });
    writeFileSync(path.join(folder, `drills/drill-${stack}/summary.md`), text);
  };

  test('opens an issue with the drills that did not pass, and those without a result', () => {
    result('staging', '## ✅ Backup drill of staging-cassandra: PASSED\n');
    result('production', '## ❌ Backup drill of production-cassandra: FAILED\n');
    expect(alert().status).toBe(0);
    expect(calls().at(-1)).toMatch(/^gh issue create --title Backup drill did not pass --body-file \S+$/);
    expect(read('body')).toBe(
      'The backups are not known to be restorable. [Run](https://run)\n\n## ❌ Backup drill of production-cassandra: FAILED\n## ❌ lab: there is no result of its drill\n\n',
    );
  });

  test('a drill that passed and left resources is in it', () => {
    result('staging', '## ✅ Backup drill of staging-cassandra: PASSED\n\nNot removed:\n');
    expect(alert().status).toBe(0);
    expect(read('body')).toContain('staging-cassandra: PASSED');
  });

  test('adds a comment to the open issue', () => {
    expect(alert({ ISSUE: '7' }).status).toBe(0);
    expect(calls().at(-1)).toMatch(/^gh issue comment 7 --body-file \S+$/);
  });
});
