import type { Box, Topology } from './topology';

/** Renders the topology in Mermaid, for Markdown on GitHub. */
export function renderMermaid({ frames, boxes, arrows }: Topology): string {
  const ids = new Map<string, string>();
  const idOf = (name: string) => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = `n${ids.size + 1}`;
    ids.set(name, id);
    return id;
  };
  const node = ({ id, label, detail, kind }: Box) => {
    const text = detail === undefined ? label : `${label}<br/><small>${detail}</small>`;
    const [open, close] = kind === 'machine' ? ['[(', ')]'] : kind === 'workload' || kind === 'namespace' ? ['[', ']'] : ['([', '])'];
    return `${idOf(id)}${open}${quote(text)}${close}`;
  };
  return [
    'flowchart LR',
    ...frames.flatMap(({ id, label, detail, boxes: inside }) => [
      `  subgraph ${idOf(id)}[${quote(detail === undefined ? label : `${label}: ${detail}`)}]`,
      ...inside.map((box) => `    ${node(box)}`),
      '  end',
    ]),
    ...boxes.map((box) => `  ${node(box)}`),
    ...arrows.map(({ from, to, ports, certain }) => `  ${idOf(from)} ${certain ? '-->' : '-.->'}|${quote(ports)}| ${idOf(to)}`),
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '#quot;')}"`;
}
