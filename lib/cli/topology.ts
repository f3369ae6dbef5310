import { Command } from 'commander';
import type * as Proof from '../reachability';
import { readStack, reportingErrors, synthesize } from './synthesized-stack';
import { writeText } from './write-text';

interface TopologyOptions {
  readonly output?: string;
  readonly mermaid: boolean;
  readonly title?: string;
  readonly synth: boolean;
  readonly outDir: string;
}

/** `gke-platform topology`: a picture of who reaches whom. */
export function topologyCommand(): Command {
  return new Command('topology')
    .description('Draw who reaches whom in a stack: namespaces, workloads, machines by zone, with ports.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('-o, --output <file>', 'where to write it; standard output when left out')
    .option('--mermaid', 'write Mermaid, for Markdown, and not SVG', false)
    .option('--title <text>', 'title of the picture; the stack when left out')
    .option('--no-synth', 'take the synthesized output as it is')
    .option('--out-dir <folder>', 'where the synthesized output is', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 drawn, 1 failed.

Examples:
  gke-platform topology staging -o topology.svg`,
    )
    .action((stack: string, options: TopologyOptions) => reportingErrors(() => topology(stack, options)));
}

async function topology(stack: string, { output, mermaid, title, synth, outDir }: TopologyOptions): Promise<void> {
  const proof = require('../reachability') as typeof Proof;
  if (synth) synthesize(outDir);
  const picture = proof.createTopology(proof.Reachability.read(readStack(outDir, stack)), title ?? stack);
  const text = mermaid ? proof.renderMermaid(picture) : await proof.renderSvg(picture);
  if (output === undefined) process.stdout.write(text);
  else writeText(output, text);
}
