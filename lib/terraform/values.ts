/** Block, object or map of Terraform's JSON. */
export type Block = Readonly<Record<string, unknown>>;

/**
 * Value that the JSON does not determine: an expression, blocks of `dynamic`, a value that is known after apply, or one of a type that
 * Terraform does not accept there.
 */
export class Undetermined {
  constructor(
    /** Text of the expression, or the value of another type. */
    public readonly expression: string,
  ) {}

  public toString(): string {
    return this.expression;
  }

  public toJSON(): string {
    return this.expression;
  }
}

/** Reading of a value: the value, undefined when absent, or `Undetermined`. */
export type Reading<T> = T | Undetermined | undefined;

/** Returns the value of a reading; undefined when it is absent or undetermined. */
export function known<T>(readings: readonly (T | Undetermined)[]): readonly T[];
export function known<T>(reading: Reading<T>): T | undefined;
export function known(reading: unknown): unknown {
  if (Array.isArray(reading)) return reading.filter((each) => !isUndetermined(each));
  return isUndetermined(reading) ? undefined : reading;
}

/** Returns a text as written, expressions included; empty when absent. For messages, and for the references of an expression. */
export function written(reading: Reading<string>): string {
  return isUndetermined(reading) ? reading.expression : (reading ?? '');
}

export function isUndetermined(value: unknown): value is Undetermined {
  return value instanceof Undetermined;
}

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUndetermined(value);
}

/** Returns a value as a list: a single block is a list of one, and an absent block an empty list. */
export function toList(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/**
 * Reads the value at a path, as it is. A name selects the first of several blocks.
 *
 * The accessors read results of `configuredValues` and values of plans: expressions are `Undetermined` in both.
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

/** Reads a text, a number or a boolean as text. An empty text is absent: providers write it for unset arguments. */
export function textAt(value: unknown, ...path: string[]): Reading<string> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  return textOf(found);
}

/** Reads a number, also written as text. */
export function numberAt(value: unknown, ...path: string[]): Reading<number> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  if (typeof found === 'number') return found;
  return typeof found === 'string' && NUMBER.test(found) ? Number(found) : ofOtherKind(found);
}

/** Reads a boolean, also written as text. */
export function booleanAt(value: unknown, ...path: string[]): Reading<boolean> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  if (found === true || found === 'true' || found === '1') return true;
  return found === false || found === 'false' || found === '0' ? false : ofOtherKind(found);
}

/** Reads the items of a list, as they are. */
export function listAt(value: unknown, ...path: string[]): readonly unknown[] {
  return toList(valueAt(value, ...path));
}

/** Reads the texts of a list. */
export function textsAt(value: unknown, ...path: string[]): readonly (string | Undetermined)[] {
  return listAt(value, ...path).map(textOf);
}

/** Reads the blocks of a name, alone or in a list. */
export function blocksAt(value: unknown, ...path: string[]): readonly (Block | Undetermined)[] {
  return listAt(value, ...path).map((item) => (isBlock(item) ? item : ofOtherKind(item)));
}

/** Reads the first block of a name. */
export function blockAt(value: unknown, ...path: string[]): Reading<Block> {
  return blocksAt(value, ...path)[0];
}

/** Tests for a block of a name. An absent block is an empty list in a plan. */
export function hasBlock(value: unknown, ...path: string[]): boolean {
  return listAt(value, ...path).length > 0;
}

/**
 * Evaluates a block of HCL-JSON, whose texts are templates: literals are values, expressions and blocks of `dynamic` are `Undetermined`.
 */
export function configuredValues(value: unknown): unknown {
  if (typeof value === 'string') return valueOfTemplate(value);
  if (Array.isArray(value)) return value.map(configuredValues);
  if (!isBlock(value)) return value;
  const values = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === '//' ? member : configuredValues(member)]),
  );
  const generated = dynamicBlocks(value.dynamic);
  for (const name of generated) values[name] = [...toList(values[name]), new Undetermined(`dynamic.${name}`)];
  return values;
}

/** Lists all texts in a value, at any depth. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isBlock(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Compares two values, regardless of the order of members. */
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

/** Reads nested blocks of a name, as written. Other values count as empty blocks. */
export function blocks(body: unknown, name: string): Block[] {
  return isBlock(body) ? toList(body[name]).map((value) => (isBlock(value) ? value : {})) : [];
}

/** Reads the first nested block at a path of names, as written. */
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

/** Tests for a template sequence. `$${` and `%%{` are escapes of `${` and `%{`. */
function valueOfTemplate(text: string): string | Undetermined {
  const sequences = [...text.matchAll(/([$]+|%+)\{/g)];
  if (sequences.some(([, marks]) => marks!.length !== 2)) return new Undetermined(text);
  return sequences.length === 0 ? text : text.replace(/\$\$\{|%%\{/g, (marks) => marks.slice(1));
}

/** Reads the names of `dynamic` blocks. */
function dynamicBlocks(dynamic: unknown): readonly string[] {
  return toList(dynamic).flatMap((named) =>
    isBlock(named) ? Object.keys(named).filter((name) => toList(named[name]).some((body) => isBlock(body) && 'for_each' in body)) : [],
  );
}
