import { isBlock } from '../../terraform/values';

/** The value at the end of a path. Blocks are lists in a plan: a name steps into the first one. */
export function member(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const name of path) {
    const block = Array.isArray(current) ? current[0] : current;
    current = isBlock(block) ? block[name] : undefined;
  }
  return current ?? undefined;
}

export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function numberAt(value: unknown, ...path: string[]): number | undefined {
  const found = member(value, ...path);
  const number = typeof found === 'string' && found !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The blocks of a name, which may be none. */
export function blocksAt(value: unknown, ...path: string[]): readonly unknown[] {
  const found = member(value, ...path);
  return Array.isArray(found) ? found : found === undefined ? [] : [found];
}

/** Whether there is a block of a name: one that is left out is an empty list. */
export function hasBlock(value: unknown, ...path: string[]): boolean {
  return blocksAt(value, ...path).length > 0;
}

/** The texts of a list. */
export function textsAt(value: unknown, ...path: string[]): readonly string[] {
  return blocksAt(value, ...path).filter((item) => typeof item === 'string');
}

/** Every text anywhere in a value. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isBlock(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether anything in a shape of unknown values is unknown. */
export function holdsUnknown(shape: unknown): boolean {
  if (shape === true) return true;
  return Array.isArray(shape) ? shape.some(holdsUnknown) : isBlock(shape) && Object.values(shape).some(holdsUnknown);
}

/** Last segment of a name, an id or a self link. */
export function lastSegment(text: string | undefined): string | undefined {
  return text?.slice(text.lastIndexOf('/') + 1);
}

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

/** Names in a sentence: `a, b and 3 more`. */
export function listed(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
