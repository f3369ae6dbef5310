import type { Value } from './values';

/** What is left of a self link or an id when the address in front is taken away: `projects/p/global/networks/n`. */
export function relativeName(reference: string): string {
  return reference.replace(/^(https?:)?\/\/[^/]+\/(compute\/)?(v1|beta)\//, '').replace(/^\/\/[^/]+\//, '');
}

/** True when two references mean the same: self link, id or bare name. For `diffSuppress`. */
export function sameReference(one: Value, other: Value): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  const [short, long] = [relativeName(one), relativeName(other)].sort((a, b) => a.length - b.length) as [string, string];
  return short !== '' && (long === short || long.endsWith(`/${short}`));
}

/** The last part of a self link, an id or a name. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
