import type { CostChange } from '../cost';
import type { Acknowledgement } from '../guard/acknowledgement';
import type { GuardReport } from '../guard/guard';
import type { Verdict } from '../guard/verdict';
import type { PolicyReport } from '../policy/reading';
import type { Change as ReachabilityChange } from '../reachability';
import { ConstructPaths } from '../terraform/construct-path';
import { type Action, type Counts, type OutputChange, Plan, type ResourceChange } from '../terraform/plan';
import type { ValuePath } from '../terraform/value-path';
import { isBlock } from '../terraform/values';
import { clip } from './clip';
import type { Difference } from './differences';
import { lineDiff } from './line-diff';
import { MASK, Redaction, redactedDifferences } from './redaction';
import { type Rename, renamesOf } from './renames';

/** What a report is made of. */
export interface ReportOptions {
  /** What `terraform show -json <plan>` prints. */
  readonly plan: unknown;

  /** The `cdk.tf.json` the plan was made from. @default - no construct paths but those that names tell */
  readonly synthesized?: unknown;

  /** The `cdk.tf.json` of what is deployed now: where deleted things were. @default - read from their names */
  readonly base?: unknown;

  /** @default - the stack that `synthesized` names */
  readonly stack?: string;

  /** Terraform's own `Plan:` line, or a text with it: the counts of the report are held against it. @default - not checked */
  readonly planOutput?: string;

  /** What the guard says, of this plan. @default - not asked */
  readonly guard?: GuardReport;

  /** What becomes reachable and what no longer is. @default - not known */
  readonly reachability?: readonly ReachabilityChange[];

  /** What the policy finds in the stack. @default - not asked */
  readonly policy?: PolicyReport;

  /** What it costs before and after. @default - not known */
  readonly cost?: CostChange;

  /** A picture of who reaches whom afterwards, in SVG. @default - none */
  readonly picture?: string;

  /** Stacks that left the app. @default - none */
  readonly removedStacks?: readonly string[];

  /** Digest of the bundle that applies this plan. @default - there is none */
  readonly bundleDigest?: string;

  /** Whether the plan is only the difference of two configurations. @default false */
  readonly isConfigurationOnly?: boolean;

  /** What Terraform said when planning failed. @default - nothing */
  readonly planError?: string;
}

/** `destroy`: something is gone afterwards. `change`: something that runs changes. `add`: something new. `quiet`: nothing of that. */
export type Risk = 'destroy' | 'change' | 'add' | 'quiet';

/** A report on the plan of one stack. It holds no secret, and everything in it is plain data: whoever renders it escapes it. */
export interface Report {
  readonly reportVersion: 1;
  readonly stack: string;
  readonly terraformVersion?: string;

  /** What happens, in one line. */
  readonly headline: string;

  /** Whether the plan was understood, is whole, and holds what Terraform says it does. */
  readonly isSound: boolean;
  readonly isEmpty: boolean;

  /** Whether the guard refuses it. What is not sound is always refused. */
  readonly isRefused: boolean;

  /** As Terraform counts: a replacement is one to add and one to destroy. */
  readonly counts: Counts & { readonly replace: number; readonly move: number; readonly forget: number; readonly read: number };

  /** Whether Terraform's own line says the same; `not checked` without one. */
  readonly countsAgree: 'yes' | 'no' | 'not checked';

  /** Whether nothing was planned: it is the difference of two configurations. */
  readonly isConfigurationOnly: boolean;

  /** What is wrong with the plan as a whole. */
  readonly problems: readonly string[];
  readonly verdicts: readonly ReportedVerdict[];
  readonly unusedAcknowledgements: readonly string[];
  readonly reachability?: { readonly opened: readonly string[]; readonly closed: readonly string[] };

  /** What the policy finds in the stack, and what was waived. */
  readonly policy?: PolicyReport;

  /** What it costs a month, before and after. */
  readonly cost?: CostChange;

  /** A picture of who reaches whom afterwards, in SVG. */
  readonly picture?: string;
  readonly renames: readonly Rename[];

  /** Changes by construct, the most dangerous first. */
  readonly groups: readonly Group[];
  readonly drift: readonly Entry[];
  readonly reads: readonly Entry[];
  readonly outputs: readonly OutputEntry[];
  readonly checks: readonly { readonly address: string; readonly status: string; readonly messages: readonly string[] }[];
  readonly removedStacks: readonly string[];

  /** What applies exactly this plan. */
  readonly bundle?: { readonly digest: string };
}

/** A verdict with what the report shows of its acknowledgement. */
export type ReportedVerdict = Omit<Verdict, 'acknowledgedBy'> & { readonly acknowledged?: string };

export interface Group {
  /** For example `Cassandra / node-b`. */
  readonly construct: string;
  readonly risk: Risk;
  readonly entries: readonly Entry[];
}

/** What happens to one resource. */
export interface Entry {
  readonly address: string;
  readonly type: string;

  /** Where it is in the tree of constructs. */
  readonly construct: string;
  readonly action: Action;
  readonly risk: Risk;

  /** What happens, in one sentence without the address, for example `is replaced, the new one first`. */
  readonly sentence: string;

  /** Arguments that force a replacement. */
  readonly forcedBy: readonly string[];
  readonly attributes: readonly Attribute[];

  /** How many values are only known after apply and come from nowhere in the configuration. */
  readonly filledIn: number;
}

export interface Attribute {
  readonly name: string;

  /** `undefined` when there was none. */
  readonly before?: string;
  readonly after?: string;

  /** Whether it differs: masked values say it, too. */
  readonly isChanged: boolean;
  readonly isMasked: boolean;
  readonly isKnownAfterApply: boolean;
  readonly forcesReplacement: boolean;

  /** What its new value comes from, for example `google_compute_network.Main.id`. */
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
 * Makes a report from a plan.
 *
 * @throws PlanFormatError when the plan is not understood
 * @throws ReportedError when a secret would be shown
 */
export function reportOf(options: ReportOptions): Report {
  const plan = options.plan instanceof Plan ? options.plan : Plan.read(options.plan);
  const redaction = Redaction.of(plan, options.synthesized, options.base);
  return redaction.clean(new Reporter(plan, options, redaction).report(), WORDS_OF_OURS);
}

/** Members of a report whose values are words of ours, and no data. */
const WORDS_OF_OURS = new Set(['action', 'risk', 'severity', 'countsAgree']);

/** Longest value that is kept; what is longer says how long it is. */
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
    const agreement = countsAgree(plan.counts, options.planOutput);
    const problems = this.problems(agreement);
    const isSound = problems.length === 0;
    const removedStacks = options.removedStacks ?? [];
    const isRefused = !isSound || options.guard?.isRefused === true;
    const isEmpty = entries.length === 0 && plan.outputs.length === 0 && isSound;
    const stack = options.stack ?? this.paths.stackName ?? 'stack';
    return {
      reportVersion: 1,
      stack,
      ...(plan.terraformVersion === undefined ? {} : { terraformVersion: plan.terraformVersion }),
      headline: headlineOf(stack, plan, { counts, isEmpty, isRefused, entries, guard: options.guard }),
      isSound,
      isConfigurationOnly: options.isConfigurationOnly === true,
      isEmpty,
      isRefused,
      counts,
      countsAgree: agreement,
      problems,
      verdicts: (options.guard?.verdicts ?? []).map(verdictOf),
      unusedAcknowledgements: (options.guard?.acknowledgements ?? []).flatMap(({ acknowledgement, state }) =>
        state === 'used'
          ? []
          : [
              `${acknowledgement.rule} of ${acknowledgement.address}: ${state === 'expired' ? 'it has expired' : 'it matches nothing in this plan'}`,
            ],
      ),
      ...(options.reachability === undefined ? {} : { reachability: reachabilityOf(options.reachability) }),
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      ...(options.cost === undefined ? {} : { cost: options.cost }),
      ...(options.picture === undefined ? {} : { picture: options.picture }),
      renames: renamesOf(plan, this.paths),
      groups: groupsOf(entries),
      drift: plan.drift.map((change) => ({ ...this.entry(change), sentence: driftSentence(change) })),
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
      problems.push(`Planning failed. What follows is what it wanted to do until then.${error ? `\n${clip(error, 2_000)}` : ''}`);
    } else {
      if (!plan.isComplete && plan.deferred.length === 0) problems.push('The plan is not complete: another one has to follow it.');
      if (plan.json.applyable === false && plan.changes.some(({ action }) => action !== 'read'))
        problems.push('Terraform would not apply this plan.');
    }
    for (const { reason, change } of plan.deferred)
      problems.push(`${change?.address ?? 'A change'} is put off to a later plan (${reason.replace(/_/g, ' ')}).`);
    for (const { action, address, actions } of plan.changes)
      if (action === 'unknown') problems.push(`${address}: the action '${actions.join(', ')}' is not understood.`);
    if (agreement === 'no') problems.push("Terraform's own Plan line says other numbers than its JSON: do not trust this report.");
    return problems;
  }

  private entry(change: ResourceChange): Entry {
    const differences = redactedDifferences(this.redaction, change);
    const isReplaced = change.action === 'replace';
    const expressions = this.plan.configured(change)?.expressions;
    const attributes: Attribute[] = [];
    let filledIn = 0;
    for (const difference of differences) {
      if (isRepeated(difference, differences)) continue;
      const forces = isReplaced && change.replacePaths.some((path) => areOnOneWay(path, difference.path));
      const from = difference.after === undefined ? undefined : referenceAt(expressions, difference.path, difference.after.isUnknown);
      const isUnknown = difference.after?.isUnknown === true;
      // What the provider fills in is said as a number: nobody wrote it.
      if (isUnknown && from === undefined && !forces) filledIn++;
      else attributes.push(this.attribute(difference, forces, from));
    }
    attributes.sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement));
    return {
      address: change.deposed === undefined ? change.address : `${change.address} (deposed ${change.deposed})`,
      type: change.type,
      construct: this.constructOf(change),
      action: change.action,
      risk: riskOf(change),
      sentence: sentenceOf(change),
      forcedBy: isReplaced ? change.replacePaths.map(pathInWords) : [],
      attributes: change.action === 'delete' || change.action === 'forget' ? [] : attributes,
      filledIn,
    };
  }

  private attribute(difference: Difference & { readonly isMasked: boolean }, forces: boolean, from?: string): Attribute {
    const { label, before, after, isMasked, isChanged } = difference;
    const [was, is] = [before, after].map((cell) =>
      cell === undefined ? undefined : isMasked ? MASK : cell.isUnknown ? undefined : this.redaction.cell(cell),
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
            lines: lineDiff(clip(was ?? '', 50_000), clip(is ?? '', 50_000))
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
    const differences = redactedDifferences(this.redaction, { ...change, type: '' } as unknown as ResourceChange);
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

function verdictOf({ acknowledgedBy, ...verdict }: Verdict): ReportedVerdict {
  return acknowledgedBy ? { ...verdict, acknowledged: formatAcknowledgement(acknowledgedBy) } : verdict;
}

function formatAcknowledgement({ reason, owner, expires }: Acknowledgement): string {
  return `${reason} (${owner === undefined ? '' : `${owner}, `}until ${expires})`;
}

function reachabilityOf(changes: readonly ReachabilityChange[]): NonNullable<Report['reachability']> {
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

/** What happens to a change, for the order and for what a short report leaves out. */
function riskOf({ action, actions }: ResourceChange): Risk {
  if (actions.includes('delete') || actions.includes('forget') || action === 'unknown') return 'destroy';
  if (action === 'update') return 'change';
  return action === 'create' ? 'add' : 'quiet';
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is tainted: its creation failed half-way',
  replace_by_request: 'somebody asked for it with -replace',
  replace_by_triggers: 'of replace_triggered_by',
  delete_because_no_resource_config: 'it is no longer in the configuration',
  delete_because_wrong_repetition: 'it changed between one and several (count or for_each)',
  delete_because_count_index: 'its index is beyond the count',
  delete_because_each_key: 'its key is no longer in for_each',
  delete_because_no_module: 'its module is no longer in the configuration',
  delete_because_no_move_target: 'what it was moved to is not in the configuration',
  read_because_config_unknown: 'its arguments are known after apply only',
  read_because_dependency_pending: 'something it depends on changes first',
  read_because_check_nested: 'a check reads it',
};

function sentenceOf(change: ResourceChange): string {
  const { action, reason, previousAddress, importing, deposed, createsFirst, forgetsOld } = change;
  const verbs: Record<Action, string> = {
    create: 'is created',
    update: 'is updated in place',
    replace: forgetsOld
      ? 'is replaced, and the old one stays, out of sight of Terraform'
      : createsFirst
        ? 'is replaced, the new one first'
        : 'is replaced: destroyed, then created',
    delete: deposed === undefined ? 'is destroyed' : 'is destroyed: a left-over of a replacement that failed half-way',
    read: 'is read while applying',
    forget: 'is forgotten: it stays, out of sight of Terraform',
    import: 'is imported',
    move: 'only changes its address',
    'no-op': 'stays as it is',
    unknown: `has an action that is not understood (${change.actions.join(', ')})`,
  };
  const why =
    reason === undefined || reason === 'replace_because_cannot_update' ? '' : `, because ${REASONS[reason] ?? reason.replace(/_/g, ' ')}`;
  const moved = previousAddress === undefined ? '' : `; it was ${previousAddress}`;
  const imported = importing === undefined ? '' : action === 'import' ? idOf(importing) : `; it is imported first${idOf(importing)}`;
  return `${verbs[action]}${action === 'forget' && reason === 'delete_because_no_resource_config' ? '' : why}${moved}${imported}`;
}

function idOf({ id }: { readonly id: string | undefined }): string {
  return id === undefined ? '' : ` (${id})`;
}

function driftSentence({ action }: ResourceChange): string {
  return action === 'delete' ? 'was deleted behind Terraform’s back' : 'was changed behind Terraform’s back';
}

/** Google's provider shows labels three times: as written, with its own, and with those of the provider block. */
function isRepeated({ names: [first, label] }: Difference, all: readonly Difference[]): boolean {
  if (first === 'terraform_labels') return all.some(({ names }) => names[0] === 'effective_labels' && names[1] === label);
  return first === 'effective_labels' && all.some(({ names }) => names[0] === 'labels' && names[1] === label);
}

function groupsOf(entries: readonly Entry[]): Group[] {
  // Things are grouped by the construct that has them; one that has others of the list stands with them.
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

/** Whether one path leads to the other or beyond. */
function areOnOneWay(a: ValuePath, b: ValuePath): boolean {
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}

function pathInWords(path: ValuePath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('');
}

/**
 * What the value of an argument comes from. An expression of a whole object may refer to several things, of which only what is
 * not known yet is sure to come from one.
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
  // Terraform lists what a reference is part of after it.
  const whole = texts.filter((text) => !texts.some((other) => other !== text && other.startsWith(`${text}.`)));
  return whole.length === 0 ? undefined : [...new Set(whole)].slice(0, 3).join(', ');
}

function countsAgree(counts: Counts, output: string | undefined): Report['countsAgree'] {
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

function headlineOf(
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
  if (isEmpty) return `${stack}: nothing changes`;
  const destroyed = counts.destroy - counts.replace;
  const parts = [
    [destroyed, 'destroyed'],
    [counts.replace, 'replaced'],
    [counts.forget, 'forgotten'],
    [counts.change, 'updated'],
    [counts.add - counts.replace, 'created'],
    [counts.import, 'imported'],
    [counts.move, 'moved'],
  ] as const;
  const happens = parts.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : [])).join(', ') || 'only outputs change';
  const refused = (guard?.verdicts ?? []).filter(({ severity, acknowledgedBy }) => severity === 'refuse' && !acknowledgedBy);
  const worst = refused.find(({ action }) => action === 'delete' || action === 'replace') ?? refused[0];
  const first = entries.filter(({ risk }) => risk === 'destroy').sort((a, b) => compareText(a.construct, b.construct))[0];
  const risk = worst
    ? `${worst.rule} of ${worst.constructPath ?? worst.address}`
    : first && `${first.construct} ${first.sentence.replace(/[,:;].*$/s, '')}`;
  return `${stack}: ${happens}${isRefused ? '; refused' : ''}${risk ? ` (${risk})` : ''}`;
}
