import type { ResourceType } from '../resource-type';

export const vmwareEngine: readonly ResourceType[] = [
  {
    names: ['google_vmwareengine_private_cloud', 'google_vmwareengine_cluster', 'google_vmwareengine_datastore'],
    what: 'a VMware private cloud',
    deletion: {
      kind: 'data',
      impact: 'all of its virtual machines and their disks',
      recovery: 'the private cloud, until deletion_delay_hours ends',
      source: 'https://cloud.google.com/vmware-engine/docs/private-clouds/howto-delete-private-cloud',
    },
    price: { unpriced: 'its nodes', isLarge: true },
  },
  {
    names: [
      'google_vmwareengine_network',
      'google_vmwareengine_network_peering',
      'google_vmwareengine_network_policy',
      'google_vmwareengine_subnet',
      'google_vmwareengine_external_access_rule',
      'google_vmwareengine_external_address',
    ],
    what: 'a network of a VMware private cloud',
    deletion: {
      kind: 'service',
      impact: 'connections of its virtual machines',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for addresses and traffic', isLarge: false },
  },
];
