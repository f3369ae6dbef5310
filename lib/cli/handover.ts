import { statSync } from 'node:fs';
import { Command } from 'commander';
import { ReportedError } from '../core/reported-error';
import type * as Handover from '../handover';
import { ACKNOWLEDGEMENTS_OPTION, readAcknowledgements } from './acknowledgements';
import { reportingErrors, stacksIn, synthesize } from './synthesized-stack';

interface PackOptions {
  readonly out: string;
  readonly outDir: string;
  readonly synth: boolean;
  readonly acknowledgements?: string;
}

interface CheckOptions {
  readonly head: string;
  readonly base: string;
  readonly chartRepository: readonly string[];
}

/** `gke-platform handover`: from code that nobody trusts to whoever has credentials. */
export function handoverCommand(): Command {
  return new Command('handover')
    .description(
      'Hand what a pull request synthesizes to a job with credentials, and check it there. docs/github-actions.md has the whole of it.',
    )
    .addCommand(
      new Command('pack')
        .description('Synthesize, and leave what is handed over: manifest, stacks, assets, acknowledgements. Without credentials.')
        .requiredOption('-o, --out <folder>', 'where to leave it')
        .option('--out-dir <folder>', 'where the synthesized output is', 'cdktf.out')
        .option('--no-synth', 'take the synthesized output as it is')
        .option(...ACKNOWLEDGEMENTS_OPTION)
        .addHelpText('after', '\nExit codes: 0 packed, 1 failed, 2 refused.')
        .action((options: PackOptions) => reportingErrors(() => packed(options))),
    )
    .addCommand(
      new Command('check')
        .description('Refuse what was handed over when planning it could run, read or reach what the base branch does not.')
        .requiredOption('--head <folder>', 'what was handed over')
        .requiredOption('--base <folder>', 'the same of the base branch')
        .option('--chart-repository <url>', 'a repository charts may come from, besides those of the base; may come again', collect, [])
        .addHelpText('after', '\nExit codes: 0 it may be planned, 1 failed, 2 refused; the names of its stacks are printed, one a line.')
        .action((options: CheckOptions) => reportingErrors(() => checked(options))),
    );
}

function packed({ out, outDir, synth, acknowledgements }: PackOptions): void {
  const { pack } = require('../handover') as typeof Handover;
  if (synth) synthesize(outDir);
  stacksIn(outDir);
  pack(outDir, out, readAcknowledgements(acknowledgements));
}

function checked({ head, base, chartRepository }: CheckOptions): void {
  const { checkHandover, readTree } = require('../handover') as typeof Handover;
  for (const folder of [head, base]) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new ReportedError(`there is no folder '${folder}'`);
  }
  const tree = readTree(head);
  const refusals = checkHandover(tree, readTree(base), { chartRepositories: chartRepository });
  for (const refusal of refusals) process.stderr.write(`refused: ${refusal}\n`);
  if (refusals.length > 0) process.exitCode = 2;
  else for (const { name } of tree.stacks) process.stdout.write(`${name}\n`);
}

function collect(value: string, all: readonly string[]): string[] {
  return [...all, value];
}
