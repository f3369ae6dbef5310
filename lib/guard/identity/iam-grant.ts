import type { ResourceChange } from '../../terraform/plan';
import { type Block, hasBlock, isBlock, known, listAt, textAt, toList, valueAt } from '../../terraform/values';

/** Role that a member has at a place. */
export interface IamGrant {
  /** Resource that the role is granted on, as a key. */
  readonly place: string;

  /** Undefined when it is known after apply. */
  readonly role: string | undefined;

  /** Undefined when it is known after apply. */
  readonly member: string | undefined;

  /** Expression of the condition: empty without one, and undefined when it is known after apply. */
  readonly condition: string | undefined;
}

/** Resource types of grants, with the kind of the resource that they are for. */
const GRANT_TYPE = /^(google_.+)_iam_(member|binding|policy)$/;

/**
 * Reach of a grant.
 *
 * - `hierarchy`: a project, a folder, an organization or a billing account, with everything below it.
 * - `account`: one service account.
 * - `resource`: one other resource.
 */
export type GrantLevel = 'hierarchy' | 'account' | 'resource';

/** Reads the level of a resource type that grants roles; undefined for other types. */
export function readGrantLevel(type: string): GrantLevel | undefined {
  const [, of] = GRANT_TYPE.exec(type) ?? [];
  if (of === undefined) return undefined;
  if (/^google_(project|folder|organization|billing_account)$/.test(of)) return 'hierarchy';
  return of === 'google_service_account' ? 'account' : 'resource';
}

/** Tests that a resource replaces grants that others made: `policy` all of them, `binding` those of its role. */
export function readAuthority(type: string): 'policy' | 'binding' | undefined {
  const kind = GRANT_TYPE.exec(type)?.[2];
  return kind === 'policy' || kind === 'binding' ? kind : undefined;
}

/** Grants before a change. */
export function readGrantsBefore({ type, before }: ResourceChange): readonly IamGrant[] {
  return readGrants(type, before, false);
}

/** Grants after a change. */
export function readGrantsAfter({ type, after, afterUnknown }: ResourceChange): readonly IamGrant[] {
  return readGrants(type, after, afterUnknown);
}

/** Policy of a `policy_data` argument; undefined when it is unknown, and null when it cannot be parsed. */
export function readPolicyData(value: unknown): Block | null | undefined {
  const text = known(textAt(value, 'policy_data'));
  if (text === undefined) return undefined;
  try {
    const policy: unknown = JSON.parse(text);
    return isBlock(policy) ? policy : null;
  } catch {
    return null;
  }
}

/** Tests a condition that limits a grant to resources by their names, for example the versions of one secret. */
export function isLimitedToResources(condition: string): boolean {
  return condition.split('||').every((part) => LIMITS_NAME.test(part));
}

/** Term of a condition that compares the name of the resource with one below a project, which is not negated. */
const LIMITS_NAME =
  /^[\s(]*resource\.name\s*(==\s*|\.startsWith\(\s*)["'](\/\/[\w.]+\/)?(projects|folders|organizations)\/[^/"']+\/\w+\/[^/"']+[^"']*["'][\s)]*(&&.*)?$/s;

function readGrants(type: string, value: unknown, unknown: unknown): readonly IamGrant[] {
  const [, of, kind] = GRANT_TYPE.exec(type) ?? [];
  if (of === undefined || !isBlock(value)) return [];
  const place = formatPlace(of, value);
  if (kind === 'policy') {
    return listAt(readPolicyData(value), 'bindings').flatMap((binding) => createGrants(place, binding, listAt(binding, 'members')));
  }
  if (kind === 'member') return createGrants(place, value, [value.member]);
  const isUnknown = valueAt(unknown, 'members') === true;
  return createGrants(place, value, isUnknown ? [undefined] : listAt(value, 'members'));
}

function createGrants(place: string, value: unknown, members: readonly unknown[]): IamGrant[] {
  const role = known(textAt(value, 'role'));
  const condition = hasBlock(value, 'condition') ? known(textAt(value, 'condition', 'expression'))?.trim() : '';
  return members.map((member) => ({ place, role, condition, member: typeof member === 'string' ? member : undefined }));
}

/** Arguments that do not name the resource. */
const NOT_OF_PLACE = new Set(['id', 'etag', 'role', 'member', 'members', 'policy_data', 'condition', 'timeouts']);

function formatPlace(of: string, value: Block): string {
  const names = Object.keys(value)
    .filter((name) => !NOT_OF_PLACE.has(name) && toList(value[name]).some((part) => typeof part === 'string'))
    .sort();
  return JSON.stringify([of, ...names.map((name) => [name, value[name]])]);
}
