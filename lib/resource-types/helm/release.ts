import type { ResourceType } from '../resource-type';

export const release: readonly ResourceType[] = [
  {
    names: ['helm_release'],
    what: 'a Helm release',
    deletion: {
      kind: 'rule',
      rule: 'crd-destroyed',
    },
  },
];
