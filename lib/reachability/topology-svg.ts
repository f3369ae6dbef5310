import type { Topology } from './topology';
import { dot } from './topology-dot';

/** The picture as SVG. Graphviz comes as WebAssembly, so nothing has to be installed. */
export async function svg(topology: Topology): Promise<string> {
  // Loaded when it is needed: it is large. Not by import(), which jest lets no CommonJS file do.
  const { instance } = require('@viz-js/viz') as typeof import('@viz-js/viz', { with: { 'resolution-mode': 'import' }});
  const graphviz = await instance();
  return graphviz.renderString(dot(topology), { format: 'svg' });
}
