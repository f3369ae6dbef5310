import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ReportedError } from '../core/reported-error';
import type * as Deploy from '../deploy';
import { terraformBinary } from '../terraform/cli';
import { reportingErrors } from './synthesized-stack';

interface DeployCommandOptions {
  readonly bundle?: string;
  readonly digest?: string;
  readonly maxAge?: number;
}

/** Where `preview` leaves a bundle and `deploy` looks for it, when nobody says otherwise. */
export function defaultBundle(stack: string): string {
  return path.join('.preview', stack);
}

/** `gke-platform deploy`: applies what was previewed. */
export function deployCommand(): Command {
  return new Command('deploy')
    .description('Apply the plan that was previewed, and nothing else; then see that a new plan is empty.')
    .argument('<stack>', 'id of the stack, as in gke-platform preview')
    .option('--bundle <folder>', 'what preview left (default: .preview/<stack>)')
    .option('--digest <digest>', 'digest of the bundle that was approved, sha256:...', parseDigest)
    .option('--max-age <minutes>', 'how old the bundle may be (default: 60)', parseMinutes)
    .addHelpText(
      'after',
      `
Refused, with nothing changed: a bundle that was altered, is another one or too old; a state that was written since; another
Terraform or other provider plugins; autoscaled pods that are more or fewer by now; whatever the guard refuses today.

Exit codes: 0 applied and nothing is left to do, 1 failed or something is left, 2 refused.

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
  'check the plan': 'checking the plan against the guard, the state and what runs',
  apply: `${terraformBinary()} apply`,
  'plan again': `${terraformBinary()} plan, to see that nothing is left to do`,
};

async function run(stack: string, { bundle = defaultBundle(stack), digest, maxAge }: DeployCommandOptions): Promise<void> {
  const { deploy } = require('../deploy') as typeof Deploy;
  let step: Deploy.DeployStep = 'check the bundle';
  // While it applies, Terraform has the signal and ends as it sees fit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (step === 'apply') return;
      progress(
        step === 'plan again'
          ? 'interrupted: everything was applied, and nothing is locked'
          : 'interrupted: nothing was changed, and nothing is locked',
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
  if (isEmpty) progress(`${stack} is as previewed: a new plan is empty.`);
  else throw new ReportedError(`Applied, but a new plan is not empty. ${headline}: see gke-platform preview ${stack}`);
}

function parseDigest(text: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('a digest is sha256: and 64 hexadecimal digits.');
  return text;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && Number.isFinite(minutes))) throw new InvalidArgumentError('an age is a number of minutes above 0.');
  return minutes;
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
