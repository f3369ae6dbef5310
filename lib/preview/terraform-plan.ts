import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TerraformError } from '../sandbox/sandbox-error';
import { runTerraform } from '../sandbox/terraform';

/** What planning a stack gave. */
export interface TerraformPlan {
  /** What `terraform show -json <plan>` prints. */
  readonly json: unknown;

  /** What `terraform plan` printed, with its `Plan:` line. */
  readonly output: string;

  /** What it said when it failed; the plan is then what it wanted until there. */
  readonly error?: string;
}

/** Properties for `planStack`. */
export interface PlanStackOptions {
  readonly environment: NodeJS.ProcessEnv;

  /** Called with what is done next, for example `plan`. @default - nothing is said */
  readonly onStep?: (step: string) => void;

  /** More arguments for `terraform plan`, for example `-refresh-only`. @default - none */
  readonly args?: readonly string[];

  /** Called with the file of a plan that did not fail, while it is there. @default - nobody wants it */
  readonly onPlanFile?: (file: string) => Promise<void>;
}

/**
 * Plans the stack in a folder with Terraform. No lock is taken: a plan changes nothing, and whoever may only read cannot lock.
 * The plan file holds secrets in clear, so it is readable by its owner alone, and gone afterwards.
 *
 * @throws TerraformError with Terraform's message when there is no plan
 */
export async function planStack(folder: string, options: PlanStackOptions): Promise<TerraformPlan> {
  const { environment, onStep = () => {}, args = [], onPlanFile } = options;
  const secret = mkdtempSync(path.join(tmpdir(), 'gke-platform-preview-'));
  const file = path.join(secret, 'plan');
  const remove = (): void => rmSync(secret, { recursive: true, force: true });
  // Also when the process ends on the way.
  process.once('exit', remove);
  try {
    onStep('init');
    await runTerraform(['init', '-input=false', '-no-color'], folder, environment);
    onStep('plan');
    let [output, error]: [string, string | undefined] = ['', undefined];
    try {
      output = await runTerraform(['plan', `-out=${file}`, '-input=false', '-no-color', '-lock=false', ...args], folder, environment);
    } catch (thrown) {
      // A plan that failed half-way is often still there.
      if (!(thrown instanceof TerraformError) || !existsSync(file)) throw thrown;
      error = thrown.message;
    }
    onStep('show');
    const json: unknown = JSON.parse(await runTerraform(['show', '-json', '-no-color', file], folder, environment));
    if (error === undefined) await onPlanFile?.(file);
    return { json, output, ...(error === undefined ? {} : { error }) };
  } finally {
    process.off('exit', remove);
    remove();
  }
}
