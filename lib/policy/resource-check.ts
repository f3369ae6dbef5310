import type { Resource, TerraformDocument } from '../terraform/document';
import { booleanAt, isUndetermined, known, valueAt } from '../terraform/values';
import type { PolicyProblem } from './rule';

/** Check of a resource, which returns one sentence per violation. */
export type ResourceCheck = (resource: Resource, document: TerraformDocument) => readonly string[];

/** Creates a check of every resource of these types. */
export function forEach(types: readonly string[], ...checks: readonly ResourceCheck[]): (document: TerraformDocument) => PolicyProblem[] {
  return (document) =>
    document
      .ofType(...types)
      .flatMap((resource) =>
        checks.flatMap((check) => check(resource, document).map((problem) => ({ address: resource.address, problem }))),
      );
}

/** Reads the value at a path of names; of several blocks, the first. */
export function at(values: unknown, path: string): unknown {
  return valueAt(values, ...path.split('.'));
}

/** Tests for a boolean value, which may be written as text. */
export function isBoolean(expected: boolean, values: unknown, path: string): boolean {
  return known(booleanAt(values, ...path.split('.'))) === expected;
}

/** Tests that an argument refers to a resource: by an expression with its address, or by its name. */
export function refersTo(argument: unknown, address: string, name: unknown): boolean {
  return isUndetermined(argument) ? argument.expression.includes(`${address}.`) : typeof argument === 'string' && argument === name;
}

/** Tests for an unset value: null, an empty text or an empty list. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Tests that a flag is set: `true`, or `"TRUE"` where JSON is untyped. */
export function isSet(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

export function mustBe(path: string, expected: string | number | boolean): ResourceCheck {
  return ({ values }) => {
    const value = at(values, path);
    return isUndetermined(value) || isSame(value, expected) ? [] : [describeViolation(path, `be ${JSON.stringify(expected)}`, value)];
  };
}

export function mustNotBe(path: string, ...refused: readonly (string | number | boolean)[]): ResourceCheck {
  return ({ values }) => {
    const value = at(values, path);
    return refused.some((each) => isSame(value, each))
      ? [describeViolation(path, `not be ${refused.map((each) => JSON.stringify(each)).join(' or ')}`, value)]
      : [];
  };
}

export function mustBeThere(path: string): ResourceCheck {
  return ({ values }) => (isMissing(at(values, path)) ? [describeViolation(path, 'be set', at(values, path))] : []);
}

export function describeViolation(path: string, rule: string, value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return `'${path}' must ${rule}, got ${text.length > 120 ? `${text.slice(0, 117)}...` : text}`;
}

/** Compares values regardless of case: `TRUE` in metadata equals `true`. */
function isSame(value: unknown, expected: unknown): boolean {
  return value !== undefined && value !== null && String(value).toLowerCase() === String(expected).toLowerCase();
}
