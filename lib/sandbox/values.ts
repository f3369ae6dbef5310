/** A value Terraform does not know yet: `(known after apply)`. */
export class Unknown {
  public static readonly value = new Unknown();

  /** Makes the class differ from a plain record. */
  public readonly unknown = true;

  private constructor() {}

  public toString(): string {
    return '(known after apply)';
  }
}

/** A value of Terraform. Objects, maps and single blocks are records; lists, sets and repeated blocks are arrays. */
export type Value = string | number | boolean | null | Unknown | Value[] | { [name: string]: Value };

/** The attributes and blocks of one resource or block, by their Terraform name. */
export type Values = { [name: string]: Value };

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

export function isValues(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** Neither null, nor missing, nor unknown. */
export function isSet(value: Value | undefined): value is Exclude<Value, null | Unknown> {
  return value !== undefined && value !== null && !isUnknown(value);
}

/** True when the value is unknown or holds something unknown. */
export function holdsUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some((item) => holdsUnknown(item));
  return isValues(value) && Object.values(value).some((item) => holdsUnknown(item));
}

/** True when a value is Go's zero value of its type, or holds nothing else. An unknown value is not sent either. */
export function isZero(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.every(isZero);
  if (isValues(value)) return Object.values(value).every(isZero);
  return isUnknown(value) || value === undefined || value === null || value === false || value === 0 || value === '';
}

/** A copy that keeps unknowns what they are. */
export function copyValues(values: Values): Values {
  const copy = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(copy);
    return isValues(value) ? copyValues(value) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, copy(value)]));
}

export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameValue(item, other[index]));
  }
  if (isValues(one) && isValues(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => sameValue(one[name] ?? null, other[name] ?? null));
  }
  return (one ?? null) === (other ?? null);
}

/**
 * Every value found at a path such as `network_interface.network_ip`: a path has no indices and means the attribute
 * in each block of that name.
 */
export function valuesAt(values: Value | undefined, path: string): Value[] {
  const step = (found: Value[], name: string): Value[] =>
    found
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .flatMap((value) => (isValues(value) && value[name] !== undefined ? [value[name]] : []));
  return values === undefined ? [] : path.split('.').reduce(step, [values]);
}

/** `a.{b,c.d}` becomes `a.b` and `a.c.d`: the short form in which type descriptions list paths. */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const braces = /^(.*?)\{([^{}]*)\}(.*)$/.exec(path);
    if (!braces) return [path];
    const [, before, names, after] = braces;
    return expandPaths(names!.split(',').map((name) => `${before}${name.trim()}${after}`));
  });
}
