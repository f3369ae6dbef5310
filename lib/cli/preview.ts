import path from 'node:path';
import { Command } from 'commander';
import type * as Artifact from '../artifact';
import { ReportedError } from '../core/reported-error';
import type * as Cost from '../cost';
import type * as Deploy from '../deploy';
import type * as Guard from '../guard/guard';
import type * as Policy from '../policy/reading';
import type * as Preview from '../preview';
import type * as Proof from '../reachability';
import type * as Redaction from '../redaction';
import { type PlanStackOptions, planStack, type TerraformPlan, terraformBinary } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';
import { ACKNOWLEDGEMENTS_OPTION, readAcknowledgements } from './acknowledgements';
import { getBaseOutput } from './base-output';
import { readPrices } from './cost';
import { getDefaultBundle } from './deploy';
import { reportJson } from './former-keys';
import {
  nameFileInErrors,
  readJson,
  readStack,
  readStacks,
  readSynthesized,
  reportingErrors,
  stackFolder,
  synthesize,
} from './synthesized-stack';
import { writeText } from './write-text';

interface PreviewOptions {
  readonly base?: string;
  readonly out?: string;
  readonly html?: string;
  readonly json?: string;
  readonly sarif?: string;
  readonly acknowledgements?: string;
  readonly bundle?: string | false;
  readonly prices?: string;
  readonly planJson?: string;
  readonly configOnly: boolean;
  readonly config?: string;
  readonly synth: boolean;
  readonly outDir: string;
}

/** `gke-platform preview`: reports the changes of a plan. */
export function previewCommand(): Command {
  return new Command('preview')
    .description('Plan a stack and report its changes by construct, with impact, reachability and cost. Secrets are masked.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option(
      '--base <commit or folder>',
      'deployed configuration, as a commit to synthesize or a synthesized output: new connections, removed stacks',
    )
    .option('-o, --out <file>', 'write the report as Markdown (default: standard output, unless another format is written)')
    .option('--html <file>', 'also write it as one HTML page')
    .option('--json <file>', 'also write it as JSON')
    .option('--sarif <file>', 'also write the findings of the guard and the policy as SARIF 2.1.0')
    .option('--plan-json <file>', 'report on this plan (terraform show -json) without planning')
    .option('--config-only', 'report the difference from the configuration of --base, without planning and without credentials', false)
    .option('--config <file>', 'cdk.tf.json of --plan-json')
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--bundle <folder>', 'folder of the bundle for gke-platform deploy, with secrets in clear text (default: .preview/<stack>)')
    .option('--no-bundle', 'write no bundle')
    .option('--prices <file>', 'price list to use instead of that of the library, as JSON')
    .option('--no-synth', 'use the existing synthesized output')
    .option('--out-dir <folder>', 'folder of the synthesized output', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 not refused, 1 failed, 2 refused by the guard.

Examples:
  gke-platform preview staging
  gke-platform preview staging --base origin/main --out preview.md --html preview.html
  gke-platform preview staging --plan-json plan.json --config cdk.tf.json`,
    )
    .action((stack: string, options: PreviewOptions) => reportingErrors(() => preview(stack, options)));
}

async function preview(stack: string, options: PreviewOptions): Promise<void> {
  const { markdown, html } = require('../preview') as typeof Preview;
  const { planJson, config, base } = options;
  const prices = readPrices(options.prices);
  if (options.configOnly && (base === undefined || planJson !== undefined))
    throw new ReportedError('--config-only must be given with --base, and without --plan-json');
  if (config !== undefined && planJson === undefined) throw new ReportedError('--config must be given with --plan-json');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      progress('interrupted: nothing was changed, and the state is not locked');
      process.exit(1);
    });
  }
  const baseFolder = base === undefined ? undefined : getBaseOutput(base);
  const createReport = (planned: PlannedStack): Promise<Preview.Report> => reportOn(stack, planned, options, baseFolder, prices);
  const planned = await createPlan(stack, options, baseFolder, createReport);
  progress('report');
  const report = planned.bundled ?? (await createReport(planned));
  if (options.json !== undefined) writeText(options.json, `${reportJson(report)}\n`);
  if (options.html !== undefined) writeText(options.html, html(report));
  if (options.sarif !== undefined) writeText(options.sarif, writeSarif(report, options.outDir));
  const text = markdown(report);
  if (options.out !== undefined) writeText(options.out, text);
  else if (options.json === undefined && options.html === undefined && options.sarif === undefined) process.stdout.write(text);
  progress(report.headline);
  process.exitCode = report.isRefused ? 2 : 0;
}

async function reportOn(
  stack: string,
  planned: PlannedStack,
  options: PreviewOptions,
  baseFolder: string | undefined,
  prices: Cost.Prices | undefined,
): Promise<Preview.Report> {
  const { createReport } = require('../preview') as typeof Preview;
  const { guard } = require('../guard/guard') as typeof Guard;
  const compared = baseFolder === undefined ? compareWithState(planned) : compareWithBase(baseFolder, stack, planned);
  return createReport({
    ...planned,
    ...compared,
    ...estimateCostChange(planned, prices),
    ...checkPolicyOf(planned),
    ...(options.html === undefined || planned.synthesized === undefined ? {} : { picture: await drawTopology(planned.synthesized, stack) }),
    stack,
    guard: guard(planned.plan, {
      synthesized: planned.synthesized,
      base: compared.base,
      acknowledgements: readAcknowledgements(options.acknowledgements),
    }),
    removedStacks: baseFolder === undefined || options.planJson !== undefined ? [] : stacksOnlyIn(baseFolder, options.outDir),
  });
}

function writeSarif(report: Preview.Report, outDir: string): string {
  const { sarif } = require('../preview') as typeof Preview;
  const { version } = require('../../../package.json') as { version: string };
  const synthesized = path.posix.join(outDir.split(path.sep).join('/'), 'stacks', report.stack, 'cdk.tf.json');
  return `${JSON.stringify(sarif(report, { version, synthesized }))}\n`;
}

function stacksOnlyIn(base: string, head: string): string[] {
  const left = new Set(Object.keys(readStacks(head)));
  return Object.keys(readStacks(base)).filter((name) => !left.has(name));
}

interface PlannedStack {
  readonly plan: unknown;
  readonly synthesized?: unknown;
  readonly planOutput?: string;
  readonly planError?: string;
  readonly isConfigurationOnly?: boolean;

  /** Report that its bundle holds, with the digest of the bundle. */
  readonly bundled?: Preview.Report;
}

type CreateReport = (planned: PlannedStack) => Promise<Preview.Report>;

async function planWithTerraform(
  stack: string,
  options: PreviewOptions,
  baseFolder: string | undefined,
  createReport: CreateReport,
): Promise<PlannedStack> {
  const { discardBundle, readStateFingerprint, readVersions, writeBundle } = require('../deploy') as typeof Deploy;
  const { markdown } = require('../preview') as typeof Preview;
  const { synth, outDir, bundle, acknowledgements } = options;
  const bundleFolder = bundle ?? getDefaultBundle(stack);
  if (bundleFolder) discardBundle(bundleFolder);
  if (synth) {
    progress('synth');
    synthesize(outDir);
  }
  const synthesized = readStack(outDir, stack);
  const folder = stackFolder(outDir, stack);
  const environment = { ...process.env, TF_IN_AUTOMATION: '1' };
  let bundled: Preview.Report | undefined;
  const { json, output, error } = await planOrThrow(folder, synthesized, {
    environment,
    onStep: (step) => progress(`${terraformBinary()} ${step}`),
    onPlanFile: async (planFile, plan) => {
      if (!bundleFolder) return;
      const [versions, state] = await Promise.all([readVersions(folder, environment), readStateFingerprint(folder, environment)]);
      const report = await createReport({ plan: plan.json, synthesized, planOutput: plan.output });
      const digest = writeBundle(bundleFolder, {
        stack,
        stackFolder: folder,
        planFile,
        versions,
        state,
        acknowledgements: readAcknowledgements(acknowledgements),
        base: baseFolder !== undefined && stack in readStacks(baseFolder) ? readStack(baseFolder, stack) : undefined,
        report: markdown(report, BUNDLE_REPORT_BUDGET),
      });
      bundled = { ...report, bundle: { digest } };
      progress(`bundle ${bundleFolder}, ${digest}`);
    },
  });
  return {
    plan: json,
    synthesized,
    planOutput: output,
    ...(error === undefined ? {} : { planError: error }),
    ...(bundled === undefined ? {} : { bundled }),
  };
}

/** Maximum size of the report in a bundle, in characters and bytes. A job summary of GitHub Actions has at most 1 MiB. */
const BUNDLE_REPORT_BUDGET = 900_000;

/** Plans a stack. Without a plan, the error has Terraform's message with secrets masked. */
async function planOrThrow(folder: string, synthesized: unknown, options: PlanStackOptions): Promise<TerraformPlan> {
  const { redactMessage } = require('../redaction') as typeof Redaction;
  try {
    return await planStack(folder, options);
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    throw new ReportedError(redactMessage(error.message, synthesized, options.environment));
  }
}

async function createPlan(
  stack: string,
  options: PreviewOptions,
  baseFolder: string | undefined,
  createReport: CreateReport,
): Promise<PlannedStack> {
  const { planJson, config, configOnly, synth, outDir } = options;
  if (planJson !== undefined) return readPlanFile(planJson, config);
  if (!configOnly) return planWithTerraform(stack, options, baseFolder, createReport);
  const { createConfigurationPlan } = require('../artifact') as typeof Artifact;
  if (synth) synthesize(outDir);
  const synthesized = readStack(outDir, stack);
  const before = stack in readStacks(baseFolder!) ? readStack(baseFolder!, stack) : {};
  return { plan: createConfigurationPlan(before, synthesized), synthesized, isConfigurationOnly: true };
}

function readPlanFile(planFile: string, configuration: string | undefined): PlannedStack {
  const { Plan } = require('../preview') as typeof Preview;
  const plan = readJson(planFile);
  nameFileInErrors(planFile, () => Plan.read(plan));
  return { plan, ...(configuration === undefined ? {} : { synthesized: readSynthesized(configuration) }) };
}

type Compared = Pick<Preview.ReportOptions, 'base' | 'reachability'>;

/** Compares reachability with the prior state of the plan. */
function compareWithState({ plan, synthesized }: PlannedStack): Compared {
  const { Plan, PlanFormatError, readPriorState } = require('../preview') as typeof Preview;
  const { Reachability } = require('../reachability') as typeof Proof;
  try {
    const before = synthesized === undefined ? undefined : readPriorState(Plan.read(plan));
    if (before === undefined) return {};
    return { reachability: Reachability.read(plan, synthesized).comparedTo(Reachability.read(before, synthesized)) };
  } catch (error) {
    // The guard reports that the plan is not supported.
    if (error instanceof PlanFormatError) return {};
    throw error;
  }
}

/** Compares reachability with the synthesized output of the base. */
function compareWithBase(folder: string, stack: string, { synthesized }: PlannedStack): Compared {
  const { Reachability } = require('../reachability') as typeof Proof;
  if (!(stack in readStacks(folder))) return {};
  const base = readStack(folder, stack);
  return {
    base,
    ...(synthesized === undefined ? {} : { reachability: Reachability.read(synthesized).comparedTo(Reachability.read(base)) }),
  };
}

/** Estimates the cost before and after the plan. */
function estimateCostChange({ plan, synthesized }: PlannedStack, prices: Cost.Prices | undefined): Pick<Preview.ReportOptions, 'cost'> {
  const { Plan, PlanFormatError, readPriorState } = require('../preview') as typeof Preview;
  const { compareCosts, estimateCost } = require('../cost') as typeof Cost;
  try {
    const before = readPriorState(Plan.read(plan));
    return {
      cost: compareCosts(
        before === undefined ? undefined : estimateCost(before, { synthesized, prices }),
        estimateCost(plan, { synthesized, prices }),
      ),
    };
  } catch (error) {
    // The guard reports that the plan is not supported.
    if (error instanceof PlanFormatError) return {};
    throw error;
  }
}

function checkPolicyOf({ synthesized }: PlannedStack): Pick<Preview.ReportOptions, 'policy'> {
  const { checkPolicy } = require('../policy/reading') as typeof Policy;
  return synthesized === undefined ? {} : { policy: checkPolicy(synthesized) };
}

async function drawTopology(synthesized: unknown, stack: string): Promise<string> {
  const { Reachability, renderSvg, createTopology } = require('../reachability') as typeof Proof;
  return renderSvg(createTopology(Reachability.read(synthesized), stack));
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
