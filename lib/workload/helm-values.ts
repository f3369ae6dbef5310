import { Token } from 'cdktf';

/** Values of a chart: what JSON can hold, and references. */
export type HelmValues = { readonly [key: string]: unknown };

/**
 * The values as JSON, which is YAML too.
 *
 * Charts have a use of their own for `${` and `%{`, in scripts and dashboards; only references are left to Terraform.
 */
export function renderValues(values: HelmValues): string {
  const json = JSON.stringify(values, (_key, value) =>
    typeof value === 'number' && Token.isUnresolved(value) ? Token.asString(value) : value,
  );
  return json.replace(/\$\{(?!TfToken\[)/g, () => '$${').replace(/%\{/g, '%%{');
}
