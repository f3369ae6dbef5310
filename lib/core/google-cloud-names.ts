import type { IConstruct } from 'constructs';
import { requireMatch } from './require';

/** Returns the region when its form is valid. Tokens are not checked. */
export function requireRegion(scope: IConstruct, prop: string, region: string): string {
  return requireMatch(scope, prop, region, /^[a-z]+-[a-z]+\d+$/, 'a region such as europe-west1');
}

/** Returns the location of snapshots when its form is valid: a multi-region or a region. Tokens are not checked. */
export function requireSnapshotLocation(scope: IConstruct, prop: string, location: string): string {
  return requireMatch(scope, prop, location, /^(asia|eu|us|[a-z]+-[a-z]+\d+)$/, 'asia, eu, us or a region such as europe-west1');
}

/** Returns the project id when its form is valid. Tokens are not checked. */
export function requireProjectId(scope: IConstruct, prop: string, id: string): string {
  return requireMatch(
    scope,
    prop,
    id,
    /^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
    'a project id: 6 to 30 lower case letters, digits or hyphens, beginning with a letter',
  );
}

/**
 * Returns the role when it is none of the basic roles owner and editor, which contain thousands of permissions. To grant one, create the IAM
 * resource in the stack, where the policy asks for a waiver of `iam-basic-roles`.
 */
export function requireNarrowRole(scope: IConstruct, prop: string, role: string): string {
  return requireMatch(scope, prop, role, /^(?!roles\/(owner|editor)$)/, 'roles of the services that are used, and not a basic role');
}

/** Returns the resource name of a Cloud KMS key when its form is valid. Tokens are not checked. */
export function requireKmsKey(scope: IConstruct, prop: string, key: string): string {
  return requireMatch(
    scope,
    prop,
    key,
    /^projects\/[^/\s]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/,
    'a Cloud KMS key as projects/P/locations/L/keyRings/R/cryptoKeys/K',
  );
}
