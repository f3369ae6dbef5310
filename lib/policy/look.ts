import type { Resource, TerraformDocument } from '../terraform/document';
import { isBlock, listOf } from '../terraform/values';
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

/** The value at the end of a path of names; of blocks that come several times the first. */
export function at(body: unknown, path: string): unknown {
  let value: unknown = body;
  for (const name of path.split('.')) {
    const [first] = listOf(value);
    value = isBlock(first) ? first[name] : undefined;
  }
  return value;
}

/** Whether something is a reference, which is known later, and not to rules. */
export function isReference(value: unknown): boolean {
  return typeof value === 'string' && value.includes('${');
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
  return ({ body }) => {
    const value = at(body, path);
    return isReference(value) || same(value, expected) ? [] : [wrong(path, `be ${JSON.stringify(expected)}`, value)];
  };
}

export function mustNotBe(path: string, ...refused: readonly (string | number | boolean)[]): Look {
  return ({ body }) => {
    const value = at(body, path);
    return refused.some((each) => same(value, each))
      ? [wrong(path, `not be ${refused.map((each) => JSON.stringify(each)).join(' or ')}`, value)]
      : [];
  };
}

export function mustBeThere(path: string): Look {
  return ({ body }) => (isMissing(at(body, path)) ? [wrong(path, 'be set', at(body, path))] : []);
}

export function wrong(path: string, rule: string, value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return `'${path}' must ${rule}, got ${text.length > 120 ? `${text.slice(0, 117)}...` : text}`;
}

/** Texts and booleans are the same in any case: `TRUE` of metadata, and `true`. */
function same(value: unknown, expected: unknown): boolean {
  return value !== undefined && value !== null && String(value).toLowerCase() === String(expected).toLowerCase();
}
