import { clip } from '../core/clip';
import {
  type Cost,
  type CostChange,
  type CostLine,
  describeSaving,
  describeSource,
  formatBand,
  formatHeadline,
  summarizeCost,
} from '../cost';
import { type Fold, foldVerdicts } from '../guard/fold';
import type { Action } from '../terraform/plan';
import { isDeletion, keyValues } from './key-values';
import { cell, code, fence, html, htmlCode, plain } from './markdown-text';
import type { Attribute, Entry, OutputEntry, Report, ReportedVerdict, Risk } from './report';
import { type Form, lazily, type Piece, Shortening, type Stage } from './shortening';
import { countByType } from './type-counts';

/** Maximum size of a report, in characters and bytes. GitHub accepts comments of 65,536 characters; some clients count bytes. */
export const MARKDOWN_BUDGET = 60_000;

/**
 * Renders a report as Markdown, for a comment on a pull request. A report that is too long is shortened: first the changes of lowest risk,
 * last the beginning of each section. Destroyed resources keep their names as long as these fit, and are counted by type in any case. The
 * report lists what was omitted.
 *
 * @param budget maximum number of characters and bytes, at least 10,000
 */
export function markdown(report: Report, budget = MARKDOWN_BUDGET): string {
  const { pieces, sections, firstChange } = createPieces(report);
  const shortening = new Shortening(pieces, budget - RESERVED);
  shortening.shorten(STAGES, false);
  let destroyed = '';
  if (shortening.isTooLong) {
    const entries = report.groups.flatMap((group) => group.entries.filter(({ risk }) => risk === 'destroy'));
    shortening.omit('destroy');
    const complete = listDestroyed(entries, Number.POSITIVE_INFINITY);
    const shortenFor = (bytes: number): void => {
      shortening.reserve(bytes);
      shortening.shorten(LAST_STAGES, false);
      shortening.shorten([...STAGES, ...LAST_STAGES, { kind: 'fixed', form: 2 }], true);
    };
    const fits = shortening.attempt(() => shortenFor(Buffer.byteLength(complete)));
    if (!fits) shortenFor(entries.length === 0 ? 0 : Math.floor(budget / 2));
    shortening.reserve(0);
    destroyed = fits ? complete : listDestroyed(entries, shortening.room);
  }
  const insertions = [
    ...sections.map(({ heading, end }) => ({ at: end, text: countRest(shortening.countOmitted(heading, end)) })),
    { at: firstChange, text: destroyed },
  ].sort((a, b) => a.at - b.at);
  const text = insertions.map((insertion, index) => `${shortening.render(insertions[index - 1]?.at ?? 0, insertion.at)}${insertion.text}`);
  const end = shortening.render(insertions.at(-1)!.at, pieces.length);
  return `${text.join('')}${end}${describeOmitted(shortening, destroyed !== '', budget)}`;
}

function countRest(omitted: number): string {
  return omitted === 0 ? '' : `- … and ${formatCount(omitted)} more\n`;
}

/** Space for the sentence about omitted parts, and for the counts of the sections. */
const RESERVED = 2_000;

type Kind = 'fixed' | 'note' | 'extra' | 'warning' | 'refusal' | 'loss' | Risk;

const STAGES: readonly Stage<Kind>[] = [
  { kind: 'quiet', form: 1 },
  { kind: 'add', form: 1 },
  { kind: 'extra', form: 1 },
  { kind: 'note', form: 1 },
  { kind: 'quiet', form: 2 },
  { kind: 'change', form: 1 },
  { kind: 'add', form: 2 },
  { kind: 'extra', form: 2 },
  { kind: 'warning', form: 1 },
  { kind: 'destroy', form: 1 },
  { kind: 'loss', form: 1 },
  { kind: 'change', form: 2 },
  { kind: 'note', form: 2 },
  { kind: 'destroy', form: 2 },
  { kind: 'loss', form: 2 },
  { kind: 'refusal', form: 2 },
  { kind: 'note', form: 3 },
  { kind: 'warning', form: 2 },
  { kind: 'refusal', form: 3 },
];

/** Stages after which destroyed resources are only in a list of names. */
const LAST_STAGES: readonly Stage<Kind>[] = [
  { kind: 'loss', form: 3 },
  { kind: 'fixed', form: 1 },
];

const NAMES: Readonly<Record<Kind, string>> = {
  fixed: '',
  destroy: 'destructive changes',
  change: 'updates',
  add: 'creations',
  quiet: 'moves and imports',
  extra: 'reads, outputs and changes behind Terraform’s back',
  note: 'renames, failed checks, removed stacks and notes on acknowledgements and waivers',
  warning: 'warnings, new connections and costs',
  refusal: 'refusals of what destroys nothing',
  loss: 'refusals of what is destroyed',
};

function describeOmitted(shortening: Shortening<Kind>, isDestroyedListed: boolean, budget: number): string {
  const sentences = (Object.keys(NAMES) as Kind[]).flatMap((kind) => {
    const { shortened, omitted } = shortening.count(kind);
    if (kind === 'fixed') return [];
    if (kind === 'destroy' && isDestroyedListed && omitted > 0) return [`the details of ${formatCount(omitted)} ${NAMES[kind]}`];
    return [
      ...(shortened > 0 ? [`the details of ${formatCount(shortened)} ${NAMES[kind]}`] : []),
      ...(omitted > 0 ? [`${formatCount(omitted)} ${NAMES[kind]}, which are only counted`] : []),
    ];
  });
  if (sentences.length === 0) return '';
  return `\n---\n**Omitted**, to stay within ${formatCount(budget)} characters: ${sentences.join('; ')}. The JSON and HTML reports are complete.\n`;
}

interface Section {
  /** Index of the heading. */
  readonly heading: number;

  /** Index after its last piece. */
  readonly end: number;
}

/** Pieces of each section that are omitted last. */
const LEADS = 3;

interface Pieces {
  readonly pieces: readonly Piece<Kind>[];
  readonly sections: readonly Section[];

  /** Index of the first piece of the changes by construct. */
  readonly firstChange: number;
}

function createPieces(report: Report): Pieces {
  const pieces: Piece<Kind>[] = [
    { kind: 'fixed', forms: [1_000, 200].map((length) => head(report, length)) },
    { kind: 'fixed', forms: typeTableForms(report) },
    { kind: 'fixed', forms: PROBLEM_LIMITS.map((limits) => problems(report, limits)) },
  ];
  const sections: Section[] = [];
  const section = (title: string, parts: readonly Piece<Kind>[]): void => {
    if (parts.length === 0) return;
    const heading = pieces.length;
    pieces.push(fixed(`\n### ${title}\n\n`), ...parts.map((part, index) => ({ ...part, heading, isLead: index < LEADS })));
    sections.push({ heading, end: pieces.length });
  };
  section('Guard', [
    ...foldVerdicts(report.verdicts, ({ acknowledged = '' }) => acknowledged).map(verdictPiece),
    ...report.unusedAcknowledgements.map((text) => note(`- Unused acknowledgement: ${plain(text)}\n`)),
    ...report.notLookedAt.map((text) => note(`- Not looked at: ${plain(text)}\n`)),
  ]);
  if (report.policy) section('Policy', policyPieces(report.policy));
  if (report.reachability) {
    const { opened, closed } = report.reachability;
    const lines = [...opened.map((sentence) => `- ➕ ${plain(sentence)}\n`), ...closed.map((sentence) => `- ➖ ${plain(sentence)}\n`)];
    section(
      'Reachability',
      lines.length === 0
        ? [fixed('No connections are opened or closed.\n')]
        : lines.map((line): Piece<Kind> => ({ kind: 'warning', forms: [line, line, ''] })),
    );
  }
  if (report.cost) section('Cost', costPieces(report.cost));
  section(
    'Possible renames',
    report.renames.map(({ from, to, moveTo, moved }) => {
      const how = moveTo === undefined ? 'add' : `call ${code(moveTo)} on the new resource, which adds`;
      const what = `${code(from)} is destroyed and ${code(to)} created, and they look like the same resource`;
      return note(`- ${what}. To keep it, ${how}\n\n${fence(moved, 'hcl', '  ')}\n`, `- ${code(from)} → ${code(to)}\n`);
    }),
  );
  section(
    'Removed stacks',
    report.removedStacks.map((name) => note(`- ${code(name)}: its resources keep running, and are no longer planned.\n`)),
  );
  section(
    'Invoked actions',
    report.actions.map((text) => note(`- ❓ ${plain(text)}. The plan does not show its effect.\n`)),
  );
  section(
    'Failed checks',
    report.checks.map(({ address, status, messages }) =>
      note(
        `- ${code(address)}: ${status}${messages.map((text) => `; ${plain(text)}`).join('')}\n`,
        `- ${code(address)}: ${status}${messages.length === 0 ? '' : `; ${plain(clip(messages[0]!, 100))}`}\n`,
        `- ${code(address)}\n`,
      ),
    ),
  );
  const firstChange = pieces.length;
  for (const { construct, entries } of report.groups) {
    const isAlone = entries.length === 1 && entries[0]!.construct === construct;
    const heading = pieces.length;
    pieces.push({ kind: 'fixed', forms: [isAlone ? '\n' : `\n#### ${code(construct)}\n\n`, ''] });
    pieces.push(...entries.map((entry) => ({ ...entryPiece(entry), heading })));
  }
  section(
    'Drift',
    report.drift.map((entry) => extra(full(entry), line(entry))),
  );
  section(
    'Read during apply',
    report.reads.map((entry) => extra(line(entry), line(entry))),
  );
  section(
    'Outputs',
    report.outputs.map((output) => extra(outputFull(output), outputLine(output))),
  );
  if (report.bundle && !report.isRefused && !report.isEmpty) {
    const command = `gke-platform deploy ${report.stack} --digest ${report.bundle.digest}`;
    pieces.push(fixed(`\n---\nApply exactly this plan with: ${code(command)}\n`));
  }
  return { pieces, sections, firstChange };
}

/** Open findings come first and are shortened last. Waivers are one block, each with its reason and owner. */
function policyPieces({ findings, badWaivers }: NonNullable<Report['policy']>): Piece<Kind>[] {
  const place = ({ address, constructPath }: (typeof findings)[number]): string =>
    constructPath === undefined ? code(address) : `${code(constructPath)} (${code(address)})`;
  const open = findings.filter(({ waivedBy }) => waivedBy === undefined);
  const waived = findings.filter(({ waivedBy }) => waivedBy !== undefined);
  const list = waived.map((finding) => {
    const { reason, owner } = finding.waivedBy!;
    return `- ✍️ ${code(finding.rule)} ${place(finding)}: ${plain(reason)} (${plain(owner)})\n`;
  });
  const many = `- ✍️ ${waived.length} waived, each with a reason and an owner.\n`;
  return [
    ...open.map((finding): Piece<Kind> => {
      const mark = finding.severity === 'error' ? '⛔ **error**' : '⚠️ **warning**';
      const short = lazily(() => `- ${mark} ${code(finding.rule)} ${place(finding)}: ${plain(finding.problem)}\n`);
      return { kind: 'warning', forms: [lazily(() => `${short()}  - ${plain(finding.why)}: ${plain(finding.remediation)}\n`), short, ''] };
    }),
    ...badWaivers.map((text) => note(`- ⛔ ${plain(text)}\n`)),
    ...(waived.length === 0 ? [] : [extra(list.join(''), many)]),
    ...(findings.length + badWaivers.length === 0 ? [fixed('No findings and no waivers.\n')] : []),
  ];
}

/** The total and its changes are kept longest; unchanged parts are omitted first. */
function costPieces(cost: CostChange): Piece<Kind>[] {
  const { before, after } = cost;
  const was = before === undefined ? '' : ` Before: ${plain(clip(formatHeadline(before), 500))}.`;
  const saving = describeSaving(after);
  const table = lazily(() => costChangeTable(cost));
  const { total, rest } = summarizeCost(after);
  const amount = total === undefined ? '' : `**${plain(total)}**: expected (minimum to maximum). `;
  const sentences = rest === '' ? '' : `${plain(clip(rest, 500))}.`;
  const short = `${`${amount}${sentences}`.trimEnd()}${was}${saving === undefined ? '' : ` ${plain(saving)}`}\n`;
  const details = lazily(() => `\n<details><summary>Components, and what is not priced</summary>\n\n${costTable(after)}\n</details>\n`);
  return [{ kind: 'warning', forms: [lazily(() => `${short}${table()}${details()}`), lazily(() => `${short}${table()}`), short] }];
}

/** Maximum number of lines in the table of changed costs. The largest changes come first. */
const MAX_COST_CHANGES = 20;

function costChangeTable({ changed, notPricedChanged }: CostChange): string {
  const rows = changed
    .slice(0, MAX_COST_CHANGES)
    .map(
      ({ address, kind, before: old, after: now, notPriced }) =>
        `| ${kind} | ${cell(address)} | ${costCell(old, notPriced === 'before')} | ${costCell(now, notPriced === 'after')} | ${plain(clip((now ?? old)!.note, 200))} |\n`,
    );
  const unpriced = notPricedChanged
    .slice(0, MAX_COST_CHANGES)
    .map(({ what, before: old, after: now }) => `| not priced | ${cell(what)} | ${old} | ${now} | |\n`);
  const others = changed.length + notPricedChanged.length - rows.length - unpriced.length;
  const all = [...rows, ...unpriced, ...(others === 0 ? [] : [`| | and ${formatCount(others)} more | | | |\n`])];
  return all.length === 0 ? '' : `\n| | | before | after | |\n|-|-|-|-|-|\n${all.join('')}`;
}

function costCell(line: CostLine | undefined, isUnpriced: boolean): string {
  return isUnpriced ? 'not priced' : line === undefined ? '' : plain(formatBand(line.band));
}

function costTable({ lines, notPriced, ...cost }: Cost): string {
  const rows = lines.map(
    ({ kind, address, band, note }) => `| ${kind} | ${cell(address)} | ${plain(formatBand(band))} | ${plain(note)} |\n`,
  );
  const missing = notPriced.map(({ what, address, why }) => `- ${code(address ?? what)}: ${plain(why)}\n`);
  return `| | | a month | |\n|-|-|-|-|\n${rows.join('')}\nNot priced:\n\n${missing.join('')}\n${plain(describeSource({ lines, notPriced, ...cost }))}\n`;
}

function fixed(text: string): Piece<Kind> {
  return { kind: 'fixed', forms: [text] };
}

function note(complete: string, short = complete, shortest = short): Piece<Kind> {
  return { kind: 'note', forms: [complete, short, shortest, ''] };
}

function extra(...forms: readonly [string, string]): Piece<Kind> {
  return { kind: 'extra', forms: [...forms, ''] };
}

/** The last form of a deletion is empty: the list of destroyed resources then has its name. */
function entryPiece(entry: Entry): Piece<Kind> {
  const forms: Form[] = [lazily(() => full(entry)), lazily(() => line(entry))];
  if (entry.risk === 'destroy') forms.push(`- ${MARKS[entry.action]} ${code(entry.address)}\n`);
  return { kind: entry.risk, forms: [...forms, ''] };
}

/** @param length maximum length of the headline */
function head(report: Report, length: number): string {
  const { counts } = report;
  const mark = report.isRefused
    ? '⛔'
    : report.isEmpty
      ? report.checks.length + report.drift.length > 0
        ? '⚠️'
        : '✅'
      : report.groups.some(({ risk }) => risk === 'destroy')
        ? '🔴'
        : report.notUnderstood.length + report.actions.length > 0
          ? '❓'
          : '🟢';
  const imported = counts.import > 0 ? `${counts.import} to import, ` : '';
  const more = (['replace', 'move', 'forget', 'read'] as const).flatMap((name) =>
    counts[name] > 0 ? [`${counts[name]} ${WORDS[name]}`] : [],
  );
  const checked = { yes: ', as counted by Terraform', no: '. **Terraform counts differently**', 'not checked': '' }[report.countsAgree];
  const title = report.isConfigurationOnly ? 'Configuration, not a plan:' : 'Plan:';
  const numbers = `**${title}** ${imported}${counts.add} to add, ${counts.change} to change, ${counts.destroy} to destroy${checked}.`;
  const detail = more.length > 0 ? ` In detail: ${more.join(', ')}.` : '';
  const configurationOnly = report.isConfigurationOnly ? CONFIGURATION_ONLY : '';
  return `## ${mark} ${plain(clip(report.headline, length))}\n\n${numbers}${detail}\n${configurationOnly}`;
}

/** Limits of the problems in their forms: their number, and their length. */
const PROBLEM_LIMITS = [
  { most: 20, length: 3_000 },
  { most: 5, length: 500 },
  { most: 0, length: 0 },
];

function problems(report: Report, { most, length }: (typeof PROBLEM_LIMITS)[number]): string {
  const all = [...report.problems, ...describeNotUnderstood(report)];
  const shown = all.slice(0, most).map((problem) => `\n> ⚠️ ${clip(problem, length).split('\n').map(plain).join('  \n> ')}\n`);
  const others = all.length - shown.length;
  if (others > 0) shown.push(`\n> ⚠️ ${formatCount(others)} ${shown.length > 0 ? 'more ' : ''}problems of the plan\n`);
  return shown.join('');
}

/** Names the parts of the plan that are not understood. */
function describeNotUnderstood({ notUnderstood }: Report): string[] {
  return notUnderstood.length === 0 ? [] : [`Not understood, with an unknown effect: ${notUnderstood.join(', ')}`];
}

const CONFIGURATION_ONLY =
  '\n> Not a plan: it compares the configuration with that of the base branch, without credentials. The deployed state and replacements are unknown.\n';

const WORDS = { replace: 'replaced', move: 'moved', forget: 'forgotten', read: 'read during apply' } as const;

function verdictPiece({ verdict, resources }: Fold<ReportedVerdict>): Piece<Kind> {
  const { severity, rule, address, constructPath, reason, impact, recovery, remediation, acknowledged } = verdict;
  const isRefused = severity === 'refuse' && acknowledged === undefined;
  const mark = isRefused ? '⛔ **refused**' : acknowledged === undefined ? '⚠️ **warning**' : '✍️ **acknowledged**';
  const of =
    resources !== undefined
      ? code(resources)
      : constructPath === undefined || constructPath === address
        ? code(address)
        : `${code(constructPath)} (${code(address)})`;
  const short = lazily(() => `- ${mark} ${code(rule)} ${of}: ${plain(reason)}\n`);
  const details = (): string[] =>
    [
      ['Impact', impact],
      ['Recovery', recovery],
      ['Remediation', remediation],
      ['Acknowledged', acknowledged],
    ].flatMap(([name, text]) => (text ? [`  - ${name}: ${plain(text)}\n`] : []));
  const forms = [lazily(() => `${short()}${details().join('')}`), short];
  if (!isRefused) return { kind: 'warning', forms: [...forms, ''] };
  const shortest = `- ⛔ ${code(rule)} ${code(resources ?? address)}\n`;
  const destroys = verdict.action !== 'create' && verdict.action !== 'update' && verdict.action !== 'no-op';
  return { kind: destroys ? 'loss' : 'refusal', forms: [...forms, shortest, ''] };
}

const MARKS: Readonly<Record<Entry['action'], string>> = {
  delete: '🔴 −',
  replace: '🔴 ±',
  forget: '🟠 ⊘',
  unknown: '❓',
  update: '🟡 ~',
  create: '🟢 +',
  import: '🔵 ⤓',
  move: '🔵 ↪',
  read: '⚪ ≤',
  'no-op': '⚪',
};

/** Rows of the table of types in its forms. */
const TYPE_ROWS = [30, 8] as const;

/** Renders the number of changes by type and action, riskiest first. */
function typeTableForms({ groups }: Report): Form[] {
  const { actions, types } = countByType(groups);
  if (types.length === 0) return [''];
  const render = (most: number): string => {
    const rows = types
      .slice(0, types.length > most + 1 ? most : types.length)
      .map(({ type, counts }) => ({ name: cell(clip(type, 80)), counts }));
    const rest = types.slice(rows.length);
    if (rest.length > 0) {
      const sum = (action: Action): number => rest.reduce((total, { counts }) => total + (counts.get(action) ?? 0), 0);
      rows.push({ name: `${formatCount(rest.length)} other types`, counts: new Map(actions.map((action) => [action, sum(action)])) });
    }
    const heads = actions.map((action) => ` ${MARKS[action]} ${action} |`).join('');
    const lines = rows.map(
      ({ name, counts }) => `| ${name} |${actions.map((each) => ` ${formatCount(counts.get(each) ?? 0)} |`).join('')}\n`,
    );
    return `\n| type |${heads}\n|-|${actions.map(() => '-:|').join('')}\n${lines.join('').replace(/ 0 \|/g, '  |')}`;
  };
  return TYPE_ROWS.map(render);
}

/** One format for all numbers: `toLocaleString` would create one for each. */
const NUMBERS = new Intl.NumberFormat('en');

function formatCount(count: number): string {
  return NUMBERS.format(count);
}

/**
 * Lists destroyed resources by action and type, as many as fit. Names are addresses without the type.
 *
 * @param available maximum size in bytes
 */
function listDestroyed(entries: readonly Entry[], available: number): string {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = `${entry.action} ${entry.type}`;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  const start = '\n#### Destroyed\n\n';
  let text = start;
  let left = available - Buffer.byteLength(start) - MORE;
  let listed = 0;
  for (const [, members] of groups) {
    const { action, type } = members[0]!;
    const head = `- ${MARKS[action]} ${formatCount(members.length)} ${code(type)}: `;
    const names = members.map(({ address }) => code(address.startsWith(`${type}.`) ? address.slice(type.length + 1) : address));
    const shown = takeWithin(names, left - Buffer.byteLength(head) - MORE);
    if (shown.length === 0) break;
    const more = shown.length < names.length ? `, and ${formatCount(names.length - shown.length)} more` : '';
    const line = `${head}${shown.join(', ')}${more}\n`;
    text += line;
    left -= Buffer.byteLength(line);
    listed += members.length;
  }
  if (entries.length === 0) return '';
  return listed === entries.length ? text : `${text}- ${MARKS.delete} ${formatCount(entries.length - listed)} others, by type above\n`;
}

/** Space for the number of names that are not listed. */
const MORE = 60;

/** Takes the first texts whose size, with separators, is within a number of bytes. */
function takeWithin(texts: readonly string[], bytes: number): readonly string[] {
  let left = bytes;
  const end = texts.findIndex((text) => {
    left -= Buffer.byteLength(text) + 2;
    return left < 0;
  });
  return end === -1 ? texts : texts.slice(0, end);
}

function line(entry: Entry): string {
  const forced = entry.forcedBy.length > 0 ? `; forced by ${entry.forcedBy.map(code).join(', ')}` : '';
  return `- ${MARKS[entry.action]} ${code(entry.construct)} ${plain(entry.sentence)}${forced} · ${code(entry.address)}\n`;
}

function full(entry: Entry): string {
  if (isDeletion(entry)) {
    const values = keyValues(entry).map(({ name, value }) => `${plain(name)} ${code(value)}`);
    return values.length === 0 ? line(entry) : `${line(entry)}  - ${values.join(', ')}\n`;
  }
  const table = attributeTable(entry.attributes, entry.filledIn);
  if (table === '') return line(entry);
  const forced = entry.forcedBy.length > 0 ? `; forced by ${entry.forcedBy.map(htmlCode).join(', ')}` : '';
  const open = entry.risk === 'destroy' ? ' open' : '';
  const title = `${MARKS[entry.action]} ${htmlCode(entry.construct)} ${html(entry.sentence)}${forced} · ${htmlCode(entry.address)}`;
  return `\n<details${open}><summary>${title}</summary>\n\n${table}\n</details>\n\n`;
}

function attributeTable(attributes: readonly Attribute[], filledIn: number): string {
  const rows = attributes.filter(({ lines }) => lines === undefined).map(row);
  const table = rows.length === 0 ? '' : `| | attribute | before | after |\n|-|-|-|-|\n${rows.join('')}`;
  const blocks = attributes.flatMap((attribute) =>
    attribute.lines === undefined
      ? []
      : [
          `\n${code(attribute.name)}${attribute.forcesReplacement ? ' **forces the replacement**' : ''}${fromWords(attribute)}:\n\n${fence(attribute.lines.join('\n'), 'diff')}`,
        ],
  );
  const more = filledIn > 0 ? `\n${filledIn} more ${filledIn === 1 ? 'value is' : 'values are'} known after apply.\n` : '';
  return table === '' && blocks.length === 0 ? '' : `${table}${blocks.join('')}${more}`;
}

function row(attribute: Attribute): string {
  const { name, before, after, isChanged, isMasked, isKnownAfterApply, forcesReplacement } = attribute;
  const mark = forcesReplacement
    ? '**forces replacement**'
    : before === undefined
      ? '+'
      : after === undefined && !isKnownAfterApply
        ? '−'
        : isChanged
          ? '~'
          : '';
  const said = isMasked && before !== undefined && !isKnownAfterApply ? (isChanged ? ', changed' : ', unchanged') : '';
  const now = isKnownAfterApply ? '*known after apply*' : after === undefined ? '' : `${cell(after)}${said}`;
  return `| ${mark} | ${cell(name)} | ${before === undefined ? '' : cell(before)} | ${now}${fromWords(attribute)} |\n`;
}

function fromWords({ from }: Attribute): string {
  return from === undefined ? '' : ` from ${cell(from)}`;
}

function outputFull(output: OutputEntry): string {
  const table = attributeTable(output.attributes, 0);
  return table === ''
    ? outputLine(output)
    : `\n<details><summary>${MARKS[output.action]} ${htmlCode(output.name)}</summary>\n\n${table}\n</details>\n\n`;
}

function outputLine({ name, action }: OutputEntry): string {
  return `- ${MARKS[action]} ${code(name)}\n`;
}
