import { clip } from './clip';
import type { Attribute, Entry, OutputEntry, Report, ReportedVerdict, Risk } from './report';

/** What GitHub takes as a comment is 65,536 characters; some ways to it count bytes. */
export const MARKDOWN_BUDGET = 60_000;

/** Not even one line for each thing that is destroyed fits. */
export class TooLongError extends Error {
  public override readonly name = 'TooLongError';
}

/**
 * A report as Markdown, for a comment on a pull request. When it is too long, what has the lowest risk is shortened first, and
 * then only counted; whatever is destroyed or replaced keeps its line, and the report says what was left out.
 *
 * @param budget most characters, and bytes, it may have
 * @throws TooLongError when the lines that are never left out do not fit
 */
export function markdown(report: Report, budget = MARKDOWN_BUDGET): string {
  const pieces = piecesOf(report);
  const chosen = pieces.map(() => 0);
  const sizes = pieces.map(({ forms }) => forms.map((form) => Buffer.byteLength(form)));
  const members = new Map<number, number>();
  for (const { heading } of pieces) if (heading !== undefined) members.set(heading, (members.get(heading) ?? 0) + 1);
  let total = sizes.reduce((sum, [size]) => sum + size!, 0);
  const available = budget - RESERVED;
  const shorten = (index: number, form: number): void => {
    total += sizes[index]![form]! - sizes[index]![chosen[index]!]!;
    chosen[index] = form;
    const { heading } = pieces[index]!;
    if (heading === undefined || pieces[index]!.forms[form] !== '') return;
    members.set(heading, members.get(heading)! - 1);
    // A heading goes with the last of what it is over.
    if (members.get(heading) === 0) shorten(heading, 1);
  };
  for (const { kind, form } of total > available ? COLLAPSE_ORDER : []) {
    for (let index = pieces.length - 1; index >= 0 && total > available; index--) {
      const piece = pieces[index]!;
      if (piece.kind === kind && chosen[index]! < form && piece.forms[form] !== undefined) shorten(index, form);
    }
  }
  if (total > available) {
    throw new TooLongError(`the report does not fit into ${budget} characters, even with one line for each thing that is destroyed`);
  }
  const text = pieces.map(({ forms }, index) => forms[chosen[index]!]).join('');
  return `${text}${leftOut(pieces, chosen, budget)}`;
}

/** Room for the sentence that says what was left out. */
const RESERVED = 600;

type Kind = 'fixed' | 'extra' | 'warning' | 'refusal' | Risk;

/** A part of the report: whole, shortened, and left out, which is an empty text; parts that must stay have none. */
interface Piece {
  readonly kind: Kind;
  readonly forms: readonly string[];

  /** Which piece is the heading over it. */
  readonly heading?: number;
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
  return `\n---\n**Left out**, to stay within ${budget.toLocaleString('en')} characters: ${sentences.join('; ')}. The JSON and HTML reports have all of it.\n`;
}

function piecesOf(report: Report): Piece[] {
  const pieces: Piece[] = [fixed(head(report))];
  const section = (title: string, parts: readonly Piece[]): void => {
    if (parts.length > 0) pieces.push(fixed(`\n### ${title}\n\n`), ...parts);
  };
  section('Guard', [
    ...report.verdicts.map(verdictPiece),
    ...report.unusedAcknowledgements.map((text) => fixed(`- An acknowledgement is of no use: ${plain(text)}\n`)),
  ]);
  if (report.reachability) {
    const { opened, closed } = report.reachability;
    const lines = [...opened.map((sentence) => `- ➕ ${plain(sentence)}\n`), ...closed.map((sentence) => `- ➖ ${plain(sentence)}\n`)];
    section(
      'Who reaches whom',
      lines.length === 0
        ? [fixed('Nobody reaches more or less than before.\n')]
        : lines.map((line): Piece => ({ kind: 'warning', forms: [line, line, ''] })),
    );
  }
  section(
    'Renamed, it seems',
    report.renames.map(({ from, to, moveTo, moved }) => {
      const how = moveTo === undefined ? 'add' : `call ${code(moveTo)} on the new resource, which adds`;
      const what = `${code(from)} is destroyed and ${code(to)} created, and they look like the same thing`;
      return fixed(`- ${what}. To keep it, ${how}\n\n${fence(moved, 'hcl', '  ')}\n`);
    }),
  );
  section(
    'Stacks that left the app',
    report.removedStacks.map((name) => fixed(`- ${code(name)}: what is in it stays running, and nobody plans it any more.\n`)),
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
    'Changed behind Terraform’s back',
    report.drift.map((entry) => extra(full(entry), line(entry))),
  );
  section(
    'Read while applying',
    report.reads.map((entry) => extra(line(entry), line(entry))),
  );
  section(
    'Outputs',
    report.outputs.map((output) => extra(outputFull(output), outputLine(output))),
  );
  return pieces;
}

function fixed(text: string): Piece {
  return { kind: 'fixed', forms: [text] };
}

function extra(...forms: readonly [string, string]): Piece {
  return { kind: 'extra', forms: [...forms, ''] };
}

/** Whatever is destroyed keeps a line, be it a short one. */
function entryPiece(entry: Entry): Piece {
  const last = entry.risk === 'destroy' ? `- ${MARKS[entry.action]} ${code(entry.address)}\n` : '';
  return { kind: entry.risk, forms: [full(entry), line(entry), last] };
}

function head(report: Report): string {
  const { counts } = report;
  const mark = report.isRefused ? '⛔' : report.isEmpty ? '✅' : report.groups.some(({ risk }) => risk === 'destroy') ? '🔴' : '🟢';
  const imported = counts.import > 0 ? `${counts.import} to import, ` : '';
  const more = (['replace', 'move', 'forget', 'read'] as const).flatMap((name) =>
    counts[name] > 0 ? [`${counts[name]} ${WORDS[name]}`] : [],
  );
  const checked = { yes: ', as Terraform says', no: '. **Terraform says other numbers**', 'not checked': '' }[report.countsAgree];
  const numbers = `**Plan:** ${imported}${counts.add} to add, ${counts.change} to change, ${counts.destroy} to destroy${checked}.`;
  const problems = report.problems.map((problem) => `\n> ⚠️ ${problem.split('\n').map(plain).join('  \n> ')}\n`).join('');
  return `## ${mark} ${plain(report.headline)}\n\n${numbers}${more.length > 0 ? ` Of that or beside it: ${more.join(', ')}.` : ''}\n${problems}`;
}

const WORDS = { replace: 'replaced', move: 'moved', forget: 'forgotten', read: 'read while applying' } as const;

function verdictPiece(verdict: ReportedVerdict): Piece {
  const { severity, rule, address, constructPath, reason, lost, comesBack, fix, acknowledged } = verdict;
  const isRefused = severity === 'refuse' && acknowledged === undefined;
  const mark = isRefused ? '⛔ **refused**' : acknowledged === undefined ? '⚠️ **warning**' : '✍️ **acknowledged**';
  const of = constructPath === undefined || constructPath === address ? code(address) : `${code(constructPath)} (${code(address)})`;
  const short = `- ${mark} ${code(rule)} ${of}: ${plain(reason)}\n`;
  const details = [
    ['Lost', lost],
    ['Comes back', comesBack],
    ['Instead', fix],
    ['Acknowledged', acknowledged],
  ].flatMap(([name, text]) => (text ? [`  - ${name}: ${plain(text)}\n`] : []));
  const forms = [`${short}${details.join('')}`, short];
  if (!isRefused) return { kind: 'warning', forms: [...forms, ''] };
  const shortest = `- ⛔ ${code(rule)} ${code(address)}\n`;
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

/** Text of any kind as a code span in which nothing is Markdown, and nobody is mentioned. */
function code(text: string): string {
  const content = oneLine(text);
  if (content === '') return '`""`';
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = /^`|`$|^ .* $/.test(content) ? ' ' : '';
  return `${ticks}${pad}${content}${pad}${ticks}`;
}

/** The same in a table, where a bar ends a cell even in code. */
function cell(text: string): string {
  const short = clip(text, 300);
  if (!short.includes('|')) return code(short);
  const encoded = oneLine(short).replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${encoded}</code>`;
}

/** A block of lines, within a fence that is longer than any in it. */
function fence(text: string, language: string, indent = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((each) => `${indent}${visible(each)}\n`);
  return `${indent}${ticks}${language}\n${lines.join('')}${indent}${ticks}\n`;
}

function htmlCode(text: string): string {
  return `<code>${escapeHtml(oneLine(text))}</code>`;
}

/** A sentence with data in it, in HTML. */
function html(text: string): string {
  return withoutLinks(escapeHtml(oneLine(text)));
}

/** A sentence with data in it, in Markdown. */
function plain(text: string): string {
  return withoutLinks(escapeHtml(oneLine(text)).replace(/[\\`*_{}[\]()#+!|~-]/g, (character) => `\\${character}`));
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** With a joint that nobody sees, what looks like a mention, an issue or an address is none. */
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

/** Characters that cannot be seen, or turn the direction of others, as their code. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, (character) =>
    character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
