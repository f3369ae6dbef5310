import type { ResourceType } from '../resource-type';

export const configuration: readonly ResourceType[] = [
  {
    names: ['kubernetes_config_map', 'kubernetes_config_map_v1', 'kubernetes_config_map_v1_data', 'kubernetes_config_map_data'],
    kinds: ['ConfigMap'],
    what: 'a config map',
    deletion: {
      kind: 'service',
      impact: 'what pods read from it: those that refer to it do not start again',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: ['kubernetes_secret', 'kubernetes_secret_v1', 'kubernetes_secret_v1_data', 'kubernetes_secret_data'],
    kinds: ['Secret'],
    what: 'a Kubernetes secret',
    deletion: {
      kind: 'service',
      impact: 'its values, unless they are also kept elsewhere: pods that refer to it do not start again',
      recovery: 'its values, when their source still has them',
      severity: 'warn',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: ['namespace'] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
    secrets: [['data'], ['binary_data'], ['data_wo'], ['binary_data_wo'], ['stringData']],
  },
  {
    names: ['kubernetes_labels', 'kubernetes_annotations'],
    what: 'labels or annotations',
    deletion: {
      kind: 'service',
      impact: 'what depends on them, such as selectors, network policies and the Pod Security level of a namespace; the object stays',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
  {
    names: ['kubernetes_env', 'kubernetes_node_taint'],
    what: 'a setting of an object',
    deletion: {
      kind: 'service',
      impact: 'what it sets',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
];
