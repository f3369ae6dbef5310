import type { Topology } from './topology';
import { renderDot } from './topology-dot';

/** Renders the topology as SVG, with Graphviz compiled to WebAssembly. */
export async function renderSvg(topology: Topology): Promise<string> {
  // Large, so loaded on demand; by require, since jest does not support import() in CommonJS.
  const { instance } = require('@viz-js/viz') as typeof import('@viz-js/viz', { with: { 'resolution-mode': 'import' }});
  const graphviz = await instance();
  return graphviz.renderString(renderDot(topology), { format: 'svg' });
}
