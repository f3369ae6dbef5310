import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { terraformBinary } from '../../lib/terraform/cli';
import { describeWithTerraform } from '../support/terraform';

/** The command as it is installed: compiled. */
const MAIN = join(__dirname, '../../dist/lib/cli/main.js');

describeWithTerraform('gke-platform sandbox', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli with spaces '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (args: string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) =>
    spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8', ...options, env: { ...process.env, ...options.env } });

  /** Runs a line of JavaScript in the sandbox. */
  const node = (code: string, ...more: string[]) => run(['sandbox', process.execPath, '-e', code, ...more]);

  test('the command keeps its terminal, options and exit code', () => {
    const code =
      'process.stdin.on("data", (text) => process.stdout.write(process.argv.slice(1) + " " + text)); process.stdin.on("end", () => { console.error("err"); process.exit(3); })';
    const done = run(['sandbox', process.execPath, '-e', code, '--', '--auto-approve', '--reset'], { input: 'hello' });
    expect(done).toMatchObject({ status: 3, stdout: '--auto-approve,--reset hello', stderr: 'err\n' });
  });

  test('the environment points Terraform to the sandbox only', () => {
    const { stdout } = run(['sandbox', process.execPath, '-p', 'JSON.stringify(process.env)'], {
      env: { GOOGLE_CREDENTIALS: 'real', TF_CLI_CONFIG_FILE: '/nowhere' },
    });
    const environment = JSON.parse(stdout);
    expect(Object.keys(JSON.parse(environment.TF_REATTACH_PROVIDERS))).toContain('registry.terraform.io/hashicorp/google');
    expect(environment).toMatchObject({ CDKTF_SKIP_PROVIDER_LOCK: 'true', CHECKPOINT_DISABLE: '1' });
    expect(environment.GOOGLE_OAUTH_ACCESS_TOKEN).toMatch(/^sandbox-[0-9a-f]{48}$/);
    expect(environment.PATH).toMatch(new RegExp(`^[^:]*${basename(folder)}/node_modules/.bin:`));
    expect(environment).not.toHaveProperty('GOOGLE_CREDENTIALS');
    expect(environment).not.toHaveProperty('TF_CLI_CONFIG_FILE');
  });

  test('deploy, edit, deploy: the cloud and the state persist; a reset deletes them', () => {
    const write = (size: number) =>
      writeFileSync(
        join(folder, 'main.tf.json'),
        JSON.stringify({
          terraform: {
            backend: { gcs: { bucket: 'states', prefix: 'x' } },
            required_providers: { google: { source: 'hashicorp/google' } },
          },
          provider: { google: { project: 'parking', zone: 'europe-west1-b' } },
          resource: {
            google_project_service: { compute: { service: 'compute.googleapis.com', disable_on_destroy: false } },
            google_compute_disk: { data: { name: 'data', size, depends_on: ['google_project_service.compute'] } },
          },
        }),
      );
    const terraform = (...args: string[]) => run(['sandbox', terraformBinary(), ...args, '-no-color', '-input=false']);
    const apply = () => terraform('apply', '-auto-approve').stdout;

    write(10);
    expect(terraform('init')).toMatchObject({ status: 0 });
    expect(apply()).toContain('2 added, 0 changed, 0 destroyed');
    write(20);
    expect(terraform('plan', '-detailed-exitcode').status).toBe(2);
    expect(apply()).toContain('0 added, 1 changed, 0 destroyed');
    expect(apply()).toContain('No changes.');

    expect(run(['sandbox', '--reset'])).toMatchObject({ status: 0, stderr: 'Sandbox .sandbox deleted.\n' });
    expect(existsSync(join(folder, '.sandbox'))).toBe(false);
    expect(apply()).toContain('2 added');
  });

  test('without a command it starts a shell and prints a line about it', () => {
    const done = run(['sandbox'], { input: 'echo $CDKTF_SKIP_PROVIDER_LOCK\nexit 4\n', env: { SHELL: '/bin/sh' } });
    expect(done).toMatchObject({ status: 4, stdout: 'true\n' });
    expect(done.stderr).toContain('Shell with a simulated Google Cloud, kept in .sandbox');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the command, then the sandbox, and nothing remains', async (signal) => {
    const code = `require("fs").writeFileSync("pid", String(process.pid)); process.on("${signal}", () => process.exit(7)); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, [MAIN, 'sandbox', process.execPath, '-e', code], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill(signal);
    expect(await ended).toBe(7);
    expect(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0)).toThrow('ESRCH');
    expect(readdirSync(join(folder, '.sandbox'))).not.toContain('lock');
  });

  test('a command that a signal ended has the exit code of a shell', () => {
    expect(node('process.kill(process.pid, "SIGKILL")').status).toBe(137);
  });

  test('a second sandbox in the same folder is refused with exit code 2', () => {
    const inner = `const { status, stderr } = require("child_process").spawnSync(process.execPath, ${JSON.stringify([MAIN, 'sandbox', 'true'])}, { encoding: "utf8" }); process.stdout.write(status + " " + stderr)`;
    expect(node(inner).stdout).toMatch(
      /^2 another sandbox \(process \d+\) is using .*\.sandbox: stop it first, or choose another folder with --directory\n$/,
    );
  });

  test('fails with one sentence for an unknown command', () => {
    expect(run(['sandbox', 'no-such-command'])).toMatchObject({ status: 1, stderr: "command not found: 'no-such-command'\n" });
  });

  test('fails with one sentence when terraform is not installed', () => {
    const done = run(['sandbox', process.execPath, '--version'], { env: { PATH: folder, TERRAFORM_BINARY_NAME: '' } });
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(/^'terraform' was not found on PATH: .*\n$/);
  });

  test('help and version start fast: they load no large module', () => {
    const hook = join(folder, 'loaded.js');
    writeFileSync(hook, "process.on('exit', () => console.error(JSON.stringify(Object.keys(require.cache))));");
    const heavy = (...args: string[]): string[] => {
      const { stdout, stderr } = run(args, { env: { NODE_OPTIONS: `--require "${hook}"` } });
      expect(stdout).toMatch(/sandbox|^\d+\.\d+\.\d+\n$/);
      const loaded: string[] = JSON.parse(stderr);
      expect(loaded).toContain(MAIN);
      return loaded.filter((file) => /node_modules/.test(file) && !/node_modules.commander/.test(file));
    };
    expect(heavy('--help')).toEqual([]);
    expect(heavy('--version')).toEqual([]);
  });
});
