import { existsSync } from 'node:fs';
import { Command } from 'commander';
import type * as Policy from '../policy/reading';
import { RedactedOutput } from './redacted-output';
import { nameFileInErrors, readJson, readStack, reportingErrors } from './synthesized-stack';

interface CheckOptions {
  readonly json: boolean;
  readonly outDir: string;
}

/** `gke-platform check`: checks a synthesized stack against the policy. */
export function checkCommand(): Command {
  return new Command('check')
    .description('Check a synthesized stack against the policy: checks of Google, the CIS benchmark and checkov, and of this library.')
    .argument('<file>', 'cdk.tf.json, or the id of a synthesized stack')
    .option('--json', 'print the result as JSON', false)
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 without errors that are not waived, 1 failed, 2 refused. Warnings do not affect the exit code.

Examples:
  gke-platform check staging
  gke-platform check cdktf.out/stacks/staging/cdk.tf.json --json`,
    )
    .action((file: string, options: CheckOptions) => reportingErrors(() => check(file, options)));
}

function check(file: string, { json, outDir }: CheckOptions): void {
  const { checkPolicy, formatPolicyReport } = require('../policy/reading') as typeof Policy;
  const stack = existsSync(file) || file.endsWith('.json') ? readJson(file) : readStack(outDir, file);
  const report = nameFileInErrors(file, () => checkPolicy(stack));
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const output = RedactedOutput.of(stack);
  if (json) output.printJson(report);
  else output.print(formatPolicyReport(report, { colours }));
  process.exitCode = report.isRefused ? 2 : 0;
}
