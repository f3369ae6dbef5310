import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RefusedError, ReportedError } from '../core/reported-error';
import { synthesize } from './synthesized-stack';

/**
 * The synthesized output to compare with: a folder is taken as it is, and a commit, branch or tag is synthesized in a
 * worktree of its own, with the packages that are installed here.
 *
 * @returns the folder; what was made for it is gone when the process ends
 */
export function baseOutput(base: string): string {
  if (existsSync(base)) return base;
  const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`]);
  if (commit === undefined) throw new ReportedError(`'${base}' is neither a folder nor a commit of this repository`);
  const folder = mkdtempSync(path.join(tmpdir(), 'gke-platform-base-'));
  process.once('exit', () => {
    git(['worktree', 'remove', '--force', path.join(folder, 'tree')]);
    rmSync(folder, { recursive: true, force: true });
  });
  const tree = path.join(folder, 'tree');
  if (git(['worktree', 'add', '--detach', '--quiet', tree, commit]) === undefined) {
    throw new ReportedError(`git cannot check out '${base}' beside this worktree`);
  }
  const project = path.join(tree, git(['rev-parse', '--show-prefix']) ?? '');
  const packages = path.resolve('node_modules');
  if (existsSync(packages) && existsSync(project)) symlinkSync(packages, path.join(project, 'node_modules'), 'junction');
  if (!existsSync(path.join(project, 'cdktf.json')))
    throw new ReportedError(`'${base}' holds no cdktf.json, so there is nothing to compare with`);
  const output = path.join(folder, 'cdktf.out');
  try {
    synthesize(output, project);
  } catch (error) {
    throw error instanceof ReportedError && !(error instanceof RefusedError)
      ? new ReportedError(`'${base}' cannot be synthesized with the packages installed here: ${error.message}`)
      : error;
  }
  return output;
}

/** What git prints, without the end of the line; nothing when it fails. */
function git(args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trimEnd() : undefined;
}
