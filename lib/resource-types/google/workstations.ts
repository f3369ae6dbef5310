import type { ResourceType } from '../resource-type';

export const workstations: readonly ResourceType[] = [
  {
    names: ['google_workstations_workstation', 'google_workstations_workstation_config', 'google_workstations_workstation_cluster'],
    what: 'a workstation',
    deletion: {
      kind: 'data',
      impact: 'the home directories on persistent disks, unless their reclaim policy is RETAIN',
      recovery: 'retained disks',
      source: 'https://cloud.google.com/workstations/docs/customize-development-environment',
    },
    price: { unpriced: 'its VM instances and disks', isLarge: true },
  },
];
