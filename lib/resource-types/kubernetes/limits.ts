import type { ResourceType } from '../resource-type';
import { compareLimits } from '../running';

export const limits: readonly ResourceType[] = [
  {
    names: ['kubernetes_resource_quota', 'kubernetes_resource_quota_v1'],
    kinds: ['ResourceQuota'],
    what: 'a resource quota',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'the limit of what the namespace may use',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    exposes: { none: 'it gives no access' },
    running: [{ path: ['spec', 'hard'], safe: compareLimits('limit of'), stops: 'its limits', alsoNew: true }],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
  {
    names: ['kubernetes_limit_range', 'kubernetes_limit_range_v1'],
    kinds: ['LimitRange'],
    what: 'a limit range',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'the default requests and limits of new containers',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    exposes: { none: 'it gives no access' },
    running: [{ path: ['spec', 'limit', 'max'], safe: compareLimits('maximum of'), stops: 'its maximum', alsoNew: true }],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
  {
    names: ['kubernetes_priority_class', 'kubernetes_priority_class_v1'],
    kinds: ['scheduling.k8s.io/PriorityClass'],
    what: 'a priority class',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'new pods of the class: they are rejected',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
  {
    names: ['kubernetes_runtime_class', 'kubernetes_runtime_class_v1'],
    kinds: ['node.k8s.io/RuntimeClass'],
    what: 'a runtime class',
    price: { free: 'an object of the API of Kubernetes has no price' },
    deletion: {
      kind: 'service',
      impact: 'new pods of the class: they do not start',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
  },
];
