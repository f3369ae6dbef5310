import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describeFileError } from '../core/file-error';
import { RefusedError, ReportedError } from '../core/reported-error';
import { findShapeProblem, type Shape } from '../core/shape';
import { readConfiguration } from '../terraform/configuration';
import { TerraformDocumentError } from '../terraform/errors';
import { parseJsonFile } from '../terraform/json-input';
import { requireOutputFolder } from '../terraform/output-folder';

/**
 * Runs the app of `cdktf.json`, like `cdktf synth`. Without a `cdktf.json` the existing output is used.
 *
 * @param project folder of the `cdktf.json`
 */
export function synthesize(outDir: string, project = '.'): void {
  const configuration = path.join(project, 'cdktf.json');
  if (!existsSync(configuration)) return;
  const read = readJson(configuration);
  const problem = findShapeProblem(read, { members: { app: 'string' } });
  const { app } = problem === undefined ? (read as { app: string }) : { app: '' };
  if (app === '') throw new ReportedError(`cdktf.json must have an 'app' to synthesize${problem === undefined ? '' : `: ${problem}`}`);
  requireOutputFolder(outDir);
  const run = spawnSync(app, { cwd: project, shell: true, encoding: 'utf8', env: { ...process.env, CDKTF_OUTDIR: path.resolve(outDir) } });
  if (run.status !== 0) throw new ReportedError(`synth failed (${app}):\n${run.stdout ?? ''}${run.stderr ?? ''}`.trimEnd());
}

/** Reads the `cdk.tf.json` of a stack in a synthesized output. */
export function readStack(outDir: string, stack: string): unknown {
  return readSynthesized(stackFile(outDir, stack));
}

/** Reads a `cdk.tf.json`. */
export function readSynthesized(file: string): unknown {
  const json = readJson(file);
  try {
    const configuration = readConfiguration(json);
    if (Object.keys(configuration).some((name) => name !== '//')) return configuration;
  } catch (error) {
    throw error instanceof TerraformDocumentError ? new ReportedError(`'${file}' is not a synthesized stack: ${error.message}`) : error;
  }
  throw new ReportedError(`'${file}' is not a synthesized stack: expected a cdk.tf.json with Terraform blocks such as 'resource'`);
}

/** Returns the folder of a stack in a synthesized output, in which Terraform runs. */
export function stackFolder(outDir: string, stack: string): string {
  return path.dirname(stackFile(outDir, stack));
}

function stackFile(outDir: string, stack: string): string {
  const stacks = readStacks(outDir);
  const entry = stacks[stack];
  if (!entry) throw new ReportedError(`unknown stack '${stack}' in '${outDir}'; known: ${Object.keys(stacks).join(', ')}`);
  return path.join(outDir, entry.synthesizedStackPath);
}

interface SynthesizedStack {
  readonly synthesizedStackPath: string;
}

/** Reads the stacks in a synthesized output, by id. */
export function readStacks(outDir: string): Readonly<Record<string, SynthesizedStack>> {
  const file = path.join(outDir, 'manifest.json');
  if (!existsSync(file)) {
    throw new ReportedError(`'${outDir}' has no synthesized stacks: run the command in the folder of cdktf.json, or pass --out-dir`);
  }
  const manifest = readJson(file);
  const problem = findShapeProblem(manifest, MANIFEST_SHAPE);
  if (problem !== undefined) {
    throw new ReportedError(`'${file}' is not a manifest of synthesized stacks: ${problem}; pass the output folder of cdktf synth`);
  }
  // Without a prototype, so that 'constructor' is not a stack.
  return Object.assign(Object.create(null), (manifest as { stacks: object }).stacks) as Record<string, SynthesizedStack>;
}

const MANIFEST_SHAPE: Shape = { members: { stacks: { mapOf: { members: { synthesizedStackPath: 'string' } } } } };

/** Reads a JSON file in UTF-8 or UTF-16. */
export function readJson(file: string): unknown {
  try {
    return parseJsonFile(readFileSync(file));
  } catch (error) {
    throw new ReportedError(`cannot read '${file}': ${describeFileError(error)}`);
  }
}

/** Runs an action on the content of a file. Messages of its errors begin with the file. */
export function nameFileInErrors<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ReportedError ? new ReportedError(`'${file}': ${error.message}`) : error;
  }
}

/** Prints the message of a reported error and sets its exit code. Refusals and defects are left to the program. */
export async function reportingErrors(action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ReportedError) || error instanceof RefusedError) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
