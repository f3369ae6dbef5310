import type { ResourceType } from '../resource-type';

export const resourceGroup: readonly ResourceType[] = [
  {
    names: ['azurerm_resource_group'],
    what: 'a resource group',
    deletion: {
      kind: 'data',
      impact: 'everything in it, including what Terraform does not manage: databases, disks, vaults and clusters',
      recovery: 'what Terraform creates again, without data',
      source: 'https://learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group',
    },
    price: { free: 'what is in it is paid' },
  },
  {
    names: ['azurerm_management_lock'],
    what: 'a lock',
    deletion: {
      kind: 'service',
      impact: 'the protection of its resources against deletion and changes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
