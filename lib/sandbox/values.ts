/** Unknown value: `(known after apply)`. */
export class Unknown {
  public static readonly value = new Unknown();

  /** Distinguishes the class from a plain record. */
  public readonly unknown = true;

  private constructor() {}

  public toString(): string {
    return '(known after apply)';
  }
}

/** Terraform value. Objects, maps and single blocks are records; lists, sets and repeated blocks are arrays. */
export type Value = string | number | boolean | null | Unknown | Value[] | { [name: string]: Value };

/** Attributes and blocks of a resource or block, by Terraform name. */
export type Values = { [name: string]: Value };

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

export function isValues(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** True if a value is neither null, missing nor unknown. */
export function isSet(value: Value | undefined): value is Exclude<Value, null | Unknown> {
  return value !== undefined && value !== null && !isUnknown(value);
}

/** True if a value is or contains an unknown value. */
export function holdsUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some((item) => holdsUnknown(item));
  return isValues(value) && Object.values(value).some((item) => holdsUnknown(item));
}

/** True if a value is Go's zero value of its type, contains nothing else, or is unknown: unknown values are not sent. */
export function isZero(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.every(isZero);
  if (isValues(value)) return Object.values(value).every(isZero);
  return isUnknown(value) || value === undefined || value === null || value === false || value === 0 || value === '';
}

/** Copies a value deeply, unknown values included. */
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
 * Collects the values at a path such as `network_interface.network_ip`. A path has no indices: it matches the attribute in each block of
 * that name.
 */
export function collectValues(values: Value | undefined, path: string): Value[] {
  const step = (found: Value[], name: string): Value[] =>
    found
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .flatMap((value) => (isValues(value) && value[name] !== undefined ? [value[name]] : []));
  return values === undefined ? [] : path.split('.').reduce(step, [values]);
}

/** Expands the short form of paths in type descriptions: `a.{b,c.d}` becomes `a.b` and `a.c.d`. */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const braces = /^(.*?)\{([^{}]*)\}(.*)$/.exec(path);
    if (!braces) return [path];
    const [, before, names, after] = braces;
    return expandPaths(names!.split(',').map((name) => `${before}${name.trim()}${after}`));
  });
}
