import type { IConstruct } from 'constructs';
import { requireMatch } from './require';
import { COMPUTE_NAME_LENGTH, shorten } from './short-name';
import { ValidationError } from './validation-error';

export { COMPUTE_NAME_LENGTH, DISK_NAME_LENGTH, shorten, stableHash } from './short-name';

/** Form of most names in Google Cloud and Kubernetes. */
const RFC1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Derives a name in Google Cloud from the path of the construct: `staging/Cassandra/Backups` becomes `staging-cassandra-backups`.
 *
 * It contains the id of the stack, so that no construct needs the name of its environment. A name that exceeds `maxLength` is
 * shortened and ends in a hash of the whole path, so that names of long paths differ.
 *
 * @param options.suffix appended to the path, for a second resource of one construct
 */
export function physicalName(scope: IConstruct, options: { readonly maxLength?: number; readonly suffix?: string } = {}): string {
  const { maxLength = COMPUTE_NAME_LENGTH, suffix } = options;
  const path = scope.node.path.split('/').filter((id) => id !== 'Resource');
  const name = shorten([...path, ...(suffix ? [suffix] : [])].map(kebabCase).join('-'), maxLength);
  if (!RFC1035.test(name)) {
    throw new ValidationError(
      scope,
      `'id' must begin with a letter in a stack or construct whose name in Google Cloud is derived from its path, got '${name}'`,
    );
  }
  return name;
}

/** Returns the given name when it is valid (RFC 1035, `maxLength`), and the `physicalName` of the construct without one. */
export function nameOrPhysical(
  scope: IConstruct,
  name: string | undefined,
  options: { readonly maxLength?: number; readonly prop?: string } = {},
): string {
  const { maxLength = COMPUTE_NAME_LENGTH, prop = 'name' } = options;
  if (name === undefined) return physicalName(scope, { maxLength });
  return requireName(scope, prop, name, maxLength);
}

/** Returns the name when it is an RFC 1035 label of at most `maxLength` characters. */
export function requireName(scope: IConstruct, prop: string, name: string, maxLength = COMPUTE_NAME_LENGTH): string {
  const rule = `lower case letters, digits and hyphens, begin with a letter, end with no hyphen and have at most ${maxLength} characters`;
  requireMatch(scope, prop, name, RFC1035, rule);
  return requireMatch(scope, prop, name, new RegExp(`^.{1,${maxLength}}$`), rule);
}

/** Converts text to kebab case: `ParkingSessions` becomes `parking-sessions`. Other characters become hyphens. */
export function kebabCase(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}
