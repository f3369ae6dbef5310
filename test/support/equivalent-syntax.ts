/** Map arguments, which Terraform does not accept in a list. */
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

/** Converts a body to an equivalent syntax: blocks in lists, numbers and booleans as text. */
export function toEquivalentSyntax(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toEquivalentSyntax);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === '//') return [name, member];
      const isBlock = typeof member === 'object' && member !== null && !Array.isArray(member) && !MAPS.has(name);
      return [name, isBlock ? [toEquivalentSyntax(member)] : toEquivalentSyntax(member)];
    }),
  );
}
