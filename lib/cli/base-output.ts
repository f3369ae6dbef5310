import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { RefusedError, ReportedError } from '../core/reported-error';
import { createTemporaryFolder } from '../core/temporary-folder';
import { synthesize } from './synthesized-stack';

/**
 * Returns the synthesized output to compare with. A folder is used as it is; a commit, branch or tag is synthesized in a new worktree,
 * with the installed packages. The worktree is removed when the process exits.
 */
export function getBaseOutput(base: string): string {
  if (existsSync(base)) return base;
  const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`]);
  if (commit === undefined) throw new ReportedError(`'${base}' is neither a folder nor a commit of this repository`);
  const { path: folder } = createTemporaryFolder('base');
  process.once('exit', () => git(['worktree', 'remove', '--force', path.join(folder, 'tree')]));
  const tree = path.join(folder, 'tree');
  if (git(['worktree', 'add', '--detach', '--quiet', tree, commit]) === undefined) {
    throw new ReportedError(`git cannot check out '${base}' in a new worktree`);
  }
  const project = path.join(tree, git(['rev-parse', '--show-prefix']) ?? '');
  const packages = path.resolve('node_modules');
  if (existsSync(packages) && existsSync(project)) symlinkSync(packages, path.join(project, 'node_modules'), 'junction');
  if (!existsSync(path.join(project, 'cdktf.json'))) throw new ReportedError(`'${base}' has no cdktf.json to synthesize`);
  const output = path.join(folder, 'cdktf.out');
  try {
    synthesize(output, project);
  } catch (error) {
    throw error instanceof ReportedError && !(error instanceof RefusedError)
      ? new ReportedError(`'${base}' cannot be synthesized with the installed packages: ${error.message}`)
      : error;
  }
  return output;
}

/** Runs git and returns its output; undefined when it fails. */
function git(args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trimEnd() : undefined;
}
