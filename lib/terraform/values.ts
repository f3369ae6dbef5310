/** Block, object or map in Terraform JSON. */
export type Block = Readonly<Record<string, unknown>>;

/**
 * Value that cannot be determined from the JSON: an expression, the blocks that `dynamic` generates, a value known after apply, or a value
 * of an unsupported type.
 */
export class Undetermined {
  constructor(
    /** Text of the expression, or of the value of an unsupported type. */
    public readonly expression: string,
  ) {}

  public toString(): string {
    return this.expression;
  }

  public toJSON(): string {
    return this.expression;
  }
}

/** Value, undefined for an absent value, or `Undetermined`. */
export type Reading<T> = T | Undetermined | undefined;

/** Known value of a reading. An undetermined value is treated as absent. */
export function known<T>(readings: readonly (T | Undetermined)[]): readonly T[];
export function known<T>(reading: Reading<T>): T | undefined;
export function known(reading: unknown): unknown {
  if (Array.isArray(reading)) return reading.filter((each) => !isUndetermined(each));
  return isUndetermined(reading) ? undefined : reading;
}

/** Configured text: an expression is unevaluated, and an absent value empty. For messages, and to find the references of an expression. */
export function written(reading: Reading<string>): string {
  return isUndetermined(reading) ? reading.expression : (reading ?? '');
}

export function isUndetermined(value: unknown): value is Undetermined {
  return value instanceof Undetermined;
}

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUndetermined(value);
}

/** Converts a value to a list. A block is configured as an object or a list, and an absent one is missing or an empty list. */
export function toList(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/**
 * Value at a path, of any type. In a list of blocks, the path continues in the first one.
 *
 * The accessors read the result of `evaluateBlock` and values of plans. Expressions are `Undetermined` in both.
 */
export function valueAt(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const name of path) {
    const container = Array.isArray(current) ? current[0] : current;
    if (container === undefined || container === null) return undefined;
    if (isUndetermined(container)) return container;
    if (!isBlock(container)) return toUndetermined(container);
    current = container[name];
  }
  return current ?? undefined;
}

/** Text at a path. Numbers and booleans are converted. Empty text is absent, since providers write it for unset arguments. */
export function textAt(value: unknown, ...path: string[]): Reading<string> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  return toText(found);
}

/** Number at a path. Text is converted. */
export function numberAt(value: unknown, ...path: string[]): Reading<number> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  if (typeof found === 'number') return found;
  return typeof found === 'string' && NUMBER.test(found) ? Number(found) : toUndetermined(found);
}

/** Boolean at a path. Text is converted. */
export function booleanAt(value: unknown, ...path: string[]): Reading<boolean> {
  const found = valueAt(value, ...path);
  if (found === undefined || found === '') return undefined;
  if (found === true || found === 'true' || found === '1') return true;
  return found === false || found === 'false' || found === '0' ? false : toUndetermined(found);
}

/** Items of a list at a path, of any type. */
export function listAt(value: unknown, ...path: string[]): readonly unknown[] {
  return toList(valueAt(value, ...path));
}

/** Items of a list at a path, as text. */
export function textsAt(value: unknown, ...path: string[]): readonly (string | Undetermined)[] {
  return listAt(value, ...path).map(toText);
}

/** Blocks at a path: a single block or a list. */
export function blocksAt(value: unknown, ...path: string[]): readonly (Block | Undetermined)[] {
  return listAt(value, ...path).map((item) => (isBlock(item) ? item : toUndetermined(item)));
}

/** First block at a path. */
export function blockAt(value: unknown, ...path: string[]): Reading<Block> {
  return blocksAt(value, ...path)[0];
}

/** Tests that there is a block at a path. In a plan, an absent block is an empty list. */
export function hasBlock(value: unknown, ...path: string[]): boolean {
  return listAt(value, ...path).length > 0;
}

/**
 * Evaluates the templates in a block of HCL-JSON. Expressions and the blocks that `dynamic` generates are `Undetermined`.
 */
export function evaluateBlock(value: unknown): unknown {
  if (typeof value === 'string') return evaluateTemplate(value);
  if (Array.isArray(value)) return value.map(evaluateBlock);
  if (!isBlock(value)) return value;
  const values = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, name === '//' ? member : evaluateBlock(member)]));
  const generated = listDynamicBlocks(value.dynamic);
  for (const name of generated) values[name] = [...toList(values[name]), new Undetermined(`dynamic.${name}`)];
  return values;
}

/** All texts in a value, at any depth. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isBlock(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Compares two values, independent of the order of properties. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return canonicalText(one) === canonicalText(other);
}

/** Text that is the same for equal values, independent of the order of properties. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(sortKeys(value ?? null));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}

/** Nested blocks of a name, unevaluated. A value of another type counts as an empty block. */
export function blocks(body: unknown, name: string): Block[] {
  return isBlock(body) ? toList(body[name]).map((value) => (isBlock(value) ? value : {})) : [];
}

/** First nested block at a path, unevaluated. */
export function block(body: unknown, ...path: string[]): Block | undefined {
  let current = body;
  for (const name of path) current = blocks(current, name)[0];
  return isBlock(current) ? current : undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function toText(value: unknown): string | Undetermined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : toUndetermined(value);
}

function toUndetermined(value: unknown): Undetermined {
  return isUndetermined(value) ? value : new Undetermined(JSON.stringify(value) ?? 'nothing');
}

/** Evaluates a template. `$${` and `%%{` are escape sequences for `${` and `%{`, also after further marks. Other sequences are expressions. */
function evaluateTemplate(text: string): string | Undetermined {
  const sequences = [...text.matchAll(/([$]+|%+)\{/g)];
  if (sequences.some(([, marks]) => marks!.length < 2)) return new Undetermined(text);
  return sequences.length === 0 ? text : text.replace(/\$\$\{|%%\{/g, (marks) => marks.slice(1));
}

/** Lists the names of the blocks that `dynamic` generates. */
function listDynamicBlocks(dynamic: unknown): readonly string[] {
  return toList(dynamic).flatMap((named) =>
    isBlock(named) ? Object.keys(named).filter((name) => toList(named[name]).some((body) => isBlock(body) && 'for_each' in body)) : [],
  );
}
