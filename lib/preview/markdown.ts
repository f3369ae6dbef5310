import { clip } from '../core/clip';
import { ReportedError } from '../core/reported-error';
import { type Cost, type CostChange, describeSaving, describeSource, formatBand, formatHeadline } from '../cost';
import { type Fold, foldVerdicts } from '../guard/fold';
import type { Attribute, Entry, OutputEntry, Report, ReportedVerdict, Risk } from './report';

/** Maximum size of a report, in characters and bytes. GitHub accepts comments of 65,536 characters; some clients count bytes. */
export const MARKDOWN_BUDGET = 60_000;

/**
 * Renders a report as Markdown, for a comment on a pull request. A report that is too long is shortened, lowest risk first, and then only
 * counted. Deletions and replacements keep their lines, and the report lists what was omitted.
 *
 * @param budget maximum number of characters and bytes
 * @throws ReportedError when the lines that are never omitted do not fit
 */
export function markdown(report: Report, budget = MARKDOWN_BUDGET): string {
  const pieces = piecesOf(report);
  const chosen = pieces.map(() => 0);
  const members = new Map<number, number>();
  for (const { heading } of pieces) if (heading !== undefined) members.set(heading, (members.get(heading) ?? 0) + 1);
  const available = budget - RESERVED;
  const total = new Total(pieces, available);
  const shorten = (index: number, form: number): void => {
    total.replace(pieces[index]!.forms[chosen[index]!]!, pieces[index]!.forms[form]!);
    chosen[index] = form;
    total.measure(chosen);
    const { heading } = pieces[index]!;
    if (heading === undefined || pieces[index]!.forms[form] !== '') return;
    members.set(heading, members.get(heading)! - 1);
    // A heading is removed with its last piece.
    if (members.get(heading) === 0) shorten(heading, 1);
  };
  for (const { kind, form } of COLLAPSE_ORDER) {
    for (let index = pieces.length - 1; index >= 0 && total.isTooMuch; index--) {
      const piece = pieces[index]!;
      if (piece.kind === kind && chosen[index]! < form && piece.forms[form] !== undefined) shorten(index, form);
    }
  }
  if (total.isTooMuch) {
    throw new ReportedError(`the report does not fit into ${budget} characters, even with one line for each deletion`);
  }
  const text = pieces.map(({ forms }, index) => textOf(forms[chosen[index]!]!)).join('');
  return `${text}${leftOut(pieces, chosen, budget)}`;
}

/** Space for the sentence about omitted parts. */
const RESERVED = 600;

type Kind = 'fixed' | 'extra' | 'warning' | 'refusal' | Risk;

/** Text, or a function that renders a text that is not empty. */
type Form = string | (() => string);

/** Part of the report: complete, shortened, and omitted, which is an empty text. Mandatory parts have no empty form. */
interface Piece {
  readonly kind: Kind;
  readonly forms: readonly Form[];

  /** Index of its heading. */
  readonly heading?: number;
}

/** Lower bound of the size of a text that is not rendered yet. */
const LEAST = 10;

/**
 * Size of the report in bytes. Of many thousand parts most are omitted, and rendering each would take most of the time. So parts that
 * are not rendered count as a few bytes, until the report may fit.
 */
class Total {
  private bytes = 0;
  private isExact = false;

  constructor(
    private readonly pieces: readonly Piece[],
    private readonly available: number,
  ) {
    const whole = pieces.map(() => 0);
    this.bytes = this.sum(whole);
    this.measure(whole);
  }

  public get isTooMuch(): boolean {
    return this.bytes > this.available;
  }

  public replace(old: Form, other: Form): void {
    this.bytes += this.size(other) - this.size(old);
  }

  /** Computes the exact size, once the report may fit. */
  public measure(chosen: readonly number[]): void {
    if (this.isExact || this.isTooMuch) return;
    this.isExact = true;
    this.bytes = this.sum(chosen);
  }

  private sum(chosen: readonly number[]): number {
    return this.pieces.reduce((sum, { forms }, index) => sum + this.size(forms[chosen[index]!]!), 0);
  }

  private size(form: Form): number {
    return typeof form === 'string' || this.isExact ? Buffer.byteLength(textOf(form)) : LEAST;
  }
}

function textOf(form: Form): string {
  return typeof form === 'string' ? form : form();
}

/** Delays the rendering of a text until its first use. */
function lazily(make: () => string): () => string {
  let text: string | undefined;
  return () => {
    text ??= make();
    return text;
  };
}

const COLLAPSE_ORDER: readonly { readonly kind: Kind; readonly form: number }[] = [
  { kind: 'quiet', form: 1 },
  { kind: 'add', form: 1 },
  { kind: 'extra', form: 1 },
  { kind: 'quiet', form: 2 },
  { kind: 'change', form: 1 },
  { kind: 'add', form: 2 },
  { kind: 'extra', form: 2 },
  { kind: 'warning', form: 1 },
  { kind: 'destroy', form: 1 },
  { kind: 'change', form: 2 },
  { kind: 'warning', form: 2 },
  { kind: 'refusal', form: 2 },
  { kind: 'destroy', form: 2 },
  { kind: 'refusal', form: 3 },
];

const NAMES: Readonly<Record<Kind, string>> = {
  fixed: '',
  destroy: 'destructive changes',
  change: 'updates',
  add: 'creations',
  quiet: 'moves and imports',
  extra: 'reads, outputs and changes behind Terraform’s back',
  warning: 'warnings',
  refusal: 'refusals of what destroys nothing',
};

function leftOut(pieces: readonly Piece[], chosen: readonly number[], budget: number): string {
  const sentences = (Object.keys(NAMES) as Kind[]).flatMap((kind) => {
    const of = pieces.flatMap((piece, index) => (piece.kind === kind && chosen[index]! > 0 ? [piece.forms[chosen[index]!]] : []));
    const gone = of.filter((form) => form === '').length;
    const shortened = of.length - gone;
    return [
      ...(shortened > 0 ? [`the details of ${shortened} ${NAMES[kind]}`] : []),
      ...(gone > 0 ? [`${gone} ${NAMES[kind]}, which are only counted`] : []),
    ];
  });
  if (sentences.length === 0) return '';
  return `\n---\n**Omitted**, to stay within ${budget.toLocaleString('en')} characters: ${sentences.join('; ')}. The JSON and HTML reports are complete.\n`;
}

function piecesOf(report: Report): Piece[] {
  const pieces: Piece[] = [fixed(head(report))];
  const section = (title: string, parts: readonly Piece[]): void => {
    if (parts.length > 0) pieces.push(fixed(`\n### ${title}\n\n`), ...parts);
  };
  section('Guard', [
    ...foldVerdicts(report.verdicts, ({ acknowledged = '' }) => acknowledged).map(verdictPiece),
    ...report.unusedAcknowledgements.map((text) => fixed(`- Unused acknowledgement: ${plain(text)}\n`)),
  ]);
  if (report.policy) section('Policy', policyPieces(report.policy));
  if (report.reachability) {
    const { opened, closed } = report.reachability;
    const lines = [...opened.map((sentence) => `- ➕ ${plain(sentence)}\n`), ...closed.map((sentence) => `- ➖ ${plain(sentence)}\n`)];
    section(
      'Reachability',
      lines.length === 0
        ? [fixed('No connections are opened or closed.\n')]
        : lines.map((line): Piece => ({ kind: 'warning', forms: [line, line, ''] })),
    );
  }
  if (report.cost) section('Cost', costPieces(report.cost));
  section(
    'Possible renames',
    report.renames.map(({ from, to, moveTo, moved }) => {
      const how = moveTo === undefined ? 'add' : `call ${code(moveTo)} on the new resource, which adds`;
      const what = `${code(from)} is destroyed and ${code(to)} created, and they look like the same resource`;
      return fixed(`- ${what}. To keep it, ${how}\n\n${fence(moved, 'hcl', '  ')}\n`);
    }),
  );
  section(
    'Removed stacks',
    report.removedStacks.map((name) => fixed(`- ${code(name)}: its resources keep running, and are no longer planned.\n`)),
  );
  section(
    'Failed checks',
    report.checks.map(({ address, status, messages }) =>
      fixed(`- ${code(address)}: ${status}${messages.map((text) => `; ${plain(text)}`).join('')}\n`),
    ),
  );
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
  return pieces;
}

/** Open findings come first and are shortened last. Waivers are one block, each with its reason and owner. */
function policyPieces({ findings, badWaivers }: NonNullable<Report['policy']>): Piece[] {
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
    ...open.map((finding): Piece => {
      const mark = finding.severity === 'error' ? '⛔ **error**' : '⚠️ **warning**';
      const short = lazily(() => `- ${mark} ${code(finding.rule)} ${place(finding)}: ${plain(finding.problem)}\n`);
      return { kind: 'warning', forms: [lazily(() => `${short()}  - ${plain(finding.why)}: ${plain(finding.remediation)}\n`), short, ''] };
    }),
    ...badWaivers.map((text) => fixed(`- ⛔ ${plain(text)}\n`)),
    ...(waived.length === 0 ? [] : [extra(list.join(''), many)]),
    ...(findings.length + badWaivers.length === 0 ? [fixed('No findings and no waivers.\n')] : []),
  ];
}

/** The total and its changes are kept longest; unchanged parts are omitted first. */
function costPieces(cost: CostChange): Piece[] {
  const { before, after, changed } = cost;
  const was = before === undefined ? '' : ` Before: ${plain(formatHeadline(before))}.`;
  const saving = describeSaving(after);
  const rows = changed.map(
    ({ address, kind, before: old, after: now }) =>
      `| ${kind} | ${code(address)} | ${old === undefined ? '' : plain(formatBand(old.band))} | ${now === undefined ? '' : plain(formatBand(now.band))} | ${plain((now ?? old)!.note)} |\n`,
  );
  const table = rows.length === 0 ? '' : `\n| | | before | after | |\n|-|-|-|-|-|\n${rows.join('')}`;
  const short = `**${plain(formatHeadline(after))}**: expected (minimum to maximum).${was}${saving === undefined ? '' : ` ${plain(saving)}`}\n`;
  const details = lazily(() => `\n<details><summary>Components, and what is not priced</summary>\n\n${costTable(after)}\n</details>\n`);
  return [{ kind: 'warning', forms: [() => `${short}${table}${details()}`, `${short}${table}`, short] }];
}

function costTable({ lines, notPriced, ...cost }: Cost): string {
  const rows = lines.map(
    ({ kind, address, band, note }) => `| ${kind} | ${code(address)} | ${plain(formatBand(band))} | ${plain(note)} |\n`,
  );
  const missing = notPriced.map(({ what, address, why }) => `- ${code(address ?? what)}: ${plain(why)}\n`);
  return `| | | a month | |\n|-|-|-|-|\n${rows.join('')}\nNot priced:\n\n${missing.join('')}\n${plain(describeSource({ lines, notPriced, ...cost }))}\n`;
}

function fixed(text: string): Piece {
  return { kind: 'fixed', forms: [text] };
}

function extra(...forms: readonly [string, string]): Piece {
  return { kind: 'extra', forms: [...forms, ''] };
}

/** Deletions keep at least a short line. */
function entryPiece(entry: Entry): Piece {
  const last = entry.risk === 'destroy' ? `- ${MARKS[entry.action]} ${code(entry.address)}\n` : '';
  return { kind: entry.risk, forms: [lazily(() => full(entry)), lazily(() => line(entry)), last] };
}

function head(report: Report): string {
  const { counts } = report;
  const mark = report.isRefused ? '⛔' : report.isEmpty ? '✅' : report.groups.some(({ risk }) => risk === 'destroy') ? '🔴' : '🟢';
  const imported = counts.import > 0 ? `${counts.import} to import, ` : '';
  const more = (['replace', 'move', 'forget', 'read'] as const).flatMap((name) =>
    counts[name] > 0 ? [`${counts[name]} ${WORDS[name]}`] : [],
  );
  const checked = { yes: ', as counted by Terraform', no: '. **Terraform counts differently**', 'not checked': '' }[report.countsAgree];
  const title = report.isConfigurationOnly ? 'Configuration, not a plan:' : 'Plan:';
  const numbers = `**${title}** ${imported}${counts.add} to add, ${counts.change} to change, ${counts.destroy} to destroy${checked}.`;
  const problems = report.problems.map((problem) => `\n> ⚠️ ${problem.split('\n').map(plain).join('  \n> ')}\n`).join('');
  return `## ${mark} ${plain(report.headline)}\n\n${numbers}${more.length > 0 ? ` In detail: ${more.join(', ')}.` : ''}\n${report.isConfigurationOnly ? CONFIGURATION_ONLY : ''}${problems}`;
}

const CONFIGURATION_ONLY =
  '\n> Not a plan: it compares the configuration with that of the base branch, without credentials. The deployed state and replacements are unknown.\n';

const WORDS = { replace: 'replaced', move: 'moved', forget: 'forgotten', read: 'read during apply' } as const;

function verdictPiece({ verdict, resources }: Fold<ReportedVerdict>): Piece {
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
  return destroys ? { kind: 'destroy', forms: [...forms, shortest] } : { kind: 'refusal', forms: [...forms, shortest, ''] };
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

function line(entry: Entry): string {
  const forced = entry.forcedBy.length > 0 ? `; forced by ${entry.forcedBy.map(code).join(', ')}` : '';
  return `- ${MARKS[entry.action]} ${code(entry.construct)} ${plain(entry.sentence)}${forced} · ${code(entry.address)}\n`;
}

function full(entry: Entry): string {
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

/** Formats text as a code span, without Markdown and mentions. */
function code(text: string): string {
  const content = oneLine(text);
  if (content === '') return '`""`';
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = /^`|`$|^ .* $/.test(content) ? ' ' : '';
  return `${ticks}${pad}${content}${pad}${ticks}`;
}

/** Formats a code span for a table, where a bar ends a cell even in code. */
function cell(text: string): string {
  const short = clip(text, 300);
  if (!short.includes('|')) return code(short);
  const encoded = oneLine(short).replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${encoded}</code>`;
}

/** Formats a fenced block. The fence is longer than any fence in the text. */
function fence(text: string, language: string, indent = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((each) => `${indent}${visible(each)}\n`);
  return `${indent}${ticks}${language}\n${lines.join('')}${indent}${ticks}\n`;
}

function htmlCode(text: string): string {
  return `<code>${escapeHtml(oneLine(text))}</code>`;
}

/** Escapes a sentence with data for HTML. */
function html(text: string): string {
  return withoutLinks(escapeHtml(oneLine(text)));
}

/** Escapes a sentence with data for Markdown. */
function plain(text: string): string {
  return withoutLinks(escapeHtml(oneLine(text)).replace(/[\\`*_{}[\]()#+!|~-]/g, (character) => `\\${character}`));
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Inserts an invisible character, so that text is not a mention, an issue or a link. */
function withoutLinks(text: string): string {
  return text
    .replace(/@/g, `@${JOINT}`)
    .replace(/#(?=\d)/g, `#${JOINT}`)
    .replace(/:\/\//g, `:${JOINT}//`)
    .replace(/\b(www\.|GH-)/gi, (start) => `${start[0]}${JOINT}${start.slice(1)}`);
}

const JOINT = '\u2060';

function oneLine(text: string): string {
  return visible(text.replace(/\r\n|[\n\r\u2028\u2029]/g, '↵'));
}

/** Replaces characters that are invisible or change the text direction by their code. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, (character) =>
    character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
