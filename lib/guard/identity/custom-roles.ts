import { findPowersOfPermissions, type Power } from '../../resource-types';
import { holdsUnknown, type ResourceChange, stripInstanceKeys } from '../../terraform/plan';
import { known, textAt, textsAt, valueAt } from '../../terraform/values';
import type { Subject } from '../subject';
import { joinNames } from '../words';
import { describePowers, isStrong } from './powers';
import { refuse, type Widening, warn } from './widening';

const CUSTOM_ROLE_TYPES = ['google_project_iam_custom_role', 'google_organization_iam_custom_role'];

/** Powers that a change adds to a custom role, for those who have it already. */
export function findCustomRoleWidenings({ type, before, after, afterUnknown, actions }: ResourceChange): readonly Widening[] {
  if (!CUSTOM_ROLE_TYPES.includes(type)) return [];
  const name = known(textAt(after, 'role_id')) ?? known(textAt(after, 'title')) ?? 'the role';
  const had = known(textsAt(before, 'permissions'));
  const added = known(textsAt(after, 'permissions')).filter((permission) => !had.includes(permission));
  const hadPowers = findPowersOfPermissions(had);
  const powers = findPowersOfPermissions(added).filter((power) => !hadPowers.includes(power));
  if (holdsUnknown(valueAt(afterUnknown, 'permissions'))) return [warn(`the permissions of ${name} are known after apply`)];
  if (powers.length === 0) return [];
  const giving = added.filter((permission) => findPowersOfPermissions([permission]).some((power) => powers.includes(power)));
  const words = `${name} gets ${joinNames(giving)}: ${describePowers(powers)}`;
  // A new role gives nothing until it is granted, which is reported for the grant.
  return [powers.some(isStrong) && !actions.includes('create') ? refuse(words) : warn(words)];
}

/** Powers of the custom role that a grant names or refers to; undefined when the plan does not contain it. */
export function findPowersOfCustomRole(subject: Subject, change: ResourceChange, role: string | undefined): readonly Power[] | undefined {
  const references = role === undefined ? subject.references(change, 'role') : [];
  const found = subject
    .ofType(...CUSTOM_ROLE_TYPES)
    .find(({ address, before, after }) =>
      role === undefined ? references.includes(stripInstanceKeys(address)) : [after, before].some((state) => isNamed(state, role)),
    );
  if (!found || holdsUnknown(valueAt(found.afterUnknown, 'permissions'))) return undefined;
  return findPowersOfPermissions(known(textsAt(found.after ?? found.before, 'permissions')));
}

function isNamed(state: unknown, role: string): boolean {
  if ([known(textAt(state, 'id')), known(textAt(state, 'name'))].includes(role)) return true;
  const id = known(textAt(state, 'role_id'));
  const place = known(textAt(state, 'project')) ?? known(textAt(state, 'org_id'));
  return id !== undefined && role.endsWith(`/roles/${id}`) && (place === undefined || role.includes(`/${place}/`));
}
