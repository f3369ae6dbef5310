import { createMatrix } from './matrix';
import { compareUnits } from './table';
import type { ReachabilityView } from './view';

/** Renders the reachability matrix as CSV (RFC 4180): a line for each client and server, with certain and undetermined ports. */
export function renderCsv(view: ReachabilityView): string {
  const { units, at } = createMatrix(view);
  const sorted = [...units].sort(compareUnits);
  const lines = sorted.flatMap((from) =>
    sorted
      .filter((to) => from.reaches.has(to))
      .map((to) => {
        const { certain, unknown } = at(from, to)!;
        return [from.name, to.name, certain.list().join(' '), unknown.list().join(' ')];
      }),
  );
  return [['from', 'to', 'ports', 'undetermined'], ...lines].map((line) => `${line.map(quote).join(',')}\r\n`).join('');
}

/** Quotes a field where CSV requires it. A leading sign would make it a formula in a spreadsheet. */
function quote(field: string): string {
  const text = /^[=+\-@\t]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
