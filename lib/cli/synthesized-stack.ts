import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { holdsJson, type OwnedFolderKind, requireOwnedFolder } from '../terraform/owned-folder';

/** Something the user can put right: its message says all there is to say. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}

/**
 * Runs the app of `cdktf.json`, as `cdktf synth` would. Without a `cdktf.json` the output is taken as it is.
 *
 * @param project folder of the `cdktf.json`
 */
export function synthesize(outDir: string, project = '.'): void {
  const configuration = path.join(project, 'cdktf.json');
  if (!existsSync(configuration)) return;
  const { app } = readJson(configuration) as { app?: string };
  if (app === undefined) throw new UsageError("cdktf.json names no 'app', so there is nothing to synthesize");
  requireOwnedFolder(outDir, OUTPUT_FOLDER);
  const run = spawnSync(app, { cwd: project, shell: true, encoding: 'utf8', env: { ...process.env, CDKTF_OUTDIR: path.resolve(outDir) } });
  if (run.status !== 0) throw new UsageError(`synth failed (${app}):\n${run.stdout ?? ''}${run.stderr ?? ''}`.trimEnd());
}

/** Output of cdktf, which empties it without asking. cdktf writes no marker. */
const OUTPUT_FOLDER: OwnedFolderKind = {
  name: 'a synthesized output',
  marker: '',
  isKnown: (folder, entries) => entries.every((entry) => entry === 'stacks') || holdsJson(folder, 'manifest.json', 'version', 'stacks'),
};

/** The `cdk.tf.json` of a stack in the output of a synth. */
export function readStack(outDir: string, stack: string): unknown {
  return readJson(stackFile(outDir, stack));
}

/** The folder it is in, where Terraform is run. */
export function stackFolder(outDir: string, stack: string): string {
  return path.dirname(stackFile(outDir, stack));
}

function stackFile(outDir: string, stack: string): string {
  const manifest = path.join(outDir, 'manifest.json');
  if (!existsSync(manifest)) {
    throw new UsageError(`'${outDir}' holds no synthesized stacks: run it where cdktf.json is, or name a folder with --out-dir`);
  }
  const { stacks } = readJson(manifest) as { stacks: Record<string, { synthesizedStackPath: string }> };
  const entry = stacks[stack];
  if (!entry) throw new UsageError(`'${stack}' is no stack in '${outDir}': there are ${Object.keys(stacks).join(', ')}`);
  return path.join(outDir, entry.synthesizedStackPath);
}

export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`cannot read '${file}': ${(error as Error).message}`);
  }
}

/** Ends the command with exit code 1 and one sentence when the user can put it right; other errors are faults of ours. */
export async function reportingErrors(action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error) || !['UsageError', 'UnknownPeerError'].includes(error.name)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
