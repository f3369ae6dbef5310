import type { ResourceType } from '../resource-type';

export const release: readonly ResourceType[] = [
  {
    names: ['helm_release'],
    what: 'a Helm release',
    rulesFor: ['pods'],
    price: {
      unpriced: 'disks and load balancers of its objects, which are not in a plan; its pods run on nodes, which are priced',
      isLarge: false,
    },
    deletion: {
      kind: 'rule',
      rule: 'crd-destroyed',
    },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'the objects that it renders are not in the plan as values' },
    uniqueName: { path: ['name'], within: ['namespace'] },
    use: { none: 'nothing refers to it' },
    secrets: [['values'], ['set'], ['set_list'], ['set_sensitive'], ['set_wo'], ['metadata'], ['manifest'], ['postrender']],
  },
];
