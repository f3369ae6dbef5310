import type { TypeDescription } from '../type-description';
import { oneOf, type PluginChecks } from './admission/plugin-checks';
import { checkRole, checkRoleBinding } from './admission/roles';
import { pathSegment } from './admission/syntax';
import { describeKind } from './kubernetes';

const GROUP = 'rbac.authorization.k8s.io';

const ROLE_REFERENCE: PluginChecks = { 'role_ref.kind': oneOf('Role', 'ClusterRole'), 'role_ref.api_group': oneOf(GROUP) };

const serviceAccount = describeKind({
  type: 'kubernetes_service_account_v1',
  kind: 'ServiceAccount',
  label: 'service account',
  plural: 'serviceaccounts',
  defaults: { automount_service_account_token: true },
  values: { default_secret_name: '' },
});

const role = describeKind({
  type: 'kubernetes_role_v1',
  kind: `Role.${GROUP}`,
  planName: pathSegment,
  validate: (object) => checkRole(object),
  label: 'role',
  plural: 'roles',
});

const roleBinding = describeKind({
  type: 'kubernetes_role_binding_v1',
  kind: `RoleBinding.${GROUP}`,
  planName: pathSegment,
  planChecks: ROLE_REFERENCE,
  validate: checkRoleBinding,
  label: 'RoleBinding',
  plural: 'rolebindings',
  computed: ['subject.api_group'],
  values: { 'subject.api_group': apiGroup },
  forceNew: ['role_ref'],
  defaults: { 'subject.namespace': 'default' },
});

const clusterRole = describeKind({
  type: 'kubernetes_cluster_role_v1',
  kind: `ClusterRole.${GROUP}`,
  planName: pathSegment,
  validate: (object) => checkRole(object, true),
  label: 'ClusterRole',
  plural: 'clusterroles',
  scope: 'cluster',
});

const clusterRoleBinding = describeKind({
  type: 'kubernetes_cluster_role_binding_v1',
  kind: `ClusterRoleBinding.${GROUP}`,
  planName: pathSegment,
  planChecks: ROLE_REFERENCE,
  validate: checkRoleBinding,
  label: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  scope: 'cluster',
  computed: ['subject.api_group'],
  values: { 'subject.api_group': apiGroup },
  forceNew: ['role_ref'],
  defaults: { 'subject.namespace': 'default' },
});

/** Default API group of a subject: empty, the core group, for service accounts. */
function apiGroup(_resource: unknown, _cloud: unknown, subject: { readonly [name: string]: unknown }): string {
  return subject.kind === 'ServiceAccount' ? '' : GROUP;
}

export const kubernetesAccess: readonly TypeDescription[] = [serviceAccount, role, roleBinding, clusterRole, clusterRoleBinding];
