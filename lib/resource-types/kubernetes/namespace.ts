import type { ResourceType } from '../resource-type';

export const namespace: readonly ResourceType[] = [
  {
    names: ['kubernetes_namespace', 'kubernetes_namespace_v1'],
    kinds: ['Namespace'],
    what: 'a namespace',
    deletion: {
      kind: 'rule',
      rule: 'namespace-destroyed',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'its level of Pod Security is compared by the guard rule itself' },
    uniqueName: { path: ['metadata', 'name'], within: [] },
    use: { none: 'Kubernetes deletes it while others refer to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'an object of the API of Kubernetes has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'policies select it by its labels' },
  },
];
