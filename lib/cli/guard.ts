import { Command, InvalidArgumentError } from 'commander';
import { ReportedError } from '../core/reported-error';
import { describeJson } from '../core/shape';
import type * as Guard from '../guard';
import type * as Operations from '../operations';
import type * as Recovery from '../recovery';
import { CREATE_PLAN_JSON } from '../terraform/json-input';
import { isState } from '../terraform/state-json';
import { isBlock } from '../terraform/values';
import { ACKNOWLEDGEMENTS_OPTION, readAcknowledgements } from './acknowledgements';
import { reportJson } from './former-keys';
import { readText } from './read-text';
import { readJson, readSynthesized, reportingErrors } from './synthesized-stack';

interface GuardCommandOptions {
  readonly planJson: string;
  readonly config?: string;
  readonly base?: string;
  readonly acknowledgements?: string;
  readonly drillWithin?: number;
  readonly drillProof?: string;
  readonly drillKey?: string;
  readonly json: boolean;
}

/** `gke-platform guard`: checks a plan against the rules of the guard. */
export function guardCommand(): Command {
  return new Command('guard')
    .description('Refuse a plan that would lose data, fail half-way or open what was closed. See docs/guard.md for the rules.')
    .requiredOption('--plan-json <file>', 'plan, as printed by terraform show -json')
    .option('--config <file>', 'cdk.tf.json of the plan: construct paths and reachability')
    .option('--base <file>', 'deployed cdk.tf.json: resources that were protected by prevent_destroy')
    .option(...ACKNOWLEDGEMENTS_OPTION)
    .option('--drill-within <days>', 'refuse changes of a Cassandra ring without a drill of its backups that is not older', parseDays)
    .option('--drill-proof <file>', 'proof of the latest drill')
    .option('--drill-key <file>', 'public key of the proof, as PEM')
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
A drill vouches for the configuration of the ring that it restored: --drill-within needs --base, the configuration that is deployed.

Exit codes: 0 not refused, 1 failed, 2 refused.

For example, where cdktf diff has been:
  cd cdktf.out/stacks/staging && terraform show -json plan > plan.json
  gke-platform guard --plan-json plan.json --config cdk.tf.json --acknowledgements ../../../dist/environments/acknowledgements.js`,
    )
    .action((options: GuardCommandOptions) => reportingErrors(() => runGuard(options)));
}

/** Reads a plan. A plan with content that the guard does not know is refused by the guard itself. */
function readPlan(file: string): unknown {
  const json = readJson(file);
  if (isBlock(json) && isState(json)) throw new ReportedError(`'${file}' is not a plan, but a state: ${CREATE_PLAN_JSON}`);
  if (isBlock(json) && typeof json.format_version === 'string') return json;
  throw new ReportedError(`'${file}' is not a plan: expected the output of terraform show -json <plan>, got ${describeJson(json)}`);
}

function runGuard(options: GuardCommandOptions): void {
  const { planJson, config, base, acknowledgements, json } = options;
  const { guard, formatGuardReport } = require('../guard') as typeof Guard;
  const deployed = base === undefined ? undefined : readSynthesized(base);
  const report = guard(readPlan(planJson), {
    synthesized: config === undefined ? undefined : readSynthesized(config),
    base: deployed,
    acknowledgements: readAcknowledgements(acknowledgements),
    drill: readDrill(options, deployed),
  });
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  process.stdout.write(`${json ? reportJson(report, 2) : formatGuardReport(report, { colours })}\n`);
  process.exitCode = report.isRefused ? 2 : 0;
}

/** State of the latest drill; undefined if none is demanded. */
function readDrill({ drillWithin, drillProof, drillKey }: GuardCommandOptions, deployed: unknown): Guard.DrillState | undefined {
  if (drillWithin === undefined) {
    if (drillProof === undefined && drillKey === undefined) return undefined;
    throw new ReportedError("'--drill-proof' and '--drill-key' need '--drill-within'");
  }
  if (deployed === undefined) throw new ReportedError("'--drill-within' needs '--base', the configuration that is deployed");
  if (drillProof === undefined) return { problem: 'there is no proof of a drill (--drill-proof)' };
  const { checkProof, describeProofProblem, hashRingConfiguration, requireProof } = require('../recovery') as typeof Recovery;
  const { findRing, recoveryPointHours } = require('../operations') as typeof Operations;
  const proof = requireProof(readJson(drillProof), drillProof);
  const ring = findRing(deployed, proof.record.ring);
  const problem = checkProof(proof, {
    project: ring.project,
    ring: ring.name,
    configurationHash: hashRingConfiguration(deployed, ring),
    withinDays: drillWithin,
    recoveryPointHours: recoveryPointHours(ring),
    publicKey: drillKey === undefined ? undefined : readText(drillKey),
  });
  return { problem: problem && describeProofProblem(problem) };
}

function parseDays(text: string): number {
  const days = Number(text);
  if (days > 0 && Number.isFinite(days)) return days;
  throw new InvalidArgumentError('must be a positive number of days.');
}
