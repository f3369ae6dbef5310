import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RefusedError } from '../core/reported-error';
import { createTemporaryFolder } from '../core/temporary-folder';
import { type Acknowledgement, formatGuardReport, guard } from '../guard';
import { createReport, Plan } from '../preview';
import { Redaction } from '../redaction';
import { planStack, runTerraform, showPlan } from '../terraform/cli';
import { readConfiguration } from '../terraform/configuration';
import { TerraformError } from '../terraform/errors';
import { parseJson } from '../terraform/json';
import { applyPlan } from './apply-plan';
import { type Bundle, openBundle } from './bundle';
import { findAutoscaledUpdates, findChangedReplicas } from './replicas';
import { formatFingerprint, isSameState, readStateFingerprint } from './state-fingerprint';
import { compareVersions, readVersions } from './versions';

/** Maximum age of a bundle, in minutes. */
export const MAX_AGE_MINUTES = 60;

/** Steps of a deploy. Nothing is changed before `apply`. */
export type DeployStep = 'check the bundle' | 'init' | 'check the plan' | 'apply' | 'plan again';

/** Properties for `deploy`. */
export interface DeployOptions {
  /** Id of the stack. */
  readonly stack: string;

  /** Folder of the bundle. */
  readonly bundle: string;

  /** Required digest of the bundle, `sha256:` and 64 hexadecimal digits. @default - any */
  readonly digest?: string;

  /** Maximum age of the bundle, in minutes. @default 60 */
  readonly maxAgeMinutes?: number;
  readonly environment: NodeJS.ProcessEnv;

  /** Called before each step. @default - none */
  readonly onStep?: (step: DeployStep) => void;

  /** Enables coloured output of Terraform. @default false */
  readonly colours?: boolean;

  /** Folder for a state that Terraform could not save. @default - the working directory */
  readonly rescueFolder?: string;

  /** Time at which ages and expiries are checked. @default - now */
  readonly now?: Date;
}

/** Result of a deploy. */
export interface DeployResult {
  readonly digest: string;

  /** True when a new plan has no changes. */
  readonly isEmpty: boolean;

  /** Summary of a new plan, in one line. */
  readonly headline: string;
}

/**
 * Applies exactly the plan of a bundle, then plans again to check that no changes remain.
 *
 * @throws RefusedError, before any change, when the bundle is not the approved one or is outdated
 * @throws ApplyError when Terraform fails, with the remaining steps
 */
export async function deploy(options: DeployOptions): Promise<DeployResult> {
  const { environment, onStep = () => {} } = options;
  const folder = createTemporaryFolder('deploy');
  const redactions: Redaction[] = [];
  const mask = (text: string): string => redactions.reduce((masked, redaction) => redaction.value(masked), text);
  try {
    onStep('check the bundle');
    const bundle = openBundle(options.bundle, path.join(folder.path, 'bundle'), options.digest);
    redactions.push(Redaction.ofConfiguration(readSynthesized(bundle), environment));
    requireFresh(bundle, options);
    onStep('init');
    const lockFile = existsSync(path.join(bundle.stackFolder, '.terraform.lock.hcl')) ? ['-lockfile=readonly'] : [];
    await initialize(bundle, ['init', '-input=false', '-no-color', ...lockFile], environment, mask);
    await requireSameVersions(bundle, environment);
    onStep('check the plan');
    const plan = Plan.read(await showPlan(bundle.planFile, bundle.stackFolder, environment));
    redactions.push(Redaction.of(plan));
    requireGuardAcceptance(plan, bundle, options);
    await requireSameState(bundle, environment);
    await requireSameReplicas(plan, bundle, environment);
    onStep('apply');
    await applyPlan({ ...options, stackFolder: bundle.stackFolder, planFile: bundle.planFile, mask });
    onStep('plan again');
    const after = await planStack(bundle.stackFolder, { environment });
    const { isEmpty, headline } = createReport({ plan: after.json, stack: options.stack });
    return { digest: bundle.digest, isEmpty, headline };
  } catch (error) {
    throw error instanceof TerraformError ? new TerraformError(mask(error.message), error.command) : error;
  } finally {
    folder.remove();
  }
}

function readSynthesized({ stackFolder }: Bundle): unknown {
  return readConfiguration(parseJson(readFileSync(path.join(stackFolder, 'cdk.tf.json'), 'utf8')));
}

function requireFresh({ manifest }: Bundle, options: DeployOptions): void {
  const { stack, bundle, maxAgeMinutes = MAX_AGE_MINUTES, now = new Date() } = options;
  if (manifest.stack !== stack) throw new RefusedError(`the bundle in '${bundle}' must be of stack ${stack}, got ${manifest.stack}`);
  const minutes = (now.getTime() - Date.parse(manifest.madeAt)) / 60_000;
  // Clocks may differ by a few minutes.
  if (!(minutes >= -5 && minutes <= maxAgeMinutes)) {
    throw new RefusedError(
      `the bundle in '${bundle}' must be at most ${maxAgeMinutes} minutes old, got ${Math.round(minutes)}: run a new preview`,
    );
  }
}

async function initialize(
  { stackFolder }: Bundle,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  mask: (text: string) => string,
): Promise<void> {
  try {
    await runTerraform(args, stackFolder, environment);
  } catch (error) {
    if (!(error instanceof TerraformError) || !/lock file|checksum/i.test(error.message)) throw error;
    throw new RefusedError(`the installed provider plugins differ from those of the plan:\n${mask(error.message)}`);
  }
}

async function requireSameVersions({ manifest, stackFolder }: Bundle, environment: NodeJS.ProcessEnv): Promise<void> {
  const differences = compareVersions(manifest.versions, await readVersions(stackFolder, environment));
  if (differences.length > 0) throw new RefusedError(`the plan was created with other versions: ${differences.join('; ')}`);
}

/** Runs the guard again, since an acknowledgement may have expired. */
function requireGuardAcceptance(plan: Plan, bundle: Bundle, { stack, now, colours = false }: DeployOptions): void {
  const synthesized = readSynthesized(bundle);
  const acknowledgements = bundle.acknowledgements as readonly Acknowledgement[];
  const report = guard(plan, { synthesized, base: bundle.base, acknowledgements, now });
  const { problems } = createReport({ plan, synthesized, stack, guard: report });
  if (problems.length > 0) throw new RefusedError(`the plan is not usable: ${problems.join(' ')}`);
  if (report.isRefused) throw new RefusedError(`the guard refuses this plan:\n${formatGuardReport(report, { colours })}`);
}

async function requireSameState({ manifest, stackFolder }: Bundle, environment: NodeJS.ProcessEnv): Promise<void> {
  const [planned, current] = [manifest.state ?? undefined, await readStateFingerprint(stackFolder, environment)];
  if (isSameState(planned, current)) return;
  throw new RefusedError(
    `the state was written after the plan was created: it must be ${formatFingerprint(planned)}, got ${formatFingerprint(current)}; run a new preview`,
  );
}

async function requireSameReplicas(plan: Plan, { stackFolder }: Bundle, environment: NodeJS.ProcessEnv): Promise<void> {
  const updates = findAutoscaledUpdates(plan);
  if (updates.length === 0) return;
  const targets = updates.map(({ address }) => `-target=${address}`);
  const live = await planStack(stackFolder, { environment, args: ['-refresh-only', ...targets] });
  const [changed] = findChangedReplicas(plan, Plan.read(live.json));
  if (changed) {
    throw new RefusedError(
      `${changed.address} has ${changed.live} pods and the plan would set ${changed.planned}, since an update writes the whole spec: run a new preview`,
    );
  }
}
