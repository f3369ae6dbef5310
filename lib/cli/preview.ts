import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import type * as Preview from '../preview';
import type * as Guard from '../preview/guard/guard';
import type * as Proof from '../reachability';
import { readAcknowledgements } from './guard';
import { readJson, readStack, reportingErrors, synthesize, UsageError } from './synthesized-stack';

interface PreviewOptions {
  readonly base?: string;
  readonly out?: string;
  readonly html?: string;
  readonly json?: string;
  readonly acknowledgements?: string;
  readonly planJson?: string;
  readonly config?: string;
  readonly synth: boolean;
  readonly outDir: string;
}

/** `gke-platform preview`: what applying a stack would do. */
export function previewCommand(): Command {
  return new Command('preview')
    .description('Plan a stack and report what would happen: changes by construct, what is lost, who reaches whom. No secrets are shown.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option('--base <folder>', 'the synthesized output of what is deployed: who newly reaches whom, stacks that left the app')
    .option('-o, --out <file>', 'where to write the report as Markdown; standard output when no file is named')
    .option('--html <file>', 'write it as one HTML page, too')
    .option('--json <file>', 'write it as JSON, too')
    .option('--plan-json <file>', 'report on this plan (terraform show -json), and plan nothing')
    .option('--config <file>', 'the cdk.tf.json that --plan-json was made from')
    .option('--acknowledgements <file>', 'what may happen although the guard refuses it: as in gke-platform guard')
    .option('--no-synth', 'take the synthesized output as it is')
    .option('--out-dir <folder>', 'where the synthesized output is', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 fine, 1 could not, 2 refused by the guard.

For example:
  gke-platform preview staging
  gke-platform preview staging --base ../main/cdktf.out --out preview.md --html preview.html
  gke-platform preview staging --plan-json plan.json --config cdk.tf.json`,
    )
    .action((stack: string, options: PreviewOptions) => reportingErrors(() => preview(stack, options)));
}

async function preview(stack: string, options: PreviewOptions): Promise<void> {
  const { reportOf, markdown, html } = require('../preview') as typeof Preview;
  const { guard } = require('../preview/guard/guard') as typeof Guard;
  const { planJson, config, base, outDir, acknowledgements } = options;
  if (config !== undefined && planJson === undefined) throw new UsageError('--config goes with --plan-json');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      progress('interrupted: nothing was changed, and nothing is locked');
      process.exit(1);
    });
  }
  try {
    const made = planJson === undefined ? await planned(stack, options) : madeElsewhere(planJson, config);
    progress('report');
    const compared = base === undefined ? comparedToState(made) : comparedTo(base, stack, made);
    const report = reportOf({
      ...made,
      ...compared,
      ...(options.html === undefined || made.synthesized === undefined ? {} : { picture: await pictureOf(made.synthesized, stack) }),
      stack,
      guard: guard(made.plan, {
        synthesized: made.synthesized,
        base: compared.base,
        acknowledgements: acknowledgements === undefined ? [] : readAcknowledgements(acknowledgements),
      }),
      removedStacks: base === undefined || planJson !== undefined ? [] : stacksOnlyIn(base, outDir),
    });
    // Files are written before anything can be too long.
    if (options.json !== undefined) write(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (options.html !== undefined) write(options.html, html(report));
    const text = markdown(report);
    if (options.out !== undefined) write(options.out, text);
    else if (options.json === undefined && options.html === undefined) process.stdout.write(text);
    progress(report.headline);
    process.exitCode = report.isRefused ? 2 : 0;
  } catch (error) {
    throw meantForUser(error);
  }
}

function stacksOnlyIn(base: string, head: string): string[] {
  const left = new Set(Object.keys(manifestOf(head)));
  return Object.keys(manifestOf(base)).filter((name) => !left.has(name));
}

interface Made {
  readonly plan: unknown;
  readonly synthesized?: unknown;
  readonly planOutput?: string;
  readonly planError?: string;
}

async function planned(stack: string, { synth, outDir }: PreviewOptions): Promise<Made> {
  const { planStack } = require('../preview') as typeof Preview;
  if (synth) {
    progress('synth');
    synthesize(outDir);
  }
  const synthesized = readStack(outDir, stack);
  const folder = path.join(outDir, manifestOf(outDir)[stack]!.workingDirectory);
  const environment = { ...process.env, TF_IN_AUTOMATION: '1' };
  const { json, output, error } = await planStack(folder, { environment, onStep: (step) => progress(`terraform ${step}`) });
  return { plan: json, synthesized, planOutput: output, ...(error === undefined ? {} : { planError: error }) };
}

function madeElsewhere(planFile: string, configuration: string | undefined): Made {
  return { plan: readJson(planFile), ...(configuration === undefined ? {} : { synthesized: readJson(configuration) }) };
}

type Compared = Pick<Preview.ReportOptions, 'base' | 'reachability'>;

/** What is deployed, as far as the plan's own state before tells. */
function comparedToState({ plan, synthesized }: Made): Compared {
  const { Plan, PlanFormatError, priorState } = require('../preview') as typeof Preview;
  const { Reachability } = require('../reachability') as typeof Proof;
  try {
    const before = synthesized === undefined ? undefined : priorState(Plan.read(plan));
    if (before === undefined) return {};
    return { reachability: Reachability.read(plan, synthesized).comparedTo(Reachability.read(before, synthesized)) };
  } catch (error) {
    // The report says itself that such a plan is not understood.
    if (error instanceof PlanFormatError) return {};
    throw error;
  }
}

/** What is deployed, as far as its synthesized output tells. */
function comparedTo(folder: string, stack: string, { synthesized }: Made): Compared {
  const { Reachability } = require('../reachability') as typeof Proof;
  if (!(stack in manifestOf(folder))) return {};
  const base = readStack(folder, stack);
  return {
    base,
    ...(synthesized === undefined ? {} : { reachability: Reachability.read(synthesized).comparedTo(Reachability.read(base)) }),
  };
}

async function pictureOf(synthesized: unknown, stack: string): Promise<string> {
  const { Reachability, svg, topologyOf } = require('../reachability') as typeof Proof;
  return svg(topologyOf(Reachability.read(synthesized), stack));
}

function manifestOf(folder: string): Record<string, { readonly workingDirectory: string }> {
  const file = path.join(folder, 'manifest.json');
  if (!existsSync(file)) throw new UsageError(`'${folder}' holds no synthesized stacks: there is no manifest.json`);
  return (readJson(file) as { stacks: Record<string, { workingDirectory: string }> }).stacks;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`cannot write '${file}': ${(error as Error).message}`);
  }
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Errors whose message says all there is to say. */
function meantForUser(error: unknown): unknown {
  const names = ['PlanFormatError', 'RedactionError', 'TooLongError', 'TerraformError', 'SandboxError', 'AcknowledgementError'];
  return error instanceof Error && names.includes(error.name) ? new UsageError(error.message) : error;
}
