import type { ResourceType } from '../resource-type';

export const deployer: readonly ResourceType[] = [
  {
    names: [],
    family: /^(argocd_application|carvel_|flux_|k8s_|kapp_|kubectl_(?!manifest$)|kustomization_resource|rancher2_)/,
    what: 'software that is installed in clusters from elsewhere',
    deletion: {
      kind: 'service',
      impact: 'what it installed in clusters, which is not known here and may hold data',
      recovery: 'the software from its source, without data',
      severity: 'warn',
    },
    price: { unpriced: 'what it installs', isLarge: false },
    rulesFor: ['pods'],
  },
];
