import { statSync } from 'node:fs';
import { Command } from 'commander';
import type * as Artifact from '../artifact';
import { ReportedError } from '../core/reported-error';
import { ACKNOWLEDGEMENTS_OPTION, readAcknowledgements } from './acknowledgements';
import { withdrawCommand } from './comment';
import { readStacks, reportingErrors, synthesize } from './synthesized-stack';

interface PackOptions {
  readonly out: string;
  readonly outDir: string;
  readonly synth: boolean;
  readonly lockFiles: string;
  readonly acknowledgements?: string;
}

interface VerifyOptions {
  readonly head: string;
  readonly base: string;
  readonly out?: string;
  readonly chartRepository: readonly string[];
  readonly allowType: readonly string[];
}

/** `gke-platform artifact`: passes the synthesized output of untrusted code to a job with credentials. Its former name was `handover`. */
export function artifactCommand(): Command {
  return new Command('artifact')
    .alias('handover')
    .description('Pass the synthesized output of a pull request to a job with credentials, which verifies it. See docs/github-actions.md.')
    .addCommand(packCommand())
    .addCommand(verifyCommand())
    .addCommand(withdrawCommand());
}

function packCommand(): Command {
  return new Command('pack')
    .description('Synthesize, and write an artifact: manifest, stacks, assets, lock files and acknowledgements. Needs no credentials.')
    .requiredOption('-o, --out <folder>', 'folder of the artifact')
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out')
    .option('--no-synth', 'use the existing synthesized output')
    .option('--lock-files <folder>', 'folder of dependency lock files that the repository keeps, <stack>.hcl', 'terraform-locks')
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .addHelpText('after', '\nExit codes: 0 packed, 1 failed, 2 refused.')
    .action((options: PackOptions) => reportingErrors(() => runPack(options)));
}

function verifyCommand(): Command {
  return new Command('verify')
    .alias('check')
    .description('Verify an untrusted artifact before it is planned with credentials.')
    .requiredOption('--head <folder>', 'artifact of the pull request')
    .requiredOption('--base <folder>', 'artifact of the base branch')
    .option('-o, --out <folder>', 'folder for the checked artifact, the only one to plan: what was verified, written again')
    .option('--chart-repository <url>', 'chart repository that is allowed, besides those of the base branch; may be repeated', collect, [])
    .option(
      '--allow-type <type>',
      'type of resources or data sources that is allowed, besides the reviewed ones; may be repeated',
      collect,
      [],
    )
    .addHelpText(
      'after',
      '\nRefuses an artifact when planning it could run, read or reach more than the base branch does.\nPrints the names of its stacks, one per line; refusals go to stderr.\nExit codes: 0 may be planned, 1 failed, 2 refused.',
    )
    .action((options: VerifyOptions) => reportingErrors(() => runVerify(options)));
}

function runPack({ out, outDir, synth, lockFiles, acknowledgements }: PackOptions): void {
  const { packArtifact } = require('../artifact') as typeof Artifact;
  if (synth) synthesize(outDir);
  readStacks(outDir);
  packArtifact(outDir, out, lockFiles, readAcknowledgements(acknowledgements));
}

function runVerify({ head, base, out, chartRepository, allowType }: VerifyOptions): void {
  const { readArtifact, removeCheckedArtifact, verifyArtifact, writeCheckedArtifact } = require('../artifact') as typeof Artifact;
  for (const folder of [head, base]) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new ReportedError(`there is no folder '${folder}'`);
  }
  if (out !== undefined) removeCheckedArtifact(out, [head, base]);
  const [artifact, known] = [readArtifact(head), readArtifact(base)];
  const refusals = verifyArtifact(artifact, known, { chartRepositories: chartRepository, allowedTypes: allowType });
  for (const refusal of refusals) process.stderr.write(`refused: ${refusal}\n`);
  if (refusals.length > 0) {
    process.exitCode = 2;
    return;
  }
  if (out !== undefined) writeCheckedArtifact(artifact, known, out);
  for (const { name } of artifact.stacks) process.stdout.write(`${name}\n`);
}

function collect(value: string, all: readonly string[]): string[] {
  return [...all, value];
}
