import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** First command of the README, in a clone without compiled output or deployments. */
const FIRST_COMMAND = ['run', 'sandbox', '--', 'npx', 'cdktf', 'deploy', 'staging', '--auto-approve'];

/** Clones this repository with its installed packages, once per run. */
export function writeClones(repository: string, folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const clone = join(folder, `unused-${number}`);
    execFileSync('git', ['clone', '--quiet', repository, clone], { stdio: ['ignore', 'ignore', 'inherit'] });
    symlinkSync(realpathSync(join(repository, 'node_modules')), join(clone, 'node_modules'));
  }
}

/** Runs the command in an unused clone. */
function runFirstCommand(folder: string): void {
  const unused = readdirSync(folder).find((name) => name.startsWith('unused-'));
  if (unused === undefined) throw new Error(`every clone in ${folder} was used`);
  const clone = join(folder, unused.replace('unused', 'used'));
  renameSync(join(folder, unused), clone);
  const { CDKTF_OUTDIR: _, BENCH_PEAK: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync('npm', FIRST_COMMAND, { cwd: clone, env, encoding: 'utf8' });
  if (status !== 0 || !stdout.includes('Apply complete!')) throw new Error(`npm ${FIRST_COMMAND.join(' ')} failed:\n${stdout}${stderr}`);
}

if (require.main === module) runFirstCommand(process.argv[2]!);
