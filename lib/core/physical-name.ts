import { createHash } from 'node:crypto';
import type { IConstruct } from 'constructs';
import { requireMatch } from './require';

/** Longest name Compute Engine takes (RFC 1035 label). */
export const COMPUTE_NAME_LENGTH = 63;

/** The rule most Google Cloud and Kubernetes names follow. */
const RFC1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/**
 * A name in GCP made from the construct's path: `staging/Cassandra/Backups` becomes `staging-cassandra-backups`.
 *
 * The stack id is part of it, so no construct needs to be told its environment. A name over `maxLength` keeps its
 * beginning and ends in a hash of the whole path, so two long paths stay two names.
 *
 * @param suffix appended to the path, for a second resource of one construct
 */
export function physicalName(scope: IConstruct, options: { readonly maxLength?: number; readonly suffix?: string } = {}): string {
  const { maxLength = COMPUTE_NAME_LENGTH, suffix } = options;
  const path = scope.node.path.split('/').filter((id) => id !== 'Resource');
  return shorten([...path, ...(suffix ? [suffix] : [])].map(kebabCase).join('-'), maxLength);
}

/** The given name, checked against RFC 1035 and `maxLength`, or else the construct's `physicalName`. */
export function nameOrPhysical(
  scope: IConstruct,
  name: string | undefined,
  options: { readonly maxLength?: number; readonly prop?: string } = {},
): string {
  const { maxLength = COMPUTE_NAME_LENGTH, prop = 'name' } = options;
  if (name === undefined) return physicalName(scope, { maxLength });
  return requireName(scope, prop, name, maxLength);
}

/** Returns `name` when it is an RFC 1035 label of at most `maxLength` characters. */
export function requireName(scope: IConstruct, prop: string, name: string, maxLength = COMPUTE_NAME_LENGTH): string {
  const rule = `lower case letters, digits and hyphens, begin with a letter, end with no hyphen and have at most ${maxLength} characters`;
  requireMatch(scope, prop, name, RFC1035, rule);
  return requireMatch(scope, prop, name, new RegExp(`^.{1,${maxLength}}$`), rule);
}

/** The text, or its beginning and a hash of the whole when it is longer than `maxLength`. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 9).replace(/-+$/, '')}-${stableHash(text)}`;
}

/** Eight hexadecimal digits that depend on the text alone. */
export function stableHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** `ParkingSessions` becomes `parking-sessions`; anything that is no letter or digit becomes a hyphen. */
export function kebabCase(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}
