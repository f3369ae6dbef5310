import type { ResourceType } from '../resource-type';

export const release: readonly ResourceType[] = [
  {
    names: ['helm_release'],
    what: 'a Helm release',
    deletion: {
      kind: 'rule',
      rule: 'crd-destroyed',
    },
    protections: { none: 'a guard rule compares what its chart keeps' },
    running: { none: 'what runs is in its values and its manifest, which a guard rule compares' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'the objects that it renders are not in the plan as values' },
    uniqueName: { path: ['name'], within: ['namespace'] },
    use: { none: 'nothing refers to it' },
    pods: { none: 'the plan does not show the pods of a chart: a note of the construct lists their labels and ports' },
    price: {
      unpriced: 'disks and load balancers of its objects, which are not in a plan; its pods run on nodes, which are priced',
      isLarge: false,
    },
    secrets: [['values'], ['set'], ['set_list'], ['set_sensitive'], ['set_wo'], ['metadata'], ['manifest'], ['postrender']],
    rulesFor: ['pods'],
  },
];
