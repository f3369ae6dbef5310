import { type Matrix, matrixOf, type Unit } from './matrix';
import type { PeerKind } from './peer';
import type { Reachability } from './reachability';

/** Options for `table`. */
export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;

  /** Whether to use colours. */
  readonly colours: boolean;
}

/** Rows in this order: what the stack makes first, then those around it. */
const ROW_ORDER: readonly PeerKind[] = [
  'pods',
  'machine',
  'load-balancer',
  'control-plane',
  'node',
  'range',
  'google-proxies',
  'iap',
  'internet',
  'google-apis',
  'metadata-server',
];

/** Always there, though they reach nobody: that is what one looks for. */
const ALWAYS: readonly string[] = ['other pods', 'internet'];

const GAP = '  ';
const CORNER = 'from \\ to';
const WIDEST_CELL = 9;
const WIDEST_LABEL = 16;
const WIDEST_OTHER = 20;

/** Who reaches whom as text: a table where it fits, otherwise a line for each client. */
export function table(reachability: Reachability, { width, colours }: TableOptions): string {
  const style = styles(colours);
  const matrix = matrixOf(reachability);
  const { common, isCommon } = commonToAll(matrix);
  const isEverywhere = reachesAll(matrix);
  const rows = mergedRows(
    matrix,
    matrix.units.filter((unit) => isRow(unit)).sort(byRank),
    (from, to) => isCommon(to) || isEverywhere(from, to),
  );
  const servers = matrix.units
    .filter((to) => rows.some(({ units: [from] }) => matrix.at(from!, to) && !isCommon(to) && !isEverywhere(from!, to)))
    .sort(byRank);
  const shown: Matrix['at'] = (from, to) => (isEverywhere(from, to) ? undefined : matrix.at(from, to));

  const grid = asGrid(shown, rows, servers, width, style) ?? asList(shown, rows, servers, style);
  const sections = [grid];
  if (common.length > 0) sections.push(paragraph('Every workload also reaches', common, width, style));
  const openings = reachability.openings();
  if (openings.length > 0) sections.push(paragraph('Open to others', openings, width, style));
  const unknowns = reachability.unknowns();
  if (unknowns.length > 0) sections.push(paragraph('Not to be told (?)', unknowns, width, style));
  if (reachability.notes.length > 0) sections.push(paragraph('Not seen', reachability.notes, width, style));
  return sections.join('\n\n');
}

interface Row {
  readonly name: string;
  readonly units: Unit[];
}

const byRank = (a: Unit, b: Unit) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);

function rank({ members: [first] }: Unit): number {
  const { kind, platform } = first!;
  return ROW_ORDER.indexOf(kind) + (platform && kind === 'pods' ? 4.5 : 0);
}

function isRow({ name, members: [first], reaches }: Unit): boolean {
  const { kind, platform } = first!;
  if (kind === 'google-apis' || kind === 'metadata-server') return false;
  return reaches.size > 0 || !platform || ALWAYS.includes(name) || kind === 'control-plane' || kind === 'node';
}

/** Columns of the platform in which every workload has the same, said once instead: names and the metadata server. */
function commonToAll({ units, at }: Matrix): { readonly common: string[]; isCommon(unit: Unit): boolean } {
  const workloads = units.filter(({ members: [first] }) => first!.kind === 'pods' && !first!.platform);
  const shared = units.filter((to) => {
    const { kind, platform } = to.members[0]!;
    if (workloads.length === 0 || !platform || (kind !== 'pods' && kind !== 'metadata-server')) return false;
    const first = at(workloads[0]!, to);
    return first !== undefined && workloads.every((from) => at(from, to)?.equals(first));
  });
  return { common: shared.map((to) => `${to.name} at ${at(workloads[0]!, to)}`), isCommon: (unit) => shared.includes(unit) };
}

/** Cells of someone of the platform who reaches every workload alike, as managed Prometheus does: said once instead. */
function reachesAll({ units, at }: Matrix): (from: Unit, to: Unit) => boolean {
  const isWorkload = ({ members: [first] }: Unit) => first!.kind === 'pods' && !first!.platform;
  const workloads = units.filter(isWorkload);
  const everywhere = units.filter((from) => {
    const first = workloads[0] && at(from, workloads[0]);
    return from.members[0]!.platform && workloads.length > 1 && first !== undefined && workloads.every((to) => at(from, to)?.equals(first));
  });
  return (from, to) => everywhere.includes(from) && isWorkload(to);
}

/** Rows of the platform that have the same in every column become one. */
function mergedRows({ at }: Matrix, units: readonly Unit[], isHidden: (from: Unit, to: Unit) => boolean): Row[] {
  const rows = new Map<string, Unit[]>();
  for (const unit of units) {
    const cells = [...unit.reaches].filter((to) => !isHidden(unit, to)).map((to) => `${to.name}=${at(unit, to)}`);
    const { platform, kind } = unit.members[0]!;
    const key = platform && kind === 'pods' ? `pods ${cells.sort().join(';')}` : unit.name;
    const same = rows.get(key);
    if (same) same.push(unit);
    else rows.set(key, [unit]);
  }
  return [...rows.values()].map((same) => ({ name: same.map(({ name }) => name).join(', '), units: same }));
}

/** A column for each server in the stack, and one for all that is outside of it. */
function asGrid(at: Matrix['at'], rows: readonly Row[], servers: readonly Unit[], width: number, style: Styles): string | undefined {
  const inside = servers.filter(({ members: [first] }) => first!.kind === 'pods' || first!.kind === 'machine');
  const outside = servers.filter((unit) => !inside.includes(unit));
  const body = rows.map(({ units: [from] }) => {
    const others = outside.flatMap((to) => (at(from!, to) ? wrapped(`${to.name} ${at(from!, to)}`, WIDEST_OTHER, /(?<=[-/. ])/) : []));
    return [...inside.map((to) => wrapped(at(from!, to)?.toString() ?? '·', WIDEST_CELL, /(?<=,) /)), others];
  });
  const labels = rows.map(({ name }) => wrapped(name, WIDEST_LABEL, /(?<=[- .])/));
  const heads = [...inside.map(({ name }) => wrapped(name, WIDEST_CELL, /(?<=[-/. ])/)), ['outside']];

  const lengths = (lines: readonly string[]) => lines.map(({ length }) => length);
  const labelWidth = Math.max(...lengths([...labels.flat(), CORNER]));
  const widths = heads.map((head, column) => Math.max(...lengths(head), ...body.flatMap((row) => lengths(row[column]!))));
  const total = labelWidth + widths.reduce((sum, columnWidth) => sum + GAP.length + columnWidth, 0);
  if (total > width) return undefined;

  const height = Math.max(...heads.map(({ length }) => length));
  const lines = Array.from({ length: height }, (_, line) => {
    const cells = heads.map((head, column) => (head[line - height + head.length] ?? '').padEnd(widths[column]!));
    return style.bold([(line === height - 1 ? CORNER : '').padEnd(labelWidth), ...cells].join(GAP).trimEnd());
  });
  lines.push(style.dim('─'.repeat(total)));
  for (const [index, row] of body.entries()) {
    const label = labels[index]!;
    for (let line = 0; line < Math.max(label.length, ...row.map((cell) => cell.length)); line++) {
      const cells = row.map((cell, column) => style.cell((cell[line] ?? '').padEnd(widths[column]!)));
      lines.push([style.bold((label[line] ?? '').padEnd(labelWidth)), ...cells].join(GAP).trimEnd());
    }
  }
  return lines.join('\n');
}

function asList(at: Matrix['at'], rows: readonly Row[], servers: readonly Unit[], style: Styles): string {
  const label = Math.min(40, Math.max(...rows.map(({ name }) => name.length)));
  return rows
    .map(({ name, units: [unit] }) => {
      const cells = servers.flatMap((to) => (at(unit!, to) ? [`${to.name} ${style.cell(`${at(unit!, to)}`)}`] : []));
      return `${style.bold(name.padEnd(label))}  ${cells.length > 0 ? cells.join(style.dim(' | ')) : style.dim('·')}`;
    })
    .join('\n');
}

function paragraph(title: string, sentences: readonly string[], width: number, style: Styles): string {
  const items = sentences.flatMap((sentence) =>
    wrapped(sentence, width - 4, /(?<= )/).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
  );
  return [style.bold(title), ...items].join('\n');
}

/** Lines of at most `width` characters, broken where the pattern says; a longer piece stays whole. */
function wrapped(text: string, width: number, at: RegExp): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(at)) {
    const joint = line === '' || /[-/. ]$/.test(line) ? '' : ' ';
    if (line !== '' && (line + joint + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = piece;
    } else {
      line += joint + piece;
    }
  }
  return [...lines, line.trimEnd()];
}

/** Colours of a terminal, or none. */
export interface Styles {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;

  /** Of a cell: nothing is dim, and what cannot be told stands out. */
  cell(text: string): string;
}

export function styles(colours: boolean): Styles {
  const paint = (code: number) => (text: string) => (colours && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, red, green, yellow] = [1, 2, 31, 32, 33].map(paint) as [Paint, Paint, Paint, Paint, Paint];
  return {
    bold,
    dim,
    good: green,
    bad: red,
    warn: yellow,
    cell: (text) => (text.trim() === '·' ? dim(text) : text.includes('?') ? yellow(text) : green(text)),
  };
}

type Paint = (text: string) => string;
