import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { printTable, step } from '../steps';

const ROOT = join(__dirname, '../../..');

/** Commands of the guide's section about local VMs, word for word. */
const COMMANDS = readFileSync(join(ROOT, 'docs/sandbox.md'), 'utf8')
  .replace(/^[\s\S]*\n## Local VMs\n/, '')
  .replace(/^[\s\S]*?```sh\n([\s\S]*?)```[\s\S]*$/, '$1')
  .trimEnd()
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, ''));

/** Output that shows that a command did its work, by words of the command. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  'init-secrets': /^staging-cassandra-superuser created$/m,
  deploy: /Apply complete! Resources: [1-9]\d* added/,
  'vm list': /^NAME +ZONE .*(\n.* RUNNING +ready.*){3}\n$/,
  'vm console': /cassandra-node: /,
  'vm exec': /^(UN .*\n){3}/m,
  'vm power-off': /^staging-cassandra-b is TERMINATED\n$/,
  'vm snapshot': /^staging-cassandra-b-data-\d{14} of staging-cassandra-b-data: READY, [1-9]\d* GiB\n$/,
  'vm advance': /^24 hours passed: [1-9]\d* snapshots taken, \d+ expired\.\n$/m,
  'cassandra backups': /^staging-cassandra-b-data-\d{14} [\s\S]*^lost by a restore now: .*\nlost at most by schedule: 5 h /m,
  'vm end': /^$/,
};

/**
 * Exit codes, where 0 is not the only one: the workflow that takes staging's sets every four hours does not run in the sandbox, so that the
 * newest set is that of the daily schedule. Only in the hours after it is the set young enough.
 */
const STATUSES: Readonly<Record<string, readonly number[]>> = { 'cassandra backups': [0, 2] };

/** Home folder in which nothing is but what the commands write; `REHEARSAL_HOME` names one that is kept, with the cache in it. */
const home = process.env.REHEARSAL_HOME || mkdtempSync(join(tmpdir(), 'rehearsal-home-'));
const clone = mkdtempSync(join(tmpdir(), 'rehearsal-'));

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of a shell in the clone, with a strict umask and without the variables of npm, jest and a local cache. */
function run(command: string): Promise<Answer> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|JEST_|NODE_ENV$|XDG_|GKE_PLATFORM_|TF_CLI_CONFIG_FILE$)/i.test(name),
  );
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(inherited),
    PATH: process.env.PATH?.split(delimiter)
      .filter((folder) => !folder.includes('node_modules'))
      .join(delimiter),
    HOME: home,
    // Java does not take its home folder from HOME.
    MAVEN_OPTS: `-Duser.home=${home}`,
    NO_COLOR: '1',
  };
  return new Promise((done) => {
    const child = execFile('sh', ['-c', `umask 077; ${command}`], { cwd: clone, env, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) =>
      done({ status: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** Repeats `vm list` until Cassandra takes clients on all VMs, or a startup script gave up. */
async function ready(command: string): Promise<Answer> {
  for (;;) {
    const answer = await run(command);
    const hasFailed = answer.status !== 0 || / RUNNING +(refused|failed)/.test(answer.stdout);
    if (hasFailed || SHOWN['vm list']!.test(answer.stdout)) return answer;
    await new Promise((done) => setTimeout(done, 2000));
  }
}

afterAll(async () => {
  if (existsSync(join(clone, '.sandbox'))) await run('npx gke-platform vm end');
  rmSync(clone, { recursive: true, force: true });
  if (!process.env.REHEARSAL_HOME) rmSync(home, { recursive: true, force: true });
  printTable('rehearsal');
});

test('the guide shows these commands, in this order', () => {
  expect(COMMANDS.map((command) => Object.keys(SHOWN).find((words) => command.includes(words)))).toEqual(Object.keys(SHOWN));
});

const none = (): undefined => undefined;

step('a clone is prepared with an empty home folder', none, async () => {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  expect(readdirSync(home)).toEqual([]);
  const generated = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
  const files = readdirSync(ROOT).filter((name) => name !== '.git' && !generated.includes(name) && !generated.includes(`${name}/`));
  execFileSync('sh', ['-c', 'umask 077; exec cp -R "$@"', 'sh', ...files, clone], { cwd: ROOT });
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
});

for (const [words, shown] of Object.entries(SHOWN)) {
  const command = COMMANDS.find((each) => each.includes(words)) ?? words;
  step(
    command,
    none,
    async () => {
      const { status, stdout, stderr } = words === 'vm list' ? await ready(command) : await run(command);
      const expected = STATUSES[words]?.find((each) => each === status) ?? 0;
      expect({ status, stdout, stderr }).toEqual({ status: expected, stdout: expect.stringMatching(shown), stderr });
    },
    600,
  );
}
