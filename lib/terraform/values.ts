/** A block, an object or a map of Terraform's JSON. */
export type Block = Readonly<Record<string, unknown>>;

/**
 * A value that the JSON does not tell: an expression, the blocks that `dynamic` makes, a value known after apply, or one of a kind that
 * Terraform does not take there.
 */
export class Undetermined {
  constructor(
    /** Text of the expression, or what was found instead of a value. */
    public readonly expression: string,
  ) {}

  public toString(): string {
    return this.expression;
  }

  public toJSON(): string {
    return this.expression;
  }
}

/** A value, nothing where there is none, or neither of them for certain. */
export type Reading<T> = T | Undetermined | undefined;

/** Value of a reading, and nothing where it cannot be told: for callers to which both are the same. */
export function known<T>(readings: readonly (T | Undetermined)[]): readonly T[];
export function known<T>(reading: Reading<T>): T | undefined;
export function known(reading: unknown): unknown {
  if (Array.isArray(reading)) return reading.filter((each) => !isUndetermined(each));
  return isUndetermined(reading) ? undefined : reading;
}

/** Text as it is written: an expression, too, and an empty one for none. For sentences, and to find what an expression refers to. */
export function written(reading: Reading<string>): string {
  return isUndetermined(reading) ? reading.expression : (reading ?? '');
}

export function isUndetermined(value: unknown): value is Undetermined {
  return value instanceof Undetermined;
}

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUndetermined(value);
}

/** Value as a list: blocks are written alone or in a list, and a missing one as nothing or as an empty list. */
export function listOf(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/**
 * Value at the end of a path, as it is. A name steps into the first block of several.
 *
 * The accessors read values as `configuredValues` gives them, and those of plans: expressions are `Undetermined` in both.
 */
export function valueAt(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const name of path) {
    const container = Array.isArray(current) ? current[0] : current;
    if (container === undefined || container === null) return undefined;
    if (isUndetermined(container)) return container;
    if (!isBlock(container)) return ofOtherKind(container);
    current = container[name];
  }
  return current ?? undefined;
}

/** Text, also of a number or a boolean. An empty one is none: providers write it for an argument that is not set. */
export function textAt(value: unknown, ...path: string[]): Reading<string> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  return textOf(found);
}

/** Number, also written as text. */
export function numberAt(value: unknown, ...path: string[]): Reading<number> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  if (typeof found === 'number') return found;
  return typeof found === 'string' && NUMBER.test(found) ? Number(found) : ofOtherKind(found);
}

/** Boolean, also written as text. */
export function booleanAt(value: unknown, ...path: string[]): Reading<boolean> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  if (found === true || found === 'true' || found === '1') return true;
  return found === false || found === 'false' || found === '0' ? false : ofOtherKind(found);
}

/** Items of a list, as they are. */
export function listAt(value: unknown, ...path: string[]): readonly unknown[] {
  return listOf(valueAt(value, ...path));
}

/** Texts of a list. */
export function textsAt(value: unknown, ...path: string[]): readonly (string | Undetermined)[] {
  return listAt(value, ...path).map(textOf);
}

/** Blocks of a name, alone or in a list. */
export function blocksAt(value: unknown, ...path: string[]): readonly (Block | Undetermined)[] {
  return listAt(value, ...path).map((item) => (isBlock(item) ? item : ofOtherKind(item)));
}

/** First block of a name. */
export function blockAt(value: unknown, ...path: string[]): Reading<Block> {
  return blocksAt(value, ...path)[0];
}

/** Whether there is a block of a name: one that is left out is an empty list in a plan. */
export function hasBlock(value: unknown, ...path: string[]): boolean {
  return listAt(value, ...path).length > 0;
}

/**
 * Values of a block of HCL-JSON, whose texts are templates: what they stand for, and `Undetermined` for each expression and for the blocks
 * of `dynamic`.
 */
export function configuredValues(value: unknown): unknown {
  if (typeof value === 'string') return valueOfTemplate(value);
  if (Array.isArray(value)) return value.map(configuredValues);
  if (!isBlock(value)) return value;
  const values = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === '//' ? member : configuredValues(member)]),
  );
  const generated = dynamicBlocks(value.dynamic);
  for (const name of generated) values[name] = [...listOf(values[name]), new Undetermined(`dynamic.${name}`)];
  return values;
}

/** Every text anywhere in a value. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isBlock(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether two values are the same, in whatever order their members are. */
export function sameValue(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** Nested blocks of a name, as they are written. What is no block is an empty one, so that it counts. */
export function blocks(body: unknown, name: string): Block[] {
  return isBlock(body) ? listOf(body[name]).map((value) => (isBlock(value) ? value : {})) : [];
}

/** First nested block at the end of a path of names, as it is written. */
export function block(body: unknown, ...path: string[]): Block | undefined {
  let current = body;
  for (const name of path) current = blocks(current, name)[0];
  return isBlock(current) ? current : undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function textOf(value: unknown): string | Undetermined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ofOtherKind(value);
}

function ofOtherKind(value: unknown): Undetermined {
  return isUndetermined(value) ? value : new Undetermined(JSON.stringify(value) ?? 'nothing');
}

/** `$${` and `%%{` are the characters `${` and `%{`; each other beginning of a sequence is an expression. */
function valueOfTemplate(text: string): string | Undetermined {
  const sequences = [...text.matchAll(/([$]+|%+)\{/g)];
  if (sequences.some(([, marks]) => marks!.length !== 2)) return new Undetermined(text);
  return sequences.length === 0 ? text : text.replace(/\$\$\{|%%\{/g, (marks) => marks.slice(1));
}

/** Names of the blocks that `dynamic` makes. */
function dynamicBlocks(dynamic: unknown): readonly string[] {
  return listOf(dynamic).flatMap((named) =>
    isBlock(named) ? Object.keys(named).filter((name) => listOf(named[name]).some((body) => isBlock(body) && 'for_each' in body)) : [],
  );
}
