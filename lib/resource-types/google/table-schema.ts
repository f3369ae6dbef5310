import { isBlock, known, listAt, textAt } from '../../terraform/values';
import { parseYaml } from '../../terraform/yaml';
import type { Comparison } from '../protection';

const BOTH = JSON.stringify([
  { name: 'id', type: 'STRING' },
  { name: 'address', type: 'RECORD', fields: [{ name: 'city', type: 'STRING' }] },
]);

/**
 * Compares the columns of two schemas of a BigQuery table, nested ones included. The provider drops a column in place.
 *
 * @see https://cloud.google.com/bigquery/docs/managing-table-schemas#delete_columns_from_a_tables_schema_definition
 */
export const COLUMNS: Comparison = {
  compare: (before, after) => {
    const later = new Set(listColumns(after));
    const lost = listColumns(before).filter((column) => !later.has(column));
    return lost.length === 0 ? [] : [`columns that it no longer has: ${lost.join(', ')}`];
  },
  examples: { strong: BOTH, weak: JSON.stringify([{ name: 'id', type: 'STRING' }]) },
};

function listColumns(schema: unknown): readonly string[] {
  const columns = typeof schema === 'string' ? parseYaml(schema) : schema;
  return listNames(columns, '');
}

/** Names of columns in lower case, since BigQuery ignores case: `address.city`. */
function listNames(columns: unknown, prefix: string): readonly string[] {
  return listAt(columns).flatMap((column) => {
    const name = known(textAt(column, 'name'));
    if (!isBlock(column) || name === undefined) return [];
    const path = `${prefix}${name.toLowerCase()}`;
    return [path, ...listNames(column.fields, `${path}.`)];
  });
}
