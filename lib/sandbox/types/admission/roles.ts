import type { Field } from './field';
import { pathSegment, subdomain } from './syntax';

const GROUP = 'rbac.authorization.k8s.io';

export function checkRoleBinding(object: Field): void {
  const role = object.get('roleRef');
  role.get('name').requireText(pathSegment);
  for (const subject of object.items('subjects')) {
    const [name, kind, group] = [subject.get('name'), subject.get('kind'), subject.get('apiGroup')];
    if (name.text === '') name.required();
    kind.supports(['ServiceAccount', 'User', 'Group']);
    if (kind.text === 'ServiceAccount') {
      name.check(subdomain);
      if (group.text !== '') group.supports(['']);
      if (subject.get('namespace').text === '') subject.get('namespace').required();
    } else if (group.text !== '') {
      group.supports([GROUP]);
    }
  }
}

/**
 * Validates a role.
 *
 * @param isOfCluster true for a cluster role, whose rules may list URLs in place of resources
 */
export function checkRole(object: Field, isOfCluster = false): void {
  for (const rule of object.items('rules')) {
    const isEmpty = (name: string): boolean => {
      const { value } = rule.get(name);
      return !Array.isArray(value) || value.length === 0;
    };
    if (isEmpty('verbs')) rule.get('verbs').required('verbs must contain at least one value');
    if (isOfCluster && !isEmpty('nonResourceURLs')) continue;
    if (isEmpty('apiGroups')) rule.get('apiGroups').required('resource rules must supply at least one api group');
    if (isEmpty('resources')) rule.get('resources').required('resource rules must supply at least one resource');
  }
}
