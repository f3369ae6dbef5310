import type { EndpointKind } from './endpoint';
import { createMatrix, type Matrix, type Unit } from './matrix';
import { compareNaturally } from './natural-order';
import type { ReachabilityView } from './view';

/** Options of `renderTable`. */
export interface TableOptions {
  /** Width of the terminal in columns. */
  readonly width: number;

  /** Enables colours of the terminal. */
  readonly colours: boolean;
}

/** Order of the rows: endpoints of the stack first. */
const ROW_ORDER: readonly EndpointKind[] = [
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

/** Rows that are shown even when they are empty, to confirm that nothing is exposed. */
const ALWAYS: readonly string[] = ['other pods', 'internet'];

/** Cell of a client that reaches every workload. */
const UNIVERSAL = '*';

/** The connections of one endpoint are shown one by one. */
const NONE_COMMON: ReturnType<typeof findCommonServers> = { common: [], isCommon: () => false };
const NONE_UNIVERSAL: ReturnType<typeof findUniversalClients> = { universal: [], isUniversal: () => false };

const GAP = '  ';
const CORNER = 'from \\ to';
const WIDEST_CELL = 9;
const WIDEST_LABEL = 16;
const WIDEST_OTHER = 20;

/** Renders the reachability matrix as text: a table where it fits, otherwise a line for each client. */
export function renderTable(reachability: ReachabilityView, { width, colours }: TableOptions): string {
  const style = createStyles(colours);
  const matrix = createMatrix(reachability);
  const { common, isCommon } = reachability.isFocused ? NONE_COMMON : findCommonServers(matrix);
  const { universal, isUniversal } = reachability.isFocused ? NONE_UNIVERSAL : findUniversalClients(matrix);
  const rows = mergeRows(matrix, matrix.units.filter((unit) => isRow(unit)).sort(compareUnits), (to) => isCommon(to));
  const servers = matrix.units
    .filter((to) => rows.some(({ units: [from] }) => matrix.at(from!, to) && !isCommon(to) && !isUniversal(from!, to)))
    .sort(compareUnits);
  const cellAt: CellText = (from, to) => (isUniversal(from, to) ? UNIVERSAL : matrix.at(from, to)?.toString());

  const grid = renderGrid(cellAt, rows, servers, width, style) ?? renderList(cellAt, rows, servers, style);
  const sections = [grid];
  if (common.length > 0) sections.push(renderParagraph('Every workload also reaches', common, width, style));
  if (universal.length > 0) sections.push(renderParagraph(`Every workload is also reached by (${UNIVERSAL})`, universal, width, style));
  const exposures = reachability.exposures();
  if (exposures.length > 0) sections.push(renderParagraph('Exposed to', exposures, width, style));
  const unknowns = reachability.unknowns();
  if (unknowns.length > 0) sections.push(renderParagraph('Undetermined (?)', unknowns, width, style));
  if (reachability.notes.length > 0) sections.push(renderParagraph('Not evaluated', reachability.notes, width, style));
  return sections.join('\n\n');
}

/** Text of a cell: ports, or undefined where nothing is reachable. */
type CellText = (from: Unit, to: Unit) => string | undefined;

interface Row {
  readonly name: string;
  readonly units: Unit[];
}

/** Order of rows and columns: by kind, then by name in natural order. */
export function compareUnits(a: Unit, b: Unit): number {
  return rank(a) - rank(b) || compareNaturally(a.name, b.name);
}

function rank({ members: [first] }: Unit): number {
  const { kind, platform } = first!;
  return ROW_ORDER.indexOf(kind) + (platform && kind === 'pods' ? 4.5 : 0);
}

function isRow({ name, members: [first], reaches }: Unit): boolean {
  const { kind, platform } = first!;
  if (kind === 'google-apis' || kind === 'metadata-server') return false;
  return reaches.size > 0 || !platform || ALWAYS.includes(name) || kind === 'control-plane' || kind === 'node';
}

/** Servers of the platform with equal ports for every workload, such as DNS: listed once in place of a column. */
function findCommonServers({ units, at }: Matrix): { readonly common: string[]; isCommon(unit: Unit): boolean } {
  const workloads = units.filter(({ members: [first] }) => first!.kind === 'pods' && !first!.platform);
  const shared = units.filter((to) => {
    const { kind, platform } = to.members[0]!;
    if (workloads.length === 0 || !platform || (kind !== 'pods' && kind !== 'metadata-server')) return false;
    const first = at(workloads[0]!, to);
    return first !== undefined && workloads.every((from) => at(from, to)?.equals(first));
  });
  return { common: shared.map((to) => `${to.name} at ${at(workloads[0]!, to)}`), isCommon: (unit) => shared.includes(unit) };
}

/** Clients of the platform with equal ports at every workload, such as managed Prometheus: listed once, and marked in the cells. */
function findUniversalClients({ units, at }: Matrix): { readonly universal: string[]; isUniversal(from: Unit, to: Unit): boolean } {
  const isWorkload = ({ members: [first] }: Unit) => first!.kind === 'pods' && !first!.platform;
  const workloads = units.filter(isWorkload);
  const everywhere = units.filter((from) => {
    const first = workloads[0] && at(from, workloads[0]);
    return from.members[0]!.platform && workloads.length > 1 && first !== undefined && workloads.every((to) => at(from, to)?.equals(first));
  });
  return {
    universal: everywhere.map((from) => `${from.name} at ${at(from, workloads[0]!)}`),
    isUniversal: (from, to) => everywhere.includes(from) && isWorkload(to),
  };
}

/** Merges equal rows of the platform. */
function mergeRows({ at }: Matrix, units: readonly Unit[], isHidden: (to: Unit) => boolean): Row[] {
  const rows = new Map<string, Unit[]>();
  for (const unit of units) {
    const cells = [...unit.reaches].filter((to) => !isHidden(to)).map((to) => `${to.name}=${at(unit, to)}`);
    const { platform, kind } = unit.members[0]!;
    const key = platform && kind === 'pods' ? `pods ${cells.sort().join(';')}` : unit.name;
    const same = rows.get(key);
    if (same) same.push(unit);
    else rows.set(key, [unit]);
  }
  return [...rows.values()].map((same) => ({ name: same.map(({ name }) => name).join(', '), units: same }));
}

/** Table with a column for each server of the stack, and one for all others. */
function renderGrid(cellAt: CellText, rows: readonly Row[], servers: readonly Unit[], width: number, style: Styles): string | undefined {
  const inside = servers.filter(({ members: [first] }) => first!.kind === 'pods' || first!.kind === 'machine');
  const outside = servers.filter((unit) => !inside.includes(unit));
  const body = rows.map(({ units: [from] }) => {
    const others = outside.flatMap((to) => (cellAt(from!, to) ? wrap(`${to.name} ${cellAt(from!, to)}`, WIDEST_OTHER, /(?<=[-/. ])/) : []));
    return [...inside.map((to) => wrap(cellAt(from!, to) ?? '·', WIDEST_CELL, /(?<=,) /)), others];
  });
  const labels = rows.map(({ name }) => wrap(name, WIDEST_LABEL, /(?<=[- .])/));
  const heads = [...inside.map(({ name }) => wrap(name, WIDEST_CELL, /(?<=[-/. ])/)), ['outside']];

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

function renderList(cellAt: CellText, rows: readonly Row[], servers: readonly Unit[], style: Styles): string {
  const label = Math.min(40, Math.max(...rows.map(({ name }) => name.length)));
  return rows
    .map(({ name, units: [unit] }) => {
      const cells = servers.flatMap((to) => (cellAt(unit!, to) ? [`${to.name} ${style.cell(cellAt(unit!, to)!)}`] : []));
      return `${style.bold(name.padEnd(label))}  ${cells.length > 0 ? cells.join(style.dim(' | ')) : style.dim('·')}`;
    })
    .join('\n');
}

function renderParagraph(title: string, sentences: readonly string[], width: number, style: Styles): string {
  const items = sentences.flatMap((sentence) =>
    wrap(sentence, width - 4, /(?<= )/).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
  );
  return [style.bold(title), ...items].join('\n');
}

/** Wraps a text at a pattern into lines of at most `width` characters; a longer piece stays whole. */
function wrap(text: string, width: number, at: RegExp): string[] {
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

  /** Style of a cell: dim when empty, highlighted when undetermined. */
  cell(text: string): string;
}

export function createStyles(colours: boolean): Styles {
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
