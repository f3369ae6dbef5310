import type { Resource } from '../terraform/document';
import { isBlock, listOf } from '../terraform/values';
import { type Look, wrong } from './look';

/** Types that give a role to somebody for a whole project, folder or organization. */
export const IAM_GRANTS: readonly string[] = ['project', 'folder', 'organization'].flatMap((level) => [
  `google_${level}_iam_member`,
  `google_${level}_iam_binding`,
  `google_${level}_iam_policy`,
]);

/** Role and the members who get it, with the argument that names them. */
export interface IamGrant {
  readonly role: unknown;
  readonly members: readonly unknown[];
  readonly argument: 'role' | 'policy_data';
}

/** Grants of an IAM member, a binding, an access control, or a policy whose `policy_data` is written out. */
export function iamGrants({ type, values }: Resource): readonly IamGrant[] {
  if (!type.endsWith('_iam_policy')) {
    return [{ role: values.role, members: [values.member, values.members, values.entity].flatMap(listOf), argument: 'role' }];
  }
  const policy = parsed(values.policy_data);
  return listOf(isBlock(policy) ? policy.bindings : []).flatMap((binding) =>
    isBlock(binding) ? [{ role: binding.role, members: listOf(binding.members), argument: 'policy_data' as const }] : [],
  );
}

/** Fails where one of these roles is granted. */
export function mustNotGrant(...roles: readonly string[]): Look {
  return (resource) =>
    iamGrants(resource).flatMap(({ role, argument }) =>
      roles.includes(String(role))
        ? [wrong(argument, `not ${argument === 'role' ? 'be' : 'hold'} ${roles.map((each) => JSON.stringify(each)).join(' or ')}`, role)]
        : [],
    );
}

/** A reference, and what is no JSON, is not judged: the provider refuses the latter. */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
