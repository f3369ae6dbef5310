import { Token, Tokenization } from 'cdktf';
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
  let last: { readonly key: string; readonly value: unknown } = { key: '', value: values };
  const fail = ({ key, value }: typeof last) => {
    const prop = key === '' ? 'values' : `values.${key}`;
    return new ValidationError(
      scope,
      `'${prop}' must be a value of JSON, got ${isTokenOfMany(value) ? 'a reference to a list or map' : describeValue(value)}`,
    );
  };
  /** Called with the value of each key, of which `rendered` is the result of a method `toJSON`. */
  function render(this: unknown, key: string, rendered: unknown): unknown {
    const original = (this as Readonly<Record<string, unknown>>)[key];
    const value = Tokenization.isResolvable(original) ? Token.asString(original) : rendered;
    last = { key, value };
    if (typeof value === 'string') requireText(scope, key === '' ? 'values' : `values.${key}`, value);
    if (['function', 'symbol', 'bigint'].includes(typeof value) || (typeof value === 'number' && !Number.isFinite(value))) throw fail(last);
    if (isTokenOfMany(value)) throw fail(last);
    if (isMap(value)) for (const name of Object.keys(value)) requireText(scope, 'values', name);
    return typeof value === 'number' && Token.isUnresolved(value) ? Token.asString(value) : value;
  }
  let json: string;
  try {
    json = JSON.stringify(values, render);
  } catch (error) {
    // JSON.stringify fails for circular references, and so may a method `toJSON`.
    throw error instanceof ValidationError ? error : fail(last);
  }
  return requireText(scope, 'values', escapeJsonForYaml(json));
}

/** Tests for a list or map that is a reference: its text cannot be part of the text of all values. */
function isTokenOfMany(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Token.isUnresolved(value);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
