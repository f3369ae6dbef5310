/** Returns the last segment of a name, an id or a self link. */
export function lastSegment(text: string | undefined): string | undefined {
  return text?.slice(text.lastIndexOf('/') + 1);
}

/** Joins names for a sentence: `a, b and 3 more`. */
export function joinNames(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

/** Words of a kind, in the case of Terraform: `rds_instance` of `RDSInstance`. */
export function toWords(kind: string): string {
  return kind.replace(/([A-Z]+)([A-Z][a-z])|([a-z0-9])([A-Z])/g, '$1$3_$2$4').toLowerCase();
}
