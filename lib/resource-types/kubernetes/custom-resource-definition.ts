import type { ResourceType } from '../resource-type';

export const customResourceDefinition: readonly ResourceType[] = [
  {
    names: ['kubernetes_custom_resource_definition', 'kubernetes_custom_resource_definition_v1'],
    kinds: ['apiextensions.k8s.io/CustomResourceDefinition'],
    what: 'a custom resource definition',
    deletion: {
      kind: 'rule',
      rule: 'crd-destroyed',
    },
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    price: { free: 'an object of the API of Kubernetes has no price' },
  },
];
