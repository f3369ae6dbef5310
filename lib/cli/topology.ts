import { Command } from 'commander';
import type * as Proof from '../reachability';
import { RedactedOutput } from './redacted-output';
import { readStack, reportingErrors, synthesize } from './synthesized-stack';
import { writeText } from './write-text';

interface TopologyOptions {
  readonly output?: string;
  readonly mermaid: boolean;
  readonly title?: string;
  readonly synth: boolean;
  readonly outDir: string;
}

/** `gke-platform topology`: draws the connections of a stack. */
export function topologyCommand(): Command {
  return new Command('topology')
    .description('Draw the allowed connections of a stack: namespaces, workloads and VM instances by zone, with ports.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .option('--mermaid', 'write Mermaid, for Markdown, instead of SVG', false)
    .option('--title <text>', 'title of the picture (default: the stack)')
    .option('--no-synth', 'use the existing synthesized output')
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out')
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
  const synthesized = readStack(outDir, stack);
  const picture = proof.createTopology(proof.Reachability.read(synthesized), title ?? stack);
  const text = RedactedOutput.of(synthesized).mask(mermaid ? proof.renderMermaid(picture) : await proof.renderSvg(picture));
  if (output === undefined) process.stdout.write(text);
  else writeText(output, text);
}
