/** Arguments that are maps, which Terraform does not take in a list. */
const MAPS = new Set([
  'annotations',
  'data',
  'default_labels',
  'labels',
  'limits',
  'match_labels',
  'requests',
  'resource_labels',
  'selector',
  'user_labels',
]);

/** A body in other ways that Terraform takes: blocks in lists, numbers and booleans as text. */
export function inOtherWays(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOtherWays);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === '//') return [name, member];
      const isBlock = typeof member === 'object' && member !== null && !Array.isArray(member) && !MAPS.has(name);
      return [name, isBlock ? [inOtherWays(member)] : inOtherWays(member)];
    }),
  );
}
