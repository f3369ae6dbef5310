import { isBlock, known, listAt, textAt, textsAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { joinNames } from '../words';

/** Grants of roles that permit nearly everything, and grants to the public. */
export const identityWidened: Rule = {
  id: 'identity-widened',
  severities: ['refuse'],
  title: 'A broad role is granted, or any role is granted to the public',
  why: 'owner, editor and cluster-admin permit nearly everything; allUsers and system:authenticated include callers outside of the organization',
  remediation: 'grant the smallest role that suffices, on one resource, to named members',
  check: ({ resources }) =>
    resources.flatMap((change): Finding[] => {
      if (change.after === null || change.action === 'no-op') return [];
      const grantsOf = GRANTS.find(([types]) => types.test(change.type))?.[1];
      if (!grantsOf) return [];
      const had = new Set(grantsOf(change.before).map(({ words }) => words));
      const added = grantsOf(change.after).filter(({ words, isWide }) => isWide && !had.has(words));
      if (added.length === 0) return [];
      return [
        {
          severity: 'refuse',
          address: change.address,
          action: change.action,
          reason: joinNames(added.map(({ words }) => words)),
        },
      ];
    }),
};

interface Grant {
  readonly words: string;
  readonly isWide: boolean;
}

const GRANTS: readonly (readonly [RegExp, (value: unknown) => Grant[]])[] = [
  [
    /^google_.+_iam_member$/,
    (value) => grants(known(textAt(value, 'role')), [known(textAt(value, 'member')) ?? 'an unknown member'], value),
  ],
  [/^google_.+_iam_binding$/, (value) => grants(known(textAt(value, 'role')), known(textsAt(value, 'members')), value)],
  [/^google_.+_iam_policy$/, policyGrants],
  [
    /^google_storage_(bucket|default_object)_access_control$/,
    (value) => grants(known(textAt(value, 'role')), [known(textAt(value, 'entity')) ?? ''], value),
  ],
  [/^kubernetes_(cluster_)?role_binding(_v1)?$/, bindingGrants],
];

const WIDE_ROLES = new Set(['roles/owner', 'roles/editor', 'roles/iam.securityAdmin', 'roles/resourcemanager.organizationAdmin']);
const PUBLIC_MEMBERS = new Set(['allUsers', 'allAuthenticatedUsers']);

function grants(role: string | undefined, members: readonly string[], value: unknown): Grant[] {
  if (value === null || role === undefined) return [];
  return members.map((member) => ({ words: `${member} gets ${role}`, isWide: WIDE_ROLES.has(role) || PUBLIC_MEMBERS.has(member) }));
}

function policyGrants(value: unknown): Grant[] {
  const text = known(textAt(value, 'policy_data'));
  if (text === undefined) return [];
  try {
    const policy: unknown = JSON.parse(text);
    return listAt(policy, 'bindings').flatMap((binding) =>
      grants(known(textAt(binding, 'role')), known(textsAt(binding, 'members')), binding),
    );
  } catch {
    return [{ words: 'the policy cannot be parsed', isWide: true }];
  }
}

const PUBLIC_KUBERNETES_GROUPS = new Set(['system:anonymous', 'system:unauthenticated', 'system:authenticated']);

function bindingGrants(value: unknown): Grant[] {
  const role = known(textAt(value, 'role_ref', 'name'));
  if (role === undefined) return [];
  return listAt(value, 'subject')
    .filter(isBlock)
    .flatMap((subject) => {
      const name = known(textAt(subject, 'name'));
      if (name === undefined) return [];
      return [{ words: `${name} gets ${role} in the cluster`, isWide: role === 'cluster-admin' || PUBLIC_KUBERNETES_GROUPS.has(name) }];
    });
}
