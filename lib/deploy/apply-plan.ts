import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { ReportedError } from '../core/reported-error';
import { terraformBinary } from '../terraform/cli';
import { runInForeground } from '../terraform/foreground';
import { lockInTheWay } from './lock';

/** Properties for `applyPlan`. */
export interface ApplyPlanOptions {
  /** Folder of the stack, initialized. */
  readonly stackFolder: string;

  /** The saved plan. */
  readonly planFile: string;
  readonly environment: NodeJS.ProcessEnv;

  /** Whether Terraform may colour what it prints. @default false */
  readonly colours?: boolean;

  /** More arguments for `terraform apply`, for example `-compact-warnings`. @default - none */
  readonly args?: readonly string[];

  /** Where a state goes that Terraform could not save. @default - the folder the command runs in */
  readonly rescueFolder?: string;
}

/** Terraform failed or was interrupted while it applied: what is done is done, and in the state. */
export class ApplyError extends ReportedError {
  public override readonly name = 'ApplyError';
}

/**
 * Applies a saved plan in the foreground.
 *
 * @throws ApplyError when Terraform did not get to the end, with what is left and what to do
 */
export async function applyPlan(options: ApplyPlanOptions): Promise<void> {
  const { stackFolder, planFile, environment, colours = false, args = [], rescueFolder = process.cwd() } = options;
  const words = ['apply', '-input=false', ...(colours ? [] : ['-no-color']), ...args, planFile];
  const exitCode = await runInForeground([terraformBinary(), ...words], { cwd: stackFolder, env: environment });
  if (exitCode === 0) return;
  const left: string[] = [];
  const unsaved = path.join(stackFolder, 'errored.tfstate');
  if (existsSync(unsaved)) {
    const rescued = path.join(rescueFolder, 'errored.tfstate');
    copyFileSync(unsaved, rescued);
    left.push(
      `Terraform could not save the state: it is in ${rescued}, push it with '${terraformBinary()} state push' before anything else`,
    );
  } else {
    left.push('what was done is in the state, and a new preview shows the rest');
  }
  const lock = await lockInTheWay(stackFolder, environment);
  left.push(
    lock === undefined
      ? 'nothing is locked'
      : `the state is locked by ${lock.who} since ${lock.created}: when nobody deploys, '${terraformBinary()} force-unlock ${lock.id}' releases it`,
  );
  throw new ApplyError(`${terraformBinary()} apply ${exitCode > 128 ? 'was killed' : `ended with ${exitCode}`}; ${left.join('; ')}`);
}
