import { Command } from 'commander';
import type * as Cost from '../cost';
import { RedactedOutput } from './redacted-output';
import { nameFileInErrors, readJson, readStack, reportingErrors, synthesize } from './synthesized-stack';

interface CostOptions {
  readonly prices?: string;
  readonly json: boolean;
  readonly synth: boolean;
  readonly outDir: string;
}

/** `gke-platform cost`: estimates the monthly cost of a stack. */
export function costCommand(): Command {
  return new Command('cost')
    .description('Estimate the monthly cost of a stack as a range: minimum size, expected load, maximum size. Needs no network access.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('--prices <file>', 'price list to use instead of that of the library, as JSON')
    .option('--json', 'print the result as JSON', false)
    .option('--no-synth', 'use the existing synthesized output')
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 estimated, 1 failed.

Examples:
  gke-platform cost staging
  gke-platform cost staging --prices prices.json --json`,
    )
    .action((stack: string, options: CostOptions) => reportingErrors(() => cost(stack, options)));
}

function cost(stack: string, { prices, json, synth, outDir }: CostOptions): void {
  const { estimateCost, formatCost } = require('../cost') as typeof Cost;
  const list = readPrices(prices);
  if (synth) synthesize(outDir);
  const synthesized = readStack(outDir, stack);
  const found = estimateCost(synthesized, { prices: list });
  const output = RedactedOutput.of(synthesized);
  if (json) output.printJson(found);
  else output.print(`${stack}: ${formatCost(found)}`);
}

/** Reads the price list in a file; undefined without a file. */
export function readPrices(file: string | undefined): Cost.Prices | undefined {
  const { requirePrices } = require('../cost') as typeof Cost;
  if (file === undefined) return undefined;
  const prices = readJson(file);
  return nameFileInErrors(file, () => requirePrices(prices));
}
