import type { ResourceType } from '../resource-type';

export const parameterManager: readonly ResourceType[] = [
  {
    names: [
      'google_parameter_manager_parameter',
      'google_parameter_manager_parameter_version',
      'google_parameter_manager_regional_parameter',
      'google_parameter_manager_regional_parameter_version',
    ],
    what: 'a parameter',
    deletion: {
      kind: 'data',
      impact: 'its values',
      recovery: 'values that Terraform manages',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/parameter_manager_parameter',
    },
    price: { unpriced: 'a price for each version and access', isLarge: false },
  },
];
