import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isTokenOfAnyType, requireNoTemplate } from './template-text';
import { ValidationError } from './validation-error';

/** Returns the value when it is a whole number in the range. Tokens are not checked. */
export function requireWholeNumber(
  scope: IConstruct,
  prop: string,
  value: number,
  range: { readonly min: number; readonly max?: number },
): number {
  const { min, max = Number.MAX_SAFE_INTEGER } = range;
  if (typeof value === 'string') requireNoTemplate(scope, prop, value, 'a whole number');
  if (!Token.isUnresolved(value) && !(Number.isInteger(value) && value >= min && value <= max)) {
    const allowed = range.max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
    throw new ValidationError(scope, `'${prop}' must be a whole number ${allowed}, got ${value}`);
  }
  return value;
}

/** Returns the value when it matches the pattern, which `rule` describes in errors. Of texts with tokens, only the literals are checked. */
export function requireMatch(scope: IConstruct, prop: string, value: string, pattern: RegExp, rule: string): string {
  if (isTokenOfAnyType(value)) return Token.asString(value);
  // A pattern would test the text 'undefined' in place of undefined.
  if (typeof value !== 'string' || (!Token.isUnresolved(value) && !pattern.test(value))) {
    throw new ValidationError(scope, `'${prop}' must be ${rule}, got ${typeof value === 'string' ? `'${value}'` : value}`);
  }
  requireNoTemplate(scope, prop, value, rule);
  return value;
}

/** Returns the value when it is one of the allowed values. Of texts with tokens, only the literals are checked. */
export function requireOneOf<T extends string>(scope: IConstruct, prop: string, value: T, allowed: readonly T[]): T {
  const rule = `one of ${allowed.join(', ')}`;
  if (!Token.isUnresolved(value) && !allowed.includes(value)) {
    throw new ValidationError(scope, `'${prop}' must be ${rule}, got '${value}'`);
  }
  requireNoTemplate(scope, prop, value, rule);
  return value;
}

/** Returns the items when there is at least one and none is repeated. */
export function requireDistinct<T>(
  scope: IConstruct,
  prop: string,
  items: readonly T[],
  keyOf: (item: T) => string = String,
): readonly T[] {
  if (items.length === 0) throw new ValidationError(scope, `'${prop}' must not be empty`);
  const seen = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key)) throw new ValidationError(scope, `'${prop}' must not repeat a value, got '${key}' twice`);
    seen.add(key);
  }
  return items;
}
