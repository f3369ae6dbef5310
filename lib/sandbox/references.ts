import type { Value } from './values';

/** Strips the host and version from a self link or id: `projects/p/global/networks/n`. */
export function relativeName(reference: string): string {
  return reference.replace(/^(https?:)?\/\/[^/]+\/(compute\/)?(v1|beta)\//, '').replace(/^\/\/[^/]+\//, '');
}

/** True if two references, each a self link, an id or a bare name, are equivalent. For `diffSuppress`. */
export function sameReference(one: Value, other: Value): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  const [short, long] = [relativeName(one), relativeName(other)].sort((a, b) => a.length - b.length) as [string, string];
  return short !== '' && (long === short || long.endsWith(`/${short}`));
}

/** Returns the last part of a self link, an id or a name. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
