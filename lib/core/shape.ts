/**
 * Shape of JSON that a command reads. The names of optional members end in a question mark. Members that a shape does not name are allowed:
 * files of later releases have more of them.
 */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'any'
  | { readonly listOf: Shape }
  | { readonly mapOf: Shape }
  | { readonly members: Readonly<Record<string, Shape>> }
  | { readonly orNull: Shape };

const SCALARS: Readonly<Record<string, string>> = { string: 'a string', number: 'a number', boolean: 'true or false' };

/**
 * Compares JSON with a shape.
 *
 * @returns a message with the path, the rule and the value of the first difference; undefined when there is none
 */
export function findShapeProblem(value: unknown, shape: Shape, path = ''): string | undefined {
  const differs = (rule: string) => `${path === '' ? 'it' : `'${path}'`} must be ${rule}, got ${describeJson(value)}`;
  if (shape === 'any') return value === undefined ? differs('a value') : undefined;
  if (typeof shape === 'string') return typeof value === shape && !Number.isNaN(value) ? undefined : differs(SCALARS[shape]!);
  if ('orNull' in shape) return value === null ? undefined : findShapeProblem(value, shape.orNull, path);
  if ('listOf' in shape) {
    if (!Array.isArray(value)) return differs('a list');
    return firstOf(value, (item, n) => findShapeProblem(item, shape.listOf, `${path}[${n}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return differs('an object');
  const members = value as Readonly<Record<string, unknown>>;
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  if ('mapOf' in shape) return firstOf(Object.keys(members), (name) => findShapeProblem(members[name], shape.mapOf, below(name)));
  return firstOf(Object.entries(shape.members), ([key, type]) => {
    const name = key.replace('?', '');
    // A member that every object inherits is none of the file.
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    return member === undefined && key.endsWith('?') ? undefined : findShapeProblem(member, type, below(name));
  });
}

/** Describes a JSON value for an error message, in one line of limited length. */
export function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function firstOf<T>(items: readonly T[], find: (item: T, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = find(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
