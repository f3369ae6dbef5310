import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { escapeJsonForYaml } from '../core/quote';
import { describeValue } from '../core/require-props';
import { requireText } from '../core/template-text';
import { ValidationError } from '../core/validation-error';

/** Values of a chart: JSON, and references. */
export type HelmValues = { readonly [key: string]: unknown };

/**
 * Renders values as JSON, which is valid YAML.
 *
 * Charts use `${` and `%{` in scripts and dashboards: they are escaped, and only references are evaluated by Terraform.
 */
export function renderValues(scope: IConstruct, values: HelmValues): string {
  const json = JSON.stringify(values, (key, value) => {
    if (typeof value === 'string') requireText(scope, key === '' ? 'values' : `values.${key}`, value);
    if (typeof value === 'function' || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new ValidationError(scope, `'values.${key}' must be a value of JSON, got ${describeValue(value)}`);
    }
    if (isMap(value)) for (const name of Object.keys(value)) requireText(scope, 'values', name);
    return typeof value === 'number' && Token.isUnresolved(value) ? Token.asString(value) : value;
  });
  return requireText(scope, 'values', escapeJsonForYaml(json));
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
