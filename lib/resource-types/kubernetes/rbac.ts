import type { ResourceType } from '../resource-type';

export const rbac: readonly ResourceType[] = [
  {
    names: ['kubernetes_role', 'kubernetes_role_v1', 'kubernetes_cluster_role', 'kubernetes_cluster_role_v1'],
    kinds: ['rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/ClusterRole'],
    what: 'a role',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'the access of everyone who is bound to it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
  {
    names: [
      'kubernetes_role_binding',
      'kubernetes_role_binding_v1',
      'kubernetes_cluster_role_binding',
      'kubernetes_cluster_role_binding_v1',
    ],
    kinds: ['rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/ClusterRoleBinding'],
    what: 'a role binding',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'the access of its subjects',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'roles and subjects are compared by the guard rule itself' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
  {
    names: [
      'kubernetes_service_account',
      'kubernetes_service_account_v1',
      'kubernetes_default_service_account',
      'kubernetes_default_service_account_v1',
    ],
    kinds: ['ServiceAccount'],
    what: 'a Kubernetes service account',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'the identity of pods that run as it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'grants are resources of their own' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
];
