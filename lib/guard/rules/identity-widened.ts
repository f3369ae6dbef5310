import type { ResourceChange } from '../../terraform/plan';
import { known, textAt } from '../../terraform/values';
import { findOpened, findOpeningsOfType } from '../exposure/opened-arguments';
import { findCredentials } from '../identity/credentials';
import { findCustomRoleWidenings } from '../identity/custom-roles';
import { findFederationWidenings } from '../identity/federation';
import { IamWidenings } from '../identity/iam-widenings';
import { findRbacWidenings } from '../identity/kubernetes-rbac';
import { isPublicMember } from '../identity/members';
import { findOtherWidenings } from '../identity/other-providers';
import { findPodPrivileges } from '../identity/pod-privileges';
import { findLiftedRestrictions } from '../identity/restrictions';
import { refuse, type Widening } from '../identity/widening';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Grants that lead to much access, grants to the public, and restrictions of access that are lifted. */
export const identityWidened: Rule = {
  id: 'identity-widened',
  severities: ['refuse', 'warn'],
  title: 'A role that leads to much access is granted or widened, any role is granted to the public, or a restriction of access is lifted',
  why: 'a role that can change grants, act as service accounts or become root leads to everything else; allUsers and system:authenticated include callers outside of the organization',
  remediation: 'grant the smallest role that suffices, on one resource, to named members',
  checksDrift: true,
  check: (subject) => {
    const iam = new IamWidenings(subject);
    return subject.resources.flatMap((change): Finding[] => {
      if (change.action === 'no-op') return [];
      const restrictions = findLiftedRestrictions(change);
      const found =
        change.after === null
          ? restrictions
          : [
              ...restrictions,
              ...iam.find(change),
              ...findOpened(
                findOpeningsOfType(change.type).filter(({ open }) => 'members' in open),
                change,
              ),
              ...findAccessControlWidenings(change),
              ...findCustomRoleWidenings(change),
              ...findFederationWidenings(change),
              ...findRbacWidenings(subject, change),
              ...findPodPrivileges(change),
              ...findCredentials(change),
              ...findOtherWidenings(change),
            ];
      if (found.length === 0) return [];
      const refused = found.filter(({ severity }) => severity === 'refuse');
      return [
        {
          severity: refused.length > 0 ? 'refuse' : 'warn',
          address: change.address,
          action: change.action,
          // Refused ones first, since long lists are shortened.
          reason: joinNames([...new Set([...refused, ...found].map(({ words }) => words))]),
        },
      ];
    });
  },
};

const ACCESS_CONTROL = /^google_storage_(bucket|object|default_object)_access_control$/;

/** Entries of the access control lists of buckets and their objects. */
function findAccessControlWidenings({ type, before, after }: ResourceChange): readonly Widening[] {
  if (!ACCESS_CONTROL.test(type)) return [];
  const [entity, role] = [known(textAt(after, 'entity')), known(textAt(after, 'role'))];
  if (entity === undefined || !isPublicMember(entity)) return [];
  const isSame = known(textAt(before, 'entity')) === entity && known(textAt(before, 'role')) === role;
  return isSame ? [] : [refuse(`${entity} gets ${role ?? 'an unknown role'}`)];
}
