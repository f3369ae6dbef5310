import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { RefusedError, ReportedError } from '../core/reported-error';
import type * as Deploy from '../deploy';
import { terraformBinary } from '../terraform/cli';
import { reportingErrors } from './synthesized-stack';

interface DeployCommandOptions {
  readonly bundle?: string;
  readonly digest?: string;
  readonly maxAge?: number;
}

/** Returns the default folder of the bundle of a stack. */
export function getDefaultBundle(stack: string): string {
  return path.join('.preview', stack);
}

/** `gke-platform deploy`: applies a previewed plan. */
export function deployCommand(): Command {
  return new Command('deploy')
    .description('Apply the previewed plan and nothing else, then check that a new plan has no changes.')
    .argument('<stack>', 'id of the stack, as in gke-platform preview')
    .option('--bundle <folder>', 'bundle of the preview (default: .preview/<stack>)')
    .option('--digest <digest>', 'digest of the approved bundle, sha256:...', parseDigest)
    .option('--max-age <minutes>', 'maximum age of the bundle (default: 60)', parseMinutes)
    .addHelpText(
      'after',
      `
Refused, without any change: a bundle that was altered, differs from the approved one or is too old; a state that was written after the
preview; other versions of Terraform or the provider plugins; a changed number of autoscaled pods; a plan that the guard refuses.

Exit codes: 0 applied and no changes remain, 1 failed or changes remain, 2 refused.

Examples:
  gke-platform preview staging && gke-platform deploy staging
  gke-platform deploy staging --bundle approved --digest sha256:4f0c...`,
    )
    .action((stack: string, options: DeployCommandOptions) => reportingErrors(() => run(stack, options)));
}

/** Lines of progress, by step. */
const PROGRESS: Readonly<Record<Deploy.DeployStep, string>> = {
  'check the bundle': 'checking the bundle',
  init: `${terraformBinary()} init`,
  'check the plan': 'checking the plan against the guard, the state and the running pods',
  apply: `${terraformBinary()} apply`,
  'plan again': `${terraformBinary()} plan, to check that no changes remain`,
};

async function run(stack: string, { bundle = getDefaultBundle(stack), digest, maxAge }: DeployCommandOptions): Promise<void> {
  requireBundle(stack, bundle);
  const { deploy } = require('../deploy') as typeof Deploy;
  let step: Deploy.DeployStep = 'check the bundle';
  // During the apply, Terraform receives the signal and ends by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (step === 'apply') return;
      progress(
        step === 'plan again'
          ? 'interrupted: the plan was applied, and the state is not locked'
          : 'interrupted: nothing was changed, and the state is not locked',
      );
      process.exit(1);
    });
  }
  const { isEmpty, headline } = await deploy({
    stack,
    bundle,
    digest,
    maxAgeMinutes: maxAge,
    environment: { ...process.env, TF_IN_AUTOMATION: '1' },
    colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
    onStep: (next) => {
      step = next;
      progress(PROGRESS[next]);
    },
  });
  if (isEmpty) progress(`${stack} matches the preview: a new plan has no changes.`);
  else throw new ReportedError(`Applied, but a new plan has changes. ${headline}: see gke-platform preview ${stack}`);
}

/** Refuses a stack without a bundle, before any step. */
function requireBundle(stack: string, bundle: string): void {
  if (existsSync(bundle)) return;
  if (bundle !== getDefaultBundle(stack)) throw new RefusedError(`'${bundle}' is not a bundle: there is no such folder`);
  throw new RefusedError(`'${stack}' has no bundle in '${bundle}': pass the id of a stack, and run gke-platform preview ${stack} first`);
}

function parseDigest(text: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('must be sha256: and 64 hexadecimal digits.');
  return text;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && Number.isFinite(minutes))) throw new InvalidArgumentError('must be a positive number of minutes.');
  return minutes;
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
