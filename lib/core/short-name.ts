import { createHash } from 'node:crypto';

/** Maximum length of names in Compute Engine (RFC 1035 label). */
export const COMPUTE_NAME_LENGTH = 63;

/** Maximum length of a disk name: the name of its last snapshot appends a date. */
export const DISK_NAME_LENGTH = 48;

/** Shortens text that exceeds `maxLength` to its beginning and a hash of the whole. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 9).replace(/-+$/, '')}-${stableHash(text)}`;
}

/** Hashes text to eight hexadecimal digits. */
export function stableHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
