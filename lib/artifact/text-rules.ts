import type { TemplateReference } from '../terraform/template-expression';
import { formatPath, type ValuePath } from '../terraform/value-path';
import { type Block, isBlock, toList } from '../terraform/values';
import { findExpressionProblem } from './expression-rules';
import { quote } from './printable';
import { own, type StackBlocks } from './stack-blocks';
import { findStaticForm } from './static-references';

/** Reports that the value at a place violates a rule. */
export type Refuse = (place: string, rule: string) => void;

/** Names in scope of an expression. */
export interface Scope {
  readonly stack: StackBlocks;

  /** Iterators of the `dynamic` blocks around an expression. */
  readonly iterators: readonly string[];
}

function isKnown({ root, path: [first, second] }: TemplateReference, { stack, iterators }: Scope): boolean {
  if (iterators.includes(root) || root === 'each' || root === 'count') return true;
  if (typeof first !== 'string') return false;
  if (root === 'path') return first === 'module' || first === 'root';
  if (root === 'terraform') return first === 'workspace';
  if (root === 'local') return stack.find('locals', first) !== undefined;
  if (root === 'var') return stack.find('variable', first) !== undefined;
  if (root === 'data') return typeof second === 'string' && stack.resources.has(`data.${first}.${second}`);
  return stack.resourceTypes.has(root);
}

/**
 * Verifies every text of a value, in names of properties too, and refuses blocks that run programs.
 *
 * Property names are verified like values: they are templates in an object. Comment properties are verified too: in an object they are
 * ordinary ones.
 *
 */
export function verifyTexts(value: unknown, path: ValuePath, scope: Scope, refuse: Refuse): void {
  const names = path.filter((step): step is string => typeof step === 'string');
  const required = findStaticForm(names);
  if (required !== undefined) {
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text !== 'string' || !required.form.test(text)) refuse(formatPath(path), `must be ${required.rule}, got ${quote(text)}`);
    }
  } else if (typeof value === 'string') {
    const isPostcondition = names.includes('lifecycle') && names.includes('postcondition');
    const problem = findExpressionProblem(value, (each) => isKnown(each, scope) || (isPostcondition && each.root === 'self'));
    if (problem !== undefined) refuse(formatPath(path), problem);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) verifyTexts(item, [...path, index], scope, refuse);
  } else if (isBlock(value)) {
    for (const [name, member] of Object.entries(value)) {
      const place = [...path, name];
      if (runsProgram(name, member, names)) refuse(formatPath(place), 'is not allowed: it runs a program');
      const problem = findExpressionProblem(name, (each) => isKnown(each, scope));
      if (problem !== undefined) refuse(formatPath(place), problem);
      if (name === 'dynamic' && isResource(names)) verifyDynamic(member, place, scope, refuse);
      else verifyTexts(member, place, scope, refuse);
    }
  }
}

/** Names of values that are compared with the base branch, and names of types, which begin with their provider. */
const RESERVED = /^(?:data|local|var|each|(?:google|kubernetes|helm|terraform)_.*)$/;

/** Verifies blocks that `dynamic` generates, which can refer to their iterator. */
function verifyDynamic(dynamic: unknown, path: ValuePath, scope: Scope, refuse: Refuse): void {
  const iterators = toList(dynamic).flatMap((labelled) =>
    Object.entries(isBlock(labelled) ? labelled : {}).flatMap(([label, bodies]) => [
      label,
      ...toList(bodies).flatMap((body) => toList(own(body, 'iterator')).filter((name) => typeof name === 'string')),
    ]),
  );
  for (const name of iterators) {
    if (RESERVED.test(name) || scope.stack.resourceTypes.has(name))
      refuse(formatPath(path), `must not have the iterator ${quote(name)}, which is the name of other values`);
  }
  verifyTexts(dynamic, path, { ...scope, iterators: [...scope.iterators, ...iterators] }, refuse);
}

/** Tests for a `provisioner` or `connection` block. Nested arguments of this name are no such blocks when they are texts. */
function runsProgram(name: string, member: unknown, names: readonly string[]): boolean {
  if (name !== 'provisioner' && name !== 'connection') return false;
  const isBody = (names[0] === 'removed' && names.length === 1) || (isResource(names) && names.length === 3);
  return isBody || ((names[0] === 'removed' || isResource(names)) && toList(member).some((each) => typeof each === 'object'));
}

function isResource([block]: readonly string[]): boolean {
  return block === 'resource' || block === 'data';
}

/** Members of a block that Terraform knows. Others are refused. */
export function verifyMembers(block: Block, allowed: readonly string[], place: string, refuse: Refuse): void {
  for (const name of Object.keys(block)) {
    if (name !== '//' && !allowed.includes(name))
      refuse(`${place} ${quote(name)}`, `is not allowed: it must be one of ${allowed.join(', ')}`);
  }
}
