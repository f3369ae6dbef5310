import { isBlock, known, listAt, textAt, textsAt } from '../../terraform/values';
import type { Rule } from '../rule';
import type { Finding } from '../verdict';
import { listed } from '../words';

/** Roles that may do nearly everything, and members that are everybody. */
export const identityWidened: Rule = {
  id: 'identity-widened',
  title: 'Somebody gets a role that may do everything, or everybody gets a role',
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
          reason: listed(added.map(({ words }) => words)),
          impact: '',
          recovery: '',
          remediation: 'give the smallest role that does the job, on the one resource it is for, to the ones who do it',
        },
      ];
    }),
};

interface Grant {
  readonly words: string;
  readonly isWide: boolean;
}

const GRANTS: readonly (readonly [RegExp, (value: unknown) => Grant[]])[] = [
  [/^google_.+_iam_member$/, (value) => grants(known(textAt(value, 'role')), [known(textAt(value, 'member')) ?? 'somebody'], value)],
  [/^google_.+_iam_binding$/, (value) => grants(known(textAt(value, 'role')), known(textsAt(value, 'members')), value)],
  [/^google_.+_iam_policy$/, policyGrants],
  [
    /^google_storage_(bucket|default_object)_access_control$/,
    (value) => grants(known(textAt(value, 'role')), [known(textAt(value, 'entity')) ?? ''], value),
  ],
  [/^kubernetes_(cluster_)?role_binding(_v1)?$/, bindingGrants],
];

const WIDE_ROLES = new Set(['roles/owner', 'roles/editor', 'roles/iam.securityAdmin', 'roles/resourcemanager.organizationAdmin']);
const EVERYBODY = new Set(['allUsers', 'allAuthenticatedUsers']);

function grants(role: string | undefined, members: readonly string[], value: unknown): Grant[] {
  if (value === null || role === undefined) return [];
  return members.map((member) => ({ words: `${member} gets ${role}`, isWide: WIDE_ROLES.has(role) || EVERYBODY.has(member) }));
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
    return [{ words: 'the policy cannot be read', isWide: true }];
  }
}

const ANYBODY_IN_KUBERNETES = new Set(['system:anonymous', 'system:unauthenticated', 'system:authenticated']);

function bindingGrants(value: unknown): Grant[] {
  const role = known(textAt(value, 'role_ref', 'name'));
  if (role === undefined) return [];
  return listAt(value, 'subject')
    .filter(isBlock)
    .flatMap((subject) => {
      const name = known(textAt(subject, 'name'));
      if (name === undefined) return [];
      return [{ words: `${name} gets ${role} in the cluster`, isWide: role === 'cluster-admin' || ANYBODY_IN_KUBERNETES.has(name) }];
    });
}
