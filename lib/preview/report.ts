import { clip } from '../core/clip';
import type { CostChange } from '../cost';
import type { Acknowledgement } from '../guard/acknowledgement';
import type { GuardReport } from '../guard/guard';
import type { Verdict } from '../guard/verdict';
import type { PolicyReport } from '../policy/reading';
import type { Change as ReachabilityChange } from '../reachability';
import { MASK, Redaction } from '../redaction';
import { ConstructPaths } from '../terraform/construct-path';
import { type Action, type ActionInvocation, type Counts, type OutputChange, Plan, type ResourceChange } from '../terraform/plan';
import type { ValuePath } from '../terraform/value-path';
import { isBlock } from '../terraform/values';
import type { Difference } from './differences';
import { diffLines } from './line-diff';
import { findRedactedDifferences, type RedactedDifference } from './redacted-differences';
import { findRenames, type Rename } from './renames';

/** Properties for `createReport`. */
export interface ReportOptions {
  /** Output of `terraform show -json <plan>`. */
  readonly plan: unknown;

  /** The `cdk.tf.json` of the plan. @default - construct paths are guessed from names */
  readonly synthesized?: unknown;

  /** Deployed `cdk.tf.json`, for the construct paths of deletions. @default - guessed from names */
  readonly base?: unknown;

  /** @default - the stack that `synthesized` names */
  readonly stack?: string;

  /** Text with Terraform's `Plan:` line, which the counts of the report are compared with. @default - not checked */
  readonly planOutput?: string;

  /** Findings of the guard on this plan. @default - none */
  readonly guard?: GuardReport;

  /** Connections that are opened or closed. @default - unknown */
  readonly reachability?: readonly ReachabilityChange[];

  /** Findings of the policy in the stack. @default - none */
  readonly policy?: PolicyReport;

  /** Cost before and after. @default - unknown */
  readonly cost?: CostChange;

  /** Topology after the change, as SVG. @default - none */
  readonly picture?: string;

  /** Stacks that were removed from the app. @default - none */
  readonly removedStacks?: readonly string[];

  /** Digest of the bundle that applies this plan. @default - none */
  readonly bundleDigest?: string;

  /** True for the difference of two configurations. @default false */
  readonly isConfigurationOnly?: boolean;

  /** Error output of Terraform when planning failed. @default - none */
  readonly planError?: string;
}

/** `destroy`: a resource is deleted or forgotten. `change`: it changes in place. `add`: it is new. `quiet`: none of these. */
export type Risk = 'destroy' | 'change' | 'add' | 'quiet';

/** Report on the plan of one stack. It contains no secrets. All members are plain data, which renderers have to escape. */
export interface Report {
  readonly reportVersion: 1;
  readonly stack: string;
  readonly terraformVersion?: string;

  /** Summary in one line. */
  readonly headline: string;

  /** True when the plan is supported and complete, and its counts match those of Terraform. */
  readonly isSound: boolean;
  readonly isEmpty: boolean;

  /** True when the guard refuses it, or it is not sound. */
  readonly isRefused: boolean;

  /** Counts like those of Terraform: a replacement is one to add and one to destroy. */
  readonly counts: Counts & { readonly replace: number; readonly move: number; readonly forget: number; readonly read: number };

  /** Comparison with the counts of Terraform; `not checked` without its output. */
  readonly countsAgree: 'yes' | 'no' | 'not checked';

  /** True for the difference of two configurations. */
  readonly isConfigurationOnly: boolean;

  /** Problems of the plan as a whole. */
  readonly problems: readonly string[];

  /** Parts of the plan that this release does not read, with their effect unknown. */
  readonly notUnderstood: readonly string[];

  /** Actions that the apply invokes. A plan does not show their effect. */
  readonly actions: readonly string[];
  readonly verdicts: readonly ReportedVerdict[];
  readonly unusedAcknowledgements: readonly string[];

  /** Rules of the guard that did not check all of the plan, with the input that they need. */
  readonly notLookedAt: readonly string[];
  readonly reachability?: { readonly opened: readonly string[]; readonly closed: readonly string[] };

  /** Findings and waivers of the policy. */
  readonly policy?: PolicyReport;

  /** Monthly cost before and after. */
  readonly cost?: CostChange;

  /** Topology after the change, as SVG. */
  readonly picture?: string;
  readonly renames: readonly Rename[];

  /** Changes by construct, highest risk first. */
  readonly groups: readonly Group[];
  readonly drift: readonly Entry[];
  readonly reads: readonly Entry[];
  readonly outputs: readonly OutputEntry[];
  readonly checks: readonly { readonly address: string; readonly status: string; readonly messages: readonly string[] }[];
  readonly removedStacks: readonly string[];

  /** Bundle that applies this plan. */
  readonly bundle?: { readonly digest: string };
}

/** Finding of the guard, with its acknowledgement as text. */
export type ReportedVerdict = Omit<Verdict, 'acknowledgedBy'> & { readonly acknowledged?: string };

export interface Group {
  /** For example `Cassandra / node-b`. */
  readonly construct: string;
  readonly risk: Risk;
  readonly entries: readonly Entry[];
}

/** Change of one resource. */
export interface Entry {
  readonly address: string;
  readonly type: string;

  /** Construct path. */
  readonly construct: string;
  readonly action: Action;
  readonly risk: Risk;

  /** Change as a sentence without the address, for example `is replaced, the new one first`. */
  readonly sentence: string;

  /** Arguments that force a replacement. */
  readonly forcedBy: readonly string[];

  /** Values that differ; for a deletion all values that it had. */
  readonly attributes: readonly Attribute[];

  /** Number of values that are known after apply and have no reference in the configuration. */
  readonly filledIn: number;
}

export interface Attribute {
  readonly name: string;

  /** Value before; undefined without one. */
  readonly before?: string;
  readonly after?: string;

  /** True when the value differs, for masked values too. */
  readonly isChanged: boolean;
  readonly isMasked: boolean;
  readonly isKnownAfterApply: boolean;
  readonly forcesReplacement: boolean;

  /** Reference that its new value comes from, for example `google_compute_network.Main.id`. */
  readonly from?: string;

  /** Lines of a text of several lines, with `+`, `-` and a space. */
  readonly lines?: readonly string[];
}

export interface OutputEntry {
  readonly name: string;
  readonly action: Action;
  readonly attributes: readonly Attribute[];
}

/**
 * Creates a report from a plan.
 *
 * @throws PlanFormatError when the plan is not supported
 * @throws ReportedError when a secret would be shown
 */
export function createReport(options: ReportOptions): Report {
  const plan = options.plan instanceof Plan ? options.plan : Plan.read(options.plan);
  const redaction = Redaction.of(plan, options.synthesized, options.base);
  return redaction.clean(new Reporter(plan, options, redaction).report(), CONSTANT_MEMBERS);
}

/** Members of a report whose values are constants, and not data. */
const CONSTANT_MEMBERS = new Set(['action', 'risk', 'severity', 'countsAgree']);

/** Maximum length of a value. Longer values are clipped, with their length. */
const MAX_VALUE = 4_000;
const RISKS: readonly Risk[] = ['destroy', 'change', 'add', 'quiet'];

class Reporter {
  private readonly paths: ConstructPaths;

  constructor(
    private readonly plan: Plan,
    private readonly options: ReportOptions,
    private readonly redaction: Redaction,
  ) {
    this.paths = new ConstructPaths(options.synthesized, options.base);
  }

  public report(): Report {
    const { plan, options } = this;
    const isShownApart = ({ action, mode }: ResourceChange): boolean => action === 'read' || mode === 'data';
    const entries = plan.changes.filter((change) => !isShownApart(change)).map((change) => this.entry(change));
    const count = (action: Action): number => plan.changes.filter((change) => change.action === action).length;
    const counts = { ...plan.counts, replace: count('replace'), move: moves(plan), forget: forgets(plan), read: count('read') };
    const agreement = compareCounts(plan.counts, options.planOutput);
    const problems = this.problems(agreement);
    const isSound = problems.length === 0;
    const removedStacks = options.removedStacks ?? [];
    const isRefused = !isSound || options.guard?.isRefused === true;
    const isEmpty =
      entries.length === 0 && plan.outputs.length === 0 && plan.actions.length === 0 && plan.unknownParts.length === 0 && isSound;
    const stack = options.stack ?? this.paths.stackName ?? 'stack';
    return {
      reportVersion: 1,
      stack,
      ...(plan.terraformVersion === undefined ? {} : { terraformVersion: plan.terraformVersion }),
      headline: createHeadline(stack, plan, { counts, isEmpty, isRefused, entries, guard: options.guard }),
      isSound,
      isConfigurationOnly: options.isConfigurationOnly === true,
      isEmpty,
      isRefused,
      counts,
      countsAgree: agreement,
      problems,
      notUnderstood: plan.unknownParts.map(({ address, name }) => (address === 'plan' ? name : `${name} of ${address}`)),
      actions: plan.actions.filter(({ deferredFor }) => deferredFor === undefined).map(describeInvocation),
      verdicts: (options.guard?.verdicts ?? []).map(formatVerdict),
      unusedAcknowledgements: (options.guard?.acknowledgements ?? []).flatMap(({ acknowledgement, state }) =>
        state === 'used'
          ? []
          : [
              `${acknowledgement.rule} of ${acknowledgement.address}: ${state === 'expired' ? 'it has expired' : 'it matches nothing in this plan'}`,
            ],
      ),
      notLookedAt: (options.guard?.notLookedAt ?? []).map(({ rule, reason }) => `${rule}: ${reason}`),
      ...(options.reachability === undefined ? {} : { reachability: formatReachability(options.reachability) }),
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      ...(options.cost === undefined ? {} : { cost: options.cost }),
      ...(options.picture === undefined ? {} : { picture: options.picture }),
      renames: findRenames(plan, this.paths),
      groups: groupEntries(entries),
      drift: plan.drift.map((change) => ({ ...this.entry(change), sentence: describeDrift(change) })),
      reads: plan.changes.filter(isShownApart).map((change) => this.entry(change)),
      outputs: plan.outputs.map((output) => this.output(output)),
      checks: plan.checks,
      removedStacks,
      ...(options.bundleDigest === undefined ? {} : { bundle: { digest: options.bundleDigest } }),
    };
  }

  private problems(agreement: Report['countsAgree']): string[] {
    const { plan, options } = this;
    const problems: string[] = [];
    if (plan.isErrored) {
      const error = options.planError?.trim();
      problems.push(`Planning failed. Only changes up to the error follow.${error ? `\n${clip(error, 2_000)}` : ''}`);
    } else {
      if (!plan.isComplete && plan.deferred.length === 0 && plan.actions.every(({ deferredFor }) => deferredFor === undefined))
        problems.push('The plan is incomplete: another plan has to follow.');
      if (plan.json.applyable === false && plan.changes.some(({ action }) => action !== 'read'))
        problems.push('Terraform does not apply this plan.');
    }
    for (const { reason, change } of plan.deferred)
      problems.push(`${change?.address ?? 'A change'} is deferred to a later plan (${reason.replace(/_/g, ' ')}).`);
    for (const { address, deferredFor } of plan.actions)
      if (deferredFor !== undefined) problems.push(`${address} is deferred to a later plan (${deferredFor.replace(/_/g, ' ')}).`);
    for (const { action, address, actions } of plan.changes)
      if (action === 'unknown') problems.push(`${address}: the action '${actions.join(', ')}' is not supported.`);
    if (agreement === 'no') problems.push("Terraform's Plan line and its JSON have different counts: this report is not reliable.");
    return problems;
  }

  private entry(change: ResourceChange): Entry {
    const differences = findRedactedDifferences(this.redaction, change);
    const isReplaced = change.action === 'replace';
    const expressions = this.plan.configured(change)?.expressions;
    const attributes: Attribute[] = [];
    let filledIn = 0;
    for (const difference of differences) {
      if (isRepeated(difference, differences)) continue;
      const forces = isReplaced && change.replacePaths.some((path) => isPrefix(path, difference.path));
      const from = difference.after === undefined ? undefined : referenceAt(expressions, difference.path, difference.after.isUnknown);
      const isUnknown = difference.after?.isUnknown === true;
      // Values that the provider computes are only counted.
      if (isUnknown && from === undefined && !forces) filledIn++;
      else attributes.push(this.attribute(difference, forces, from));
    }
    attributes.sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement));
    return {
      address: change.deposed === undefined ? change.address : `${change.address} (deposed ${change.deposed})`,
      type: change.type,
      construct: this.constructOf(change),
      action: change.action,
      risk: rateRisk(change),
      sentence: describeChange(change),
      forcedBy: isReplaced ? change.replacePaths.map(formatPath) : [],
      attributes,
      filledIn,
    };
  }

  private attribute(difference: RedactedDifference, forces: boolean, from?: string): Attribute {
    const { label, before, after, isMasked, isChanged, place } = difference;
    const [was, is] = [before, after].map((cell) =>
      cell === undefined ? undefined : isMasked ? MASK : cell.isUnknown ? undefined : this.redaction.cell(cell, place),
    );
    const isKnownAfterApply = after?.isUnknown === true;
    const areLines = !isMasked && [before, after].some((cell) => typeof cell?.value === 'string' && cell.value.includes('\n'));
    return {
      name: label === '' ? 'value' : label,
      ...(was === undefined ? {} : { before: clip(was, MAX_VALUE) }),
      ...(is === undefined || isKnownAfterApply ? {} : { after: clip(is, MAX_VALUE) }),
      isChanged,
      isMasked,
      isKnownAfterApply,
      forcesReplacement: forces,
      ...(from === undefined ? {} : { from }),
      ...(areLines && !isKnownAfterApply
        ? {
            lines: diffLines(clip(was ?? '', 50_000), clip(is ?? '', 50_000))
              .slice(0, 200)
              .map((line) => clip(line, 400)),
          }
        : {}),
    };
  }

  private output(output: OutputChange): OutputEntry {
    const change = {
      ...output,
      beforeSensitive: output.isSensitive || output.beforeSensitive,
      afterSensitive: output.isSensitive || output.afterSensitive,
    };
    const from = referenceIn(this.plan.configuration.root_module?.outputs?.[output.name]?.expression);
    const differences = findRedactedDifferences(this.redaction, { ...change, type: '' } as unknown as ResourceChange);
    return {
      name: output.name,
      action: output.action,
      attributes: differences.map((difference) => this.attribute(difference, false, difference.after ? from : undefined)),
    };
  }

  private constructOf({ address, index }: ResourceChange): string {
    const { ids } = this.paths.of(address);
    return [...ids, ...(index === undefined ? [] : [String(index)])].join(' / ');
  }
}

function describeInvocation({ address, trigger }: ActionInvocation): string {
  return trigger === undefined ? `${address} is invoked` : `${address} is invoked: ${trigger.event} of ${trigger.address}`;
}

function formatVerdict({ acknowledgedBy, ...verdict }: Verdict): ReportedVerdict {
  return acknowledgedBy ? { ...verdict, acknowledged: formatAcknowledgement(acknowledgedBy) } : verdict;
}

function formatAcknowledgement({ reason, owner, expires }: Acknowledgement): string {
  return `${reason} (${owner === undefined ? '' : `${owner}, `}until ${expires})`;
}

function formatReachability(changes: readonly ReachabilityChange[]): NonNullable<Report['reachability']> {
  const of = (kind: ReachabilityChange['kind']): string[] =>
    changes.filter((change) => change.kind === kind).map(({ sentence }) => sentence);
  return { opened: of('opened'), closed: of('closed') };
}

function moves(plan: Plan): number {
  return plan.changes.filter(({ previousAddress }) => previousAddress !== undefined).length;
}

function forgets(plan: Plan): number {
  return plan.changes.filter(({ actions }) => actions.includes('forget')).length;
}

/** Rates the risk of a change, for the order and for shortening. */
function rateRisk({ action, actions }: ResourceChange): Risk {
  if (actions.includes('delete') || actions.includes('forget') || action === 'unknown') return 'destroy';
  if (action === 'update') return 'change';
  return action === 'create' ? 'add' : 'quiet';
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is tainted: its creation failed',
  replace_by_request: 'it was requested with -replace',
  replace_by_triggers: 'of replace_triggered_by',
  delete_because_no_resource_config: 'it is no longer in the configuration',
  delete_because_wrong_repetition: 'it changed between one and several (count or for_each)',
  delete_because_count_index: 'its index is beyond the count',
  delete_because_each_key: 'its key is no longer in for_each',
  delete_because_no_module: 'its module is no longer in the configuration',
  delete_because_no_move_target: 'its move target is not in the configuration',
  read_because_config_unknown: 'its arguments are known after apply only',
  read_because_dependency_pending: 'something it depends on changes first',
  read_because_check_nested: 'a check reads it',
};

function describeChange(change: ResourceChange): string {
  const { action, reason, previousAddress, importing, deposed, createsFirst, forgetsOld } = change;
  const verbs: Record<Action, string> = {
    create: 'is created',
    update: 'is updated in place',
    replace: forgetsOld
      ? 'is replaced, and the old one keeps existing, unmanaged'
      : createsFirst
        ? 'is replaced, the new one first'
        : 'is replaced: destroyed, then created',
    delete: deposed === undefined ? 'is destroyed' : 'is destroyed: it is left over from a failed replacement',
    read: 'is read during apply',
    forget: 'is removed from the state: it keeps existing, unmanaged',
    import: 'is imported',
    move: 'only changes its address',
    'no-op': 'stays as it is',
    unknown: `has an action that is not supported (${change.actions.join(', ')})`,
  };
  const why =
    reason === undefined || reason === 'replace_because_cannot_update'
      ? ''
      : `, because ${Object.hasOwn(REASONS, reason) ? REASONS[reason] : reason.replace(/_/g, ' ')}`;
  const moved = previousAddress === undefined ? '' : `; it was ${previousAddress}`;
  const imported =
    importing === undefined ? '' : action === 'import' ? formatId(importing) : `; it is imported first${formatId(importing)}`;
  return `${verbs[action]}${action === 'forget' && reason === 'delete_because_no_resource_config' ? '' : why}${moved}${imported}`;
}

function formatId({ id }: { readonly id: string | undefined }): string {
  return id === undefined ? '' : ` (${id})`;
}

function describeDrift({ action }: ResourceChange): string {
  return action === 'delete' ? 'was deleted outside of Terraform' : 'was changed outside of Terraform';
}

/** Tests for labels that Google's provider repeats: it has those of the resource, of the provider block, and all of them. */
function isRepeated({ names: [first, label] }: Difference, all: readonly Difference[]): boolean {
  if (first === 'terraform_labels') return all.some(({ names }) => names[0] === 'effective_labels' && names[1] === label);
  return first === 'effective_labels' && all.some(({ names }) => names[0] === 'labels' && names[1] === label);
}

function groupEntries(entries: readonly Entry[]): Group[] {
  // Entries are grouped by their parent construct. A construct that is a parent itself is listed with its children.
  const parents = entries.map(({ construct }) => {
    const ids = construct.split(' / ');
    return ids.length > 1 ? ids.slice(0, Math.min(2, ids.length - 1)).join(' / ') : construct;
  });
  const names = new Set(parents);
  const groups = new Map<string, Entry[]>();
  entries.forEach((entry, index) => {
    const name = names.has(entry.construct) ? entry.construct : parents[index]!;
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  });
  return [...groups]
    .map(([construct, members]): Group => {
      const sorted = members.sort(
        (a, b) =>
          RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) || compareText(a.construct, b.construct) || compareText(a.address, b.address),
      );
      return { construct, risk: sorted[0]!.risk, entries: sorted };
    })
    .sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) || compareText(a.construct, b.construct));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tests that one path is a prefix of the other. */
function isPrefix(a: ValuePath, b: ValuePath): boolean {
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}

function formatPath(path: ValuePath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('');
}

/**
 * Finds the reference that the value of an argument comes from. The expression of a whole object may have several references, so only an
 * unknown value certainly comes from one.
 */
function referenceAt(expressions: unknown, path: ValuePath, isUnknown: boolean): string | undefined {
  let current = expressions;
  for (const step of path) {
    if (isBlock(current) && Array.isArray(current.references)) {
      if (!isUnknown) return undefined;
      break;
    }
    if (Array.isArray(current)) current = current[typeof step === 'number' ? step : 0];
    else if (isBlock(current) && typeof step === 'string') current = current[step];
    else if (!(isBlock(current) && step === 0)) return undefined;
  }
  return referenceIn(current);
}

function referenceIn(expression: unknown): string | undefined {
  if (Array.isArray(expression)) return expression.length === 1 ? referenceIn(expression[0]) : undefined;
  const references = isBlock(expression) && Array.isArray(expression.references) ? expression.references : [];
  const texts = references.filter((reference): reference is string => typeof reference === 'string');
  // Terraform lists the prefixes of a reference after it.
  const whole = texts.filter((text) => !texts.some((other) => other !== text && other.startsWith(`${text}.`)));
  return whole.length === 0 ? undefined : [...new Set(whole)].slice(0, 3).join(', ');
}

function compareCounts(counts: Counts, output: string | undefined): Report['countsAgree'] {
  const line =
    output === undefined
      ? undefined
      : /(?:^|\n)\s*(?:Plan: [^\n]*\.|No changes\.[^\n]*|You can apply this plan[^\n]*)/.exec(stripColours(output))?.[0];
  if (line === undefined) return 'not checked';
  const number = (word: string): number => Number(new RegExp(`(\\d+) to ${word}`).exec(line)?.[1] ?? 0);
  const agree = (['import', 'add', 'change', 'destroy'] as const).every((word) => number(word) === counts[word]);
  return agree ? 'yes' : 'no';
}

function stripColours(text: string): string {
  return text.replaceAll(COLOURS, '');
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** Rules of the guard whose findings are lost data. A headline names them first. */
const LOSSES: readonly string[] = ['stateful-destroyed', 'namespace-destroyed', 'crd-destroyed'];

function createHeadline(
  stack: string,
  plan: Plan,
  {
    counts,
    isEmpty,
    isRefused,
    entries,
    guard,
  }: Pick<Report, 'counts' | 'isEmpty' | 'isRefused'> & { entries: readonly Entry[]; guard?: GuardReport },
): string {
  if (plan.isErrored) return `${stack}: planning failed; refused`;
  const failed = plan.checks.filter(({ status }) => status !== 'unknown').length;
  const checks = failed === 0 ? '' : `; ${failed} ${failed === 1 ? 'check fails' : 'checks fail'}`;
  if (isEmpty) {
    const drifted = plan.drift.length === 1 ? '1 resource was' : `${plan.drift.length} resources were`;
    return `${stack}: no changes${plan.drift.length === 0 ? '' : `; ${drifted} changed outside of Terraform`}${checks}`;
  }
  const destroyed = counts.destroy - counts.replace;
  const parts = [
    [destroyed, 'destroyed'],
    [counts.replace, 'replaced'],
    [counts.forget, 'forgotten'],
    [counts.change, 'updated'],
    [counts.add - counts.replace, 'created'],
    [counts.import, 'imported'],
    [counts.move, 'moved'],
    [plan.deferred.length, 'deferred'],
    [plan.actions.length, plan.actions.length === 1 ? 'action invoked' : 'actions invoked'],
  ] as const;
  const happens =
    [
      ...parts.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : [])),
      ...(plan.unknownParts.length > 0 ? ['parts of the plan are not understood'] : []),
    ].join(', ') || (plan.outputs.length > 0 ? 'only outputs change' : 'no known changes');
  const refused = (guard?.verdicts ?? []).filter(({ severity, acknowledgedBy }) => severity === 'refuse' && !acknowledgedBy);
  const worst =
    refused.find(({ rule }) => LOSSES.includes(rule)) ??
    refused.find(({ action }) => action === 'delete' || action === 'replace') ??
    refused[0];
  const first = entries.filter(({ risk }) => risk === 'destroy').sort((a, b) => compareText(a.construct, b.construct))[0];
  const risk = worst
    ? `${worst.rule} of ${worst.constructPath ?? worst.address}`
    : first && `${first.construct} ${first.sentence.replace(/[,:;].*$/s, '')}`;
  return `${stack}: ${happens}${checks}${isRefused ? '; refused' : ''}${risk ? ` (${risk})` : ''}`;
}
