import type { Arrow, Box, BoxKind, Frame, Topology } from './topology';

interface Look {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
  readonly shape?: string;
}

const LOOKS: Readonly<Record<BoxKind, Look>> = {
  workload: { fill: '#ffffff', line: '#1a73e8', text: '#174ea6' },
  namespace: { fill: '#e8f0fe', line: '#1a73e8', text: '#174ea6' },
  machine: { fill: '#ffffff', line: '#188038', text: '#0d652d', shape: 'cylinder' },
  'load-balancer': { fill: '#fef7e0', line: '#f29900', text: '#8a5a00' },
  'control-plane': { fill: '#f3e8fd', line: '#9334e6', text: '#681da8' },
  internet: { fill: '#f1f3f4', line: '#5f6368', text: '#3c4043', shape: 'ellipse' },
  operators: { fill: '#f1f3f4', line: '#5f6368', text: '#3c4043', shape: 'ellipse' },
  google: { fill: '#f1f3f4', line: '#5f6368', text: '#3c4043', shape: 'ellipse' },
  platform: { fill: '#f1f3f4', line: '#9aa0a6', text: '#3c4043' },
  range: { fill: '#f1f3f4', line: '#5f6368', text: '#3c4043', shape: 'ellipse' },
};

const FONT = 'Helvetica,Arial,sans-serif';

/** Font sizes, and the margin of a frame, in points. */
const BOX_FONT_SIZE = 12;
const FRAME_FONT_SIZE = 11;
const FRAME_MARGIN = 12;

/** Horizontal padding of a text, in points. */
const BESIDE_TEXT = 12;
const POINTS_PER_INCH = 72;

/** Renders the topology in the DOT language of Graphviz. */
export function renderDot({ title, frames, boxes, arrows }: Topology): string {
  const frameOf = new Map(frames.filter(({ kind }) => kind === 'machines').map((frame) => [frame.id, frame]));
  return [
    `digraph ${quote(title)} {`,
    `  graph [rankdir=LR compound=true newrank=true bgcolor="#ffffff" pad=0.3 nodesep=0.28 ranksep=1.1 fontname=${quote(FONT)} fontsize=12 fontcolor="#3c4043"]`,
    `  graph [label=${formatLines(title)} labelloc=t labeljust=l fontsize=16]`,
    `  node [shape=box style="rounded,filled" penwidth=1.3 margin="0.16,0.08" height=0.42 fontname=${quote(FONT)} fontsize=${BOX_FONT_SIZE}]`,
    `  edge [color="#5f6368" penwidth=1.1 arrowsize=0.65 fontname=${quote(FONT)} fontsize=10 fontcolor="#3c4043"]`,
    ...frames.map(renderFrame),
    ...boxes.map((box) => `  ${renderNode(box)}`),
    ...arrows.map((arrow) => renderEdge(arrow, frameOf)),
    '}',
    '',
  ].join('\n');
}

function renderFrame({ id, label, detail, kind, boxes }: Frame): string {
  // A frame is as wide as its boxes, and its title has to fit too.
  const title = measureText(FRAME_FONT_SIZE, label, detail) + 2 * (BESIDE_TEXT - FRAME_MARGIN);
  const [fill, line] = kind === 'namespace' ? ['#e8f0fe', '#aecbfa'] : ['#e6f4ea', '#a8dab5'];
  return [
    `  subgraph ${quote(`cluster ${id}`)} {`,
    `    graph [label=${formatLines(label, detail)} style="rounded,filled" fillcolor="${fill}" color="${line}" margin=${FRAME_MARGIN} fontsize=${FRAME_FONT_SIZE} labeljust=c]`,
    ...boxes.map((box) => `    ${renderNode(box, title)}`),
    ...(kind === 'machines' ? [`    { rank=same ${boxes.map((box) => quote(box.id)).join(' ')} }`] : []),
    '  }',
  ].join('\n');
}

function renderNode({ id, label, detail, kind }: Box, atLeast = 0): string {
  const { fill, line, text, shape } = LOOKS[kind];
  const own = measureText(BOX_FONT_SIZE, label, detail) * (shape === 'ellipse' ? 1.25 : 1) + 2 * BESIDE_TEXT;
  const width = (Math.max(own, atLeast) / POINTS_PER_INCH).toFixed(2);
  const style = shape === undefined ? '' : ` shape=${shape} style=filled`;
  return `${quote(id)} [label=${formatLines(label, detail)} fillcolor="${fill}" color="${line}" fontcolor="${text}" width=${width}${style}]`;
}

/** Renders an arrow. One to a frame ends at its border, directed at the box in its middle. */
function renderEdge({ from, to, ports, certain }: Arrow, frames: ReadonlyMap<string, Frame>): string {
  const end = (id: string) => {
    const boxes = frames.get(id)?.boxes;
    return boxes ? boxes[Math.floor((boxes.length - 1) / 2)]!.id : id;
  };
  const attributes = [
    `label=${formatLines(` ${ports} `)}`,
    ...(frames.has(from) ? [`ltail=${quote(`cluster ${from}`)}`] : []),
    ...(frames.has(to) ? [`lhead=${quote(`cluster ${to}`)}`] : []),
    ...(certain ? [] : ['style=dashed']),
  ];
  return `  ${quote(end(from))} -> ${quote(end(to))} [${attributes.join(' ')}]`;
}

/**
 * Width of the longest line in points, in a wide sans-serif font: the font of the reader is not known, and Graphviz
 * measures with a narrow one.
 */
function measureText(fontSize: number, ...texts: (string | undefined)[]): number {
  const width = (character: string) =>
    /[iljI.,:;'|! ]/.test(character) ? 0.32 : /[frt()/-]/.test(character) ? 0.41 : /[mwMW@%]/.test(character) ? 0.98 : 0.65;
  return fontSize * Math.max(0, ...texts.map((text) => [...(text ?? '')].reduce((sum, character) => sum + width(character), 0)));
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Lines of a label as plain text, which stays centred in its box with any font; HTML labels do not. */
function formatLines(...texts: (string | undefined)[]): string {
  return `"${texts.flatMap((text) => (text === undefined ? [] : [text.replace(/["\\]/g, '\\$&')])).join('\\n')}"`;
}
