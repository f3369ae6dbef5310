import type { Box, Topology } from './topology';

/** The picture in Mermaid's language, which Markdown on GitHub draws. */
export function mermaid({ frames, boxes, arrows }: Topology): string {
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
    return `${idOf(id)}${open}${quoted(text)}${close}`;
  };
  return [
    'flowchart LR',
    ...frames.flatMap(({ id, label, detail, boxes: inside }) => [
      `  subgraph ${idOf(id)}[${quoted(detail === undefined ? label : `${label}: ${detail}`)}]`,
      ...inside.map((box) => `    ${node(box)}`),
      '  end',
    ]),
    ...boxes.map((box) => `  ${node(box)}`),
    ...arrows.map(({ from, to, ports, certain }) => `  ${idOf(from)} ${certain ? '-->' : '-.->'}|${quoted(ports)}| ${idOf(to)}`),
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '#quot;')}"`;
}
