import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ReportedError } from '../core/reported-error';
import { createTemporaryFolder } from '../core/temporary-folder';
import { TerraformError } from './errors';
import { parseJsonOutput } from './json-input';

/** Terraform binary: `TERRAFORM_BINARY_NAME`, for example `tofu`, or `terraform` by default. The cdktf command reads the same variable. */
export function terraformBinary(): string {
  return process.env.TERRAFORM_BINARY_NAME || 'terraform';
}

/** Error message for a binary that is not installed. */
export function describeMissingTerraform(): string {
  return `'${terraformBinary()}' was not found on PATH: install Terraform 1.11 or newer, https://developer.hashicorp.com/terraform/install`;
}

/**
 * Runs a Terraform command in a folder.
 *
 * @returns standard output of the command
 * @throws TerraformError with the message of Terraform when the command fails
 */
export async function runTerraform(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(terraformBinary(), args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new ReportedError(describeMissingTerraform()) : error),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
  if (exitCode !== 0) throw new TerraformError(removeFrame(errors || output), `${terraformBinary()} ${args[0]}`);
  return output;
}

/** Runs a Terraform command and parses its JSON output. Empty output is undefined. */
export async function runTerraformJson(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv): Promise<unknown> {
  const output = await runTerraform(args, folder, environment);
  return output.trim() === '' ? undefined : parseJsonOutput(output);
}

/** Converts a saved plan to JSON. */
export async function showPlan(planFile: string, folder: string, environment: NodeJS.ProcessEnv): Promise<unknown> {
  return runTerraformJson(['show', '-json', '-no-color', planFile], folder, environment);
}

/** Result of `planStack`. */
export interface TerraformPlan {
  /** Output of `terraform show -json <plan>`. */
  readonly json: unknown;

  /** Output of `terraform plan`, with its `Plan:` line. */
  readonly output: string;

  /** Message of Terraform when planning failed. The plan is then incomplete. */
  readonly error?: string;
}

/** Properties for `planStack`. */
export interface PlanStackOptions {
  readonly environment: NodeJS.ProcessEnv;

  /** Called before each step, for example `plan`. @default - none */
  readonly onStep?: (step: string) => void;

  /** Further arguments for `terraform plan`, for example `-refresh-only`. @default - none */
  readonly args?: readonly string[];

  /** Called with the plan file of a successful plan, before the file is deleted. @default - not called */
  readonly onPlanFile?: (file: string, plan: TerraformPlan) => Promise<void>;
}

/**
 * Plans the stack in a folder without a state lock: a plan is read-only, and read-only identities cannot lock the state.
 * The plan file contains secrets in clear text, so it is readable only by its owner, and deleted afterwards.
 *
 * @throws TerraformError with the message of Terraform when it created no plan
 */
export async function planStack(folder: string, options: PlanStackOptions): Promise<TerraformPlan> {
  const { environment, onStep = () => {}, args = [], onPlanFile } = options;
  const secret = createTemporaryFolder('preview');
  const file = path.join(secret.path, 'plan');
  try {
    onStep('init');
    await runTerraform(['init', '-input=false', '-no-color'], folder, environment);
    onStep('plan');
    let [output, error]: [string, string | undefined] = ['', undefined];
    try {
      output = await runTerraform(['plan', `-out=${file}`, '-input=false', '-no-color', '-lock=false', ...args], folder, environment);
    } catch (thrown) {
      // Terraform often writes an incomplete plan when planning fails.
      if (!(thrown instanceof TerraformError) || !existsSync(file)) throw thrown;
      error = thrown.message;
    }
    onStep('show');
    const json: unknown = await showPlan(file, folder, environment);
    if (error === undefined) await onPlanFile?.(file, { json, output });
    return { json, output, ...(error === undefined ? {} : { error }) };
  } finally {
    secret.remove();
  }
}

/** Removes the frame that Terraform draws around its error messages. */
function removeFrame(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^[╷│╵] ?/, '').trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
