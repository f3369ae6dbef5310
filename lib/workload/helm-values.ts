import { Token } from 'cdktf';

/** Values of a chart: JSON, and references. */
export type HelmValues = { readonly [key: string]: unknown };

/**
 * Renders values as JSON, which is valid YAML.
 *
 * Charts use `${` and `%{` in scripts and dashboards: they are escaped, and only references are evaluated by Terraform.
 */
export function renderValues(values: HelmValues): string {
  const json = JSON.stringify(values, (_key, value) =>
    typeof value === 'number' && Token.isUnresolved(value) ? Token.asString(value) : value,
  );
  return json.replace(/\$\{(?!TfToken\[)/g, () => '$${').replace(/%\{/g, '%%{');
}
