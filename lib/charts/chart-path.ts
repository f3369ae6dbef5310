import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Finds the folder of a chart of this package.
 *
 * Charts are not compiled: they are in `lib/charts`, next to this file, or three folders above its compiled copy in
 * `dist/lib/charts`.
 */
export function findChart(name: string): string {
  const folders = [__dirname, path.join(__dirname, '..', '..', '..', 'lib', 'charts')].map((folder) => path.join(folder, name));
  const found = folders.find((folder) => existsSync(path.join(folder, 'Chart.yaml')));
  if (!found) throw new Error(`the chart '${name}' is not in this package, looked in ${folders.join(' and ')}`);
  return found;
}
