import type { Resource, TerraformDocument } from '../terraform/document';
import { booleanAt, isUndetermined, known, valueAt } from '../terraform/values';
import type { PolicyProblem } from './rule';

/** What is wrong with a resource, in one sentence each. */
export type Look = (resource: Resource, document: TerraformDocument) => readonly string[];

/** A check that looks at every resource of these types. */
export function forEach(types: readonly string[], ...looks: readonly Look[]): (document: TerraformDocument) => PolicyProblem[] {
  return (document) =>
    document
      .ofType(...types)
      .flatMap((resource) => looks.flatMap((look) => look(resource, document).map((problem) => ({ address: resource.address, problem }))));
}

/** Value at the end of a path of names; of several blocks the first. */
export function at(values: unknown, path: string): unknown {
  return valueAt(values, ...path.split('.'));
}

/** Whether there is a boolean, also one that is written as text, and is this one. */
export function isBoolean(expected: boolean, values: unknown, path: string): boolean {
  return known(booleanAt(values, ...path.split('.'))) === expected;
}

/** Whether an argument means a resource: by an expression with its address, or by its name. */
export function refersTo(argument: unknown, address: string, name: unknown): boolean {
  return isUndetermined(argument) ? argument.expression.includes(`${address}.`) : typeof argument === 'string' && argument === name;
}

/** Nothing, or an empty list, as Terraform has it for what is not written. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Words of Terraform's JSON, which is not always typed: `true`, or `"TRUE"`. */
export function isSet(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

export function mustBe(path: string, expected: string | number | boolean): Look {
  return ({ values }) => {
    const value = at(values, path);
    return isUndetermined(value) || same(value, expected) ? [] : [wrong(path, `be ${JSON.stringify(expected)}`, value)];
  };
}

export function mustNotBe(path: string, ...refused: readonly (string | number | boolean)[]): Look {
  return ({ values }) => {
    const value = at(values, path);
    return refused.some((each) => same(value, each))
      ? [wrong(path, `not be ${refused.map((each) => JSON.stringify(each)).join(' or ')}`, value)]
      : [];
  };
}

export function mustBeThere(path: string): Look {
  return ({ values }) => (isMissing(at(values, path)) ? [wrong(path, 'be set', at(values, path))] : []);
}

export function wrong(path: string, rule: string, value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return `'${path}' must ${rule}, got ${text.length > 120 ? `${text.slice(0, 117)}...` : text}`;
}

/** Texts and booleans are the same in any case: `TRUE` of metadata, and `true`. */
function same(value: unknown, expected: unknown): boolean {
  return value !== undefined && value !== null && String(value).toLowerCase() === String(expected).toLowerCase();
}
