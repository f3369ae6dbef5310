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
import { type PlanStackOptions, planStack, type TerraformPlan, terraformBinary } from '../terraform/cli';
import { TerraformError } from '../terraform/errors';
import { ACKNOWLEDGEMENTS_OPTION, readAcknowledgements } from './acknowledgements';
import { baseOutput } from './base-output';
import { readPrices } from './cost';
import { defaultBundle } from './deploy';
import { reportJson } from './former-keys';
import { readJson, readStack, readSynthesized, reportingErrors, stackFolder, stacksIn, synthesize } from './synthesized-stack';
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

/** `gke-platform preview`: what applying a stack would do. */
export function previewCommand(): Command {
  return new Command('preview')
    .description('Plan a stack and report what would happen: changes by construct, what is lost, who reaches whom. No secrets are shown.')
    .argument('<stack>', 'id of the stack, as in cdktf deploy')
    .option(
      '--base <commit or folder>',
      'what is deployed, as a commit to synthesize or a synthesized output: who newly reaches whom, stacks that left the app',
    )
    .option('-o, --out <file>', 'where to write the report as Markdown; standard output when no file is named')
    .option('--html <file>', 'write it as one HTML page, too')
    .option('--json <file>', 'write it as JSON, too')
    .option('--sarif <file>', 'write what the guard and the policy found as SARIF 2.1.0, too')
    .option('--plan-json <file>', 'report on this plan (terraform show -json), and plan nothing')
    .option('--config-only', 'plan nothing: report what differs from the configuration of --base; for who has no credentials', false)
    .option('--config <file>', 'the cdk.tf.json that --plan-json was made from')
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--bundle <folder>', 'where to leave what gke-platform deploy applies; it holds secrets in clear (default: .preview/<stack>)')
    .option('--no-bundle', 'leave nothing')
    .option('--prices <file>', 'prices to take instead of those of the library, as JSON')
    .option('--no-synth', 'take the synthesized output as it is')
    .option('--out-dir <folder>', 'where the synthesized output is', 'cdktf.out')
    .addHelpText(
      'after',
      `
Exit codes: 0 fine, 1 could not, 2 refused by the guard.

Examples:
  gke-platform preview staging
  gke-platform preview staging --base origin/main --out preview.md --html preview.html
  gke-platform preview staging --plan-json plan.json --config cdk.tf.json`,
    )
    .action((stack: string, options: PreviewOptions) => reportingErrors(() => preview(stack, options)));
}

async function preview(stack: string, options: PreviewOptions): Promise<void> {
  const { reportOf, markdown, html } = require('../preview') as typeof Preview;
  const { guard } = require('../guard/guard') as typeof Guard;
  const { planJson, config, base, outDir, acknowledgements } = options;
  const prices = readPrices(options.prices);
  if (options.configOnly && (base === undefined || planJson !== undefined))
    throw new ReportedError('--config-only goes with --base, and not with --plan-json');
  if (config !== undefined && planJson === undefined) throw new ReportedError('--config goes with --plan-json');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      progress('interrupted: nothing was changed, and nothing is locked');
      process.exit(1);
    });
  }
  const baseFolder = base === undefined ? undefined : baseOutput(base);
  const made = await makePlan(stack, options, baseFolder);
  progress('report');
  const compared = baseFolder === undefined ? comparedToState(made) : comparedTo(baseFolder, stack, made);
  const report = reportOf({
    ...made,
    ...compared,
    ...costOfPlan(made, prices),
    ...policyOf(made),
    ...(options.html === undefined || made.synthesized === undefined ? {} : { picture: await pictureOf(made.synthesized, stack) }),
    stack,
    guard: guard(made.plan, {
      synthesized: made.synthesized,
      base: compared.base,
      acknowledgements: readAcknowledgements(acknowledgements),
    }),
    removedStacks: baseFolder === undefined || planJson !== undefined ? [] : stacksOnlyIn(baseFolder, outDir),
  });
  // Files are written before anything can be too long.
  if (options.json !== undefined) writeText(options.json, `${reportJson(report)}\n`);
  if (options.html !== undefined) writeText(options.html, html(report));
  if (options.sarif !== undefined) writeText(options.sarif, sarifOf(report, options.outDir));
  const text = markdown(report);
  if (options.out !== undefined) writeText(options.out, text);
  else if (options.json === undefined && options.html === undefined && options.sarif === undefined) process.stdout.write(text);
  progress(report.headline);
  process.exitCode = report.isRefused ? 2 : 0;
}

function sarifOf(report: Preview.Report, outDir: string): string {
  const { sarif } = require('../preview') as typeof Preview;
  const { version } = require('../../../package.json') as { version: string };
  const synthesized = path.posix.join(outDir.split(path.sep).join('/'), 'stacks', report.stack, 'cdk.tf.json');
  return `${JSON.stringify(sarif(report, { version, synthesized }))}\n`;
}

function stacksOnlyIn(base: string, head: string): string[] {
  const left = new Set(Object.keys(stacksIn(head)));
  return Object.keys(stacksIn(base)).filter((name) => !left.has(name));
}

interface Made {
  readonly plan: unknown;
  readonly synthesized?: unknown;
  readonly planOutput?: string;
  readonly planError?: string;
  readonly bundleDigest?: string;
  readonly isConfigurationOnly?: boolean;
}

async function planned(stack: string, options: PreviewOptions, baseFolder: string | undefined): Promise<Made> {
  const { discardBundle, readStateFingerprint, readVersions, writeBundle } = require('../deploy') as typeof Deploy;
  const { synth, outDir, bundle, acknowledgements } = options;
  const bundleFolder = bundle ?? defaultBundle(stack);
  if (bundleFolder) discardBundle(bundleFolder);
  if (synth) {
    progress('synth');
    synthesize(outDir);
  }
  const synthesized = readStack(outDir, stack);
  const folder = stackFolder(outDir, stack);
  const environment = { ...process.env, TF_IN_AUTOMATION: '1' };
  let bundleDigest: string | undefined;
  const { json, output, error } = await planOrSay(folder, synthesized, {
    environment,
    onStep: (step) => progress(`${terraformBinary()} ${step}`),
    onPlanFile: async (planFile) => {
      if (!bundleFolder) return;
      const [versions, state] = await Promise.all([readVersions(folder, environment), readStateFingerprint(folder, environment)]);
      bundleDigest = writeBundle(bundleFolder, {
        stack,
        stackFolder: folder,
        planFile,
        versions,
        state,
        acknowledgements: readAcknowledgements(acknowledgements),
        base: baseFolder !== undefined && stack in stacksIn(baseFolder) ? readStack(baseFolder, stack) : undefined,
      });
      progress(`bundle ${bundleFolder}, ${bundleDigest}`);
    },
  });
  return {
    plan: json,
    synthesized,
    planOutput: output,
    ...(error === undefined ? {} : { planError: error }),
    ...(bundleDigest === undefined ? {} : { bundleDigest }),
  };
}

/** Plans; when there is no plan at all, Terraform's message is shown without secrets. */
async function planOrSay(folder: string, synthesized: unknown, options: PlanStackOptions): Promise<TerraformPlan> {
  const { redactedMessage } = require('../preview') as typeof Preview;
  try {
    return await planStack(folder, options);
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    throw new ReportedError(redactedMessage(error.message, synthesized, options.environment));
  }
}

async function makePlan(stack: string, options: PreviewOptions, baseFolder: string | undefined): Promise<Made> {
  const { planJson, config, configOnly, synth, outDir } = options;
  if (planJson !== undefined) return madeElsewhere(planJson, config);
  if (!configOnly) return planned(stack, options, baseFolder);
  const { createConfigurationPlan } = require('../artifact') as typeof Artifact;
  if (synth) synthesize(outDir);
  const synthesized = readStack(outDir, stack);
  const before = stack in stacksIn(baseFolder!) ? readStack(baseFolder!, stack) : {};
  return { plan: createConfigurationPlan(before, synthesized), synthesized, isConfigurationOnly: true };
}

function madeElsewhere(planFile: string, configuration: string | undefined): Made {
  return { plan: readJson(planFile), ...(configuration === undefined ? {} : { synthesized: readSynthesized(configuration) }) };
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
  if (!(stack in stacksIn(folder))) return {};
  const base = readStack(folder, stack);
  return {
    base,
    ...(synthesized === undefined ? {} : { reachability: Reachability.read(synthesized).comparedTo(Reachability.read(base)) }),
  };
}

/** What it costs before and after, as far as the plan itself tells. */
function costOfPlan({ plan, synthesized }: Made, prices: Cost.Prices | undefined): Pick<Preview.ReportOptions, 'cost'> {
  const { Plan, PlanFormatError, priorState } = require('../preview') as typeof Preview;
  const { costChange, estimateCost } = require('../cost') as typeof Cost;
  try {
    const before = priorState(Plan.read(plan));
    return {
      cost: costChange(
        before === undefined ? undefined : estimateCost(before, { synthesized, prices }),
        estimateCost(plan, { synthesized, prices }),
      ),
    };
  } catch (error) {
    // The report says itself that such a plan is not understood.
    if (error instanceof PlanFormatError) return {};
    throw error;
  }
}

function policyOf({ synthesized }: Made): Pick<Preview.ReportOptions, 'policy'> {
  const { checkPolicy } = require('../policy/reading') as typeof Policy;
  return synthesized === undefined ? {} : { policy: checkPolicy(synthesized) };
}

async function pictureOf(synthesized: unknown, stack: string): Promise<string> {
  const { Reachability, renderSvg, createTopology } = require('../reachability') as typeof Proof;
  return renderSvg(createTopology(Reachability.read(synthesized), stack));
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
