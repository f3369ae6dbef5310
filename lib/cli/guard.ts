import { Command } from 'commander';
import { ReportedError } from '../core/reported-error';
import { describeJson } from '../core/shape';
import type * as Guard from '../guard';
import { CREATE_PLAN_JSON } from '../terraform/json-input';
import { isState } from '../terraform/state-json';
import { isBlock } from '../terraform/values';
import { ACKNOWLEDGEMENTS_OPTION, readAcknowledgements } from './acknowledgements';
import { reportJson } from './former-keys';
import { readJson, readSynthesized, reportingErrors } from './synthesized-stack';

interface GuardCommandOptions {
  readonly planJson: string;
  readonly config?: string;
  readonly base?: string;
  readonly acknowledgements?: string;
  readonly json: boolean;
}

/** `gke-platform guard`: checks a plan against the rules of the guard. */
export function guardCommand(): Command {
  return new Command('guard')
    .description('Refuse a plan that would lose data, fail half-way or open what was closed. See docs/guard.md for the rules.')
    .requiredOption('--plan-json <file>', 'plan, as printed by terraform show -json')
    .option('--config <file>', 'cdk.tf.json of the plan: construct paths and reachability')
    .option('--base <file>', 'deployed cdk.tf.json: resources that were protected by prevent_destroy')
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
Exit codes: 0 not refused, 1 failed, 2 refused.

For example, where cdktf diff has been:
  cd cdktf.out/stacks/staging && terraform show -json plan > plan.json
  gke-platform guard --plan-json plan.json --config cdk.tf.json --acknowledgements ../../../dist/environments/acknowledgements.js`,
    )
    .action((options: GuardCommandOptions) => reportingErrors(() => runGuard(options)));
}

/** Reads a plan. A plan with content that the guard does not know is refused by the guard itself. */
function readPlan(file: string): unknown {
  const json = readJson(file);
  if (isBlock(json) && isState(json)) throw new ReportedError(`'${file}' is not a plan, but a state: ${CREATE_PLAN_JSON}`);
  if (isBlock(json) && typeof json.format_version === 'string') return json;
  throw new ReportedError(`'${file}' is not a plan: expected the output of terraform show -json <plan>, got ${describeJson(json)}`);
}

function runGuard({ planJson, config, base, acknowledgements, json }: GuardCommandOptions): void {
  const { guard, formatGuardReport } = require('../guard') as typeof Guard;
  const report = guard(readPlan(planJson), {
    synthesized: config === undefined ? undefined : readSynthesized(config),
    base: base === undefined ? undefined : readSynthesized(base),
    acknowledgements: readAcknowledgements(acknowledgements),
  });
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  process.stdout.write(`${json ? reportJson(report, 2) : formatGuardReport(report, { colours })}\n`);
  process.exitCode = report.isRefused ? 2 : 0;
}
