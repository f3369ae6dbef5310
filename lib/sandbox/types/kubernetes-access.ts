import type { TypeDescription } from '../type-description';
import { kubernetesKind } from './kubernetes';

const serviceAccount = kubernetesKind({
  type: 'kubernetes_service_account_v1',
  label: 'service account',
  plural: 'serviceaccounts',
  defaults: { automount_service_account_token: true },
  values: { default_secret_name: '' },
});

const role = kubernetesKind({ type: 'kubernetes_role_v1', label: 'role', plural: 'roles' });

const roleBinding = kubernetesKind({
  type: 'kubernetes_role_binding_v1',
  label: 'RoleBinding',
  plural: 'rolebindings',
  fillsIn: ['subject.api_group'],
  values: { 'subject.api_group': apiGroup },
  replaces: ['role_ref'],
  defaults: { 'subject.namespace': 'default' },
});

const clusterRole = kubernetesKind({
  type: 'kubernetes_cluster_role_v1',
  label: 'ClusterRole',
  plural: 'clusterroles',
  scope: 'cluster',
});

const clusterRoleBinding = kubernetesKind({
  type: 'kubernetes_cluster_role_binding_v1',
  label: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  scope: 'cluster',
  fillsIn: ['subject.api_group'],
  values: { 'subject.api_group': apiGroup },
  replaces: ['role_ref'],
  defaults: { 'subject.namespace': 'default' },
});

/** Service accounts are in the core group, which has no name. */
function apiGroup(_resource: unknown, _cloud: unknown, subject: { readonly [name: string]: unknown }): string {
  return subject.kind === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io';
}

export const kubernetesAccess: readonly TypeDescription[] = [serviceAccount, role, roleBinding, clusterRole, clusterRoleBinding];
