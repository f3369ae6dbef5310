import type { Resource } from '../terraform/document';
import { isBlock, toList } from '../terraform/values';
import { describeViolation, type ResourceCheck } from './resource-check';

/** Types that grant a role on a whole project, folder or organization. */
export const IAM_GRANTS: readonly string[] = ['project', 'folder', 'organization'].flatMap((level) => [
  `google_${level}_iam_member`,
  `google_${level}_iam_binding`,
  `google_${level}_iam_policy`,
]);

/** Role and its members, with the argument that grants it. */
export interface IamGrant {
  readonly role: unknown;
  readonly members: readonly unknown[];
  readonly argument: 'role' | 'policy_data';
}

/** Reads the grants of an IAM member, a binding, an access control, or a policy with literal `policy_data`. */
export function readIamGrants({ type, values }: Resource): readonly IamGrant[] {
  if (!type.endsWith('_iam_policy')) {
    return [{ role: values.role, members: [values.member, values.members, values.entity].flatMap(toList), argument: 'role' }];
  }
  const policy = parseJson(values.policy_data);
  return toList(isBlock(policy) ? policy.bindings : []).flatMap((binding) =>
    isBlock(binding) ? [{ role: binding.role, members: toList(binding.members), argument: 'policy_data' as const }] : [],
  );
}

/** Creates a check that fails where one of these roles is granted. */
export function mustNotGrant(...roles: readonly string[]): ResourceCheck {
  return (resource) =>
    readIamGrants(resource).flatMap(({ role, argument }) =>
      roles.includes(String(role))
        ? [
            describeViolation(
              argument,
              `not ${argument === 'role' ? 'be' : 'hold'} ${roles.map((each) => JSON.stringify(each)).join(' or ')}`,
              role,
            ),
          ]
        : [],
    );
}

/** Parses JSON. References and invalid JSON are not checked: the provider refuses the latter. */
function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
