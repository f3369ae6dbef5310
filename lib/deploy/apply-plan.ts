import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { ReportedError } from '../core/reported-error';
import { terraformBinary } from '../terraform/cli';
import { runInForeground } from '../terraform/foreground';
import { findStateLock } from './lock';

/** Properties for `applyPlan`. */
export interface ApplyPlanOptions {
  /** Folder of the stack, initialized. */
  readonly stackFolder: string;

  /** Saved plan. */
  readonly planFile: string;
  readonly environment: NodeJS.ProcessEnv;

  /** Masks the secrets in the output of Terraform, which prints outputs and what provisioners print. */
  readonly mask: (text: string) => string;

  /** Enables coloured output of Terraform. @default false */
  readonly colours?: boolean;

  /** Further arguments for `terraform apply`, for example `-compact-warnings`. @default - none */
  readonly args?: readonly string[];

  /** Folder for a state that Terraform could not save. @default - the working directory */
  readonly rescueFolder?: string;
}

/** Apply that failed or was interrupted. Completed changes are in the state. */
export class ApplyError extends ReportedError {
  public override readonly name = 'ApplyError';
}

/**
 * Applies a saved plan in the foreground.
 *
 * @throws ApplyError when Terraform fails, with the remaining steps
 */
export async function applyPlan(options: ApplyPlanOptions): Promise<void> {
  const { stackFolder, planFile, environment, mask, colours = false, args = [], rescueFolder = process.cwd() } = options;
  const command = ['apply', '-input=false', ...(colours ? [] : ['-no-color']), ...args, planFile];
  const exitCode = await runInForeground([terraformBinary(), ...command], { cwd: stackFolder, env: environment, mask });
  if (exitCode === 0) return;
  const remarks: string[] = [];
  const unsaved = path.join(stackFolder, 'errored.tfstate');
  if (existsSync(unsaved)) {
    const rescued = path.join(rescueFolder, 'errored.tfstate');
    copyFileSync(unsaved, rescued);
    remarks.push(`Terraform could not save the state: it is in ${rescued}, run '${terraformBinary()} state push' with it first`);
  } else {
    remarks.push('completed changes are in the state, and a new preview shows the remaining ones');
  }
  const lock = await findStateLock(stackFolder, environment);
  remarks.push(
    lock === undefined
      ? 'the state is not locked'
      : `the state is locked by ${lock.who} since ${lock.created}: if no deploy is running, release it with '${terraformBinary()} force-unlock ${lock.id}'`,
  );
  throw new ApplyError(`${terraformBinary()} apply ${exitCode > 128 ? 'was killed' : `ended with ${exitCode}`}; ${remarks.join('; ')}`);
}
