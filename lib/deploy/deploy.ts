import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RefusedError } from '../core/reported-error';
import { type Acknowledgement, guard, guardText } from '../guard';
import { Plan, reportOf } from '../preview';
import { planStack, runTerraform, showPlan } from '../terraform/cli';
import { readConfiguration } from '../terraform/configuration';
import { TerraformError } from '../terraform/errors';
import { parseJson } from '../terraform/json';
import { applyPlan } from './apply-plan';
import { type Bundle, openBundle } from './bundle';
import { autoscaledUpdates, movedReplicas } from './replicas';
import { isSameState, stateInWords, stateMark } from './state-mark';
import { versionDifferences, versionsIn } from './versions';

/** How long a bundle can be deployed. */
export const MAX_AGE_MINUTES = 60;

/** What is done, one after the other. Until `apply` nothing is changed. */
export type DeployStep = 'check the bundle' | 'init' | 'check the plan' | 'apply' | 'plan again';

/** Properties for `deploy`. */
export interface DeployOptions {
  /** Stack that is meant. */
  readonly stack: string;

  /** Folder of the bundle. */
  readonly bundle: string;

  /** Digest the bundle must have, `sha256:` and 64 hexadecimal digits. @default - whatever it has */
  readonly digest?: string;

  /** Minutes after which a bundle is too old. @default 60 */
  readonly maxAgeMinutes?: number;
  readonly environment: NodeJS.ProcessEnv;

  /** Called with what is done next. @default - nothing is said */
  readonly onStep?: (step: DeployStep) => void;

  /** Whether Terraform may colour what it prints. @default false */
  readonly colours?: boolean;

  /** Where a state goes that Terraform could not save. @default - the folder the command runs in */
  readonly rescueFolder?: string;

  /** @default - now */
  readonly now?: Date;
}

/** What became of it. */
export interface Deployed {
  readonly digest: string;

  /** Whether a new plan finds nothing to do. */
  readonly isEmpty: boolean;

  /** What a new plan finds, in one line. */
  readonly headline: string;
}

/**
 * Applies the plan of a bundle and nothing else, then plans again to see that nothing is left to do.
 *
 * @throws RefusedError, before anything is changed, when the bundle is not what was approved or does not fit any more
 * @throws ApplyError when Terraform did not get to the end, with what is left and what to do
 */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  const { environment, onStep = () => {} } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'gke-platform-deploy-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    onStep('check the bundle');
    const bundle = openBundle(options.bundle, path.join(folder, 'bundle'), options.digest);
    requireFresh(bundle, options);
    onStep('init');
    const lockFile = existsSync(path.join(bundle.stackFolder, '.terraform.lock.hcl')) ? ['-lockfile=readonly'] : [];
    await initialize(bundle, ['init', '-input=false', '-no-color', ...lockFile], environment);
    await requireSameVersions(bundle, environment);
    onStep('check the plan');
    const plan = Plan.read(await showPlan(bundle.planFile, bundle.stackFolder, environment));
    requireUnrefused(plan, bundle, options);
    await requireSameState(bundle, environment);
    await requireSameReplicas(plan, bundle, environment);
    onStep('apply');
    await applyPlan({ ...options, stackFolder: bundle.stackFolder, planFile: bundle.planFile });
    onStep('plan again');
    const after = await planStack(bundle.stackFolder, { environment });
    const { isEmpty, headline } = reportOf({ plan: after.json, stack: options.stack });
    return { digest: bundle.digest, isEmpty, headline };
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function requireFresh({ manifest }: Bundle, options: DeployOptions): void {
  const { stack, bundle, maxAgeMinutes = MAX_AGE_MINUTES, now = new Date() } = options;
  if (manifest.stack !== stack) throw new RefusedError(`the bundle in '${bundle}' must be of stack ${stack}, got ${manifest.stack}`);
  const minutes = (now.getTime() - Date.parse(manifest.madeAt)) / 60_000;
  // Clocks differ a little; a bundle from the future is none.
  if (!(minutes >= -5 && minutes <= maxAgeMinutes)) {
    throw new RefusedError(
      `the bundle in '${bundle}' must be at most ${maxAgeMinutes} minutes old, got ${Math.round(minutes)}: make a new preview`,
    );
  }
}

async function initialize({ stackFolder }: Bundle, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await runTerraform(args, stackFolder, environment);
  } catch (error) {
    if (!(error instanceof TerraformError) || !/lock file|checksum/i.test(error.message)) throw error;
    throw new RefusedError(`the provider plugins here are not those the plan was made with:\n${error.message}`);
  }
}

async function requireSameVersions({ manifest, stackFolder }: Bundle, environment: NodeJS.ProcessEnv): Promise<void> {
  const differences = versionDifferences(manifest.versions, await versionsIn(stackFolder, environment));
  if (differences.length > 0) throw new RefusedError(`the plan was made with other versions: ${differences.join('; ')}`);
}

/** The guard is asked again: a day has passed, perhaps, and an acknowledgement has expired. */
function requireUnrefused(plan: Plan, bundle: Bundle, { stack, now, colours = false }: DeployOptions): void {
  const synthesized = readConfiguration(parseJson(readFileSync(path.join(bundle.stackFolder, 'cdk.tf.json'), 'utf8')));
  const acknowledgements = bundle.acknowledgements as readonly Acknowledgement[];
  const report = guard(plan, { synthesized, base: bundle.base, acknowledgements, now });
  const { problems } = reportOf({ plan, synthesized, stack, guard: report });
  if (problems.length > 0) throw new RefusedError(`the plan is not sound: ${problems.join(' ')}`);
  if (report.isRefused) throw new RefusedError(`the guard refuses this plan:\n${guardText(report, { colours })}`);
}

async function requireSameState({ manifest, stackFolder }: Bundle, environment: NodeJS.ProcessEnv): Promise<void> {
  const [planned, current] = [manifest.state ?? undefined, await stateMark(stackFolder, environment)];
  if (isSameState(planned, current)) return;
  throw new RefusedError(
    `the state moved on since the plan was made: it must be ${stateInWords(planned)}, got ${stateInWords(current)}; make a new preview`,
  );
}

async function requireSameReplicas(plan: Plan, { stackFolder }: Bundle, environment: NodeJS.ProcessEnv): Promise<void> {
  const updates = autoscaledUpdates(plan);
  if (updates.length === 0) return;
  const targets = updates.map(({ address }) => `-target=${address}`);
  const live = await planStack(stackFolder, { environment, args: ['-refresh-only', ...targets] });
  const [moved] = movedReplicas(plan, Plan.read(live.json));
  if (moved) {
    throw new RefusedError(
      `${moved.address} has ${moved.live} pods by now and the plan would set ${moved.planned}, since an update writes the whole spec: make a new preview`,
    );
  }
}
