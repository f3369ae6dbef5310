import { Command } from 'commander';
import type * as Cost from '../cost';
import { nameFileInErrors, readJson, readStack, reportingErrors, synthesize } from './synthesized-stack';

interface CostOptions {
  readonly prices?: string;
  readonly json: boolean;
  readonly synth: boolean;
  readonly outDir: string;
}

/** `gke-platform cost`: what a stack costs a month. */
export function costCommand(): Command {
  return new Command('cost')
    .description('Estimate what a stack costs a month, as a band: at its smallest, as expected from the load, at its largest. Asks nobody.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('--prices <file>', 'prices to take instead of those of the library, as JSON')
    .option('--json', 'print everything as JSON', false)
    .option('--no-synth', 'take the synthesized output as it is')
    .option('--out-dir <folder>', 'where the synthesized output is', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 fine, 1 failed.

Examples:
  gke-platform cost staging
  gke-platform cost staging --prices prices.json --json`,
    )
    .action((stack: string, options: CostOptions) => reportingErrors(() => cost(stack, options)));
}

function cost(stack: string, { prices, json, synth, outDir }: CostOptions): void {
  const { estimateCost, costText } = require('../cost') as typeof Cost;
  const list = readPrices(prices);
  if (synth) synthesize(outDir);
  const found = estimateCost(readStack(outDir, stack), { prices: list });
  process.stdout.write(`${json ? JSON.stringify(found, undefined, 2) : `${stack}: ${costText(found)}`}\n`);
}

/** The price list in a file; that of the library when none is named. */
export function readPrices(file: string | undefined): Cost.Prices | undefined {
  const { requirePrices } = require('../cost') as typeof Cost;
  if (file === undefined) return undefined;
  const prices = readJson(file);
  return nameFileInErrors(file, () => requirePrices(prices));
}
