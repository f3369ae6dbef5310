import type { ResourceType } from '../resource-type';

export const computeSecurityPolicy: readonly ResourceType[] = [
  {
    names: ['google_compute_security_policy', 'google_compute_region_security_policy'],
    what: 'a Cloud Armor policy',
    deletion: {
      kind: 'service',
      impact: 'the protection of the backends that it is attached to',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [
      {
        path: ['adaptive_protection_config', 'layer_7_ddos_defense_config', 'enable'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'attacks are no longer detected',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: ['project', 'region'] },
    use: { none: 'the backend services that use it are not read' },
    price: { unpriced: 'a price for each policy, rule and request', isLarge: false },
  },
  {
    names: ['google_compute_security_policy_rule', 'google_compute_region_security_policy_rule'],
    what: 'a rule of a Cloud Armor policy',
    deletion: {
      kind: 'service',
      impact: 'the protection by the rule',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each policy, rule and request', isLarge: false },
  },
  {
    names: ['google_compute_project_cloud_armor_tier'],
    what: 'the tier of Cloud Armor',
    deletion: {
      kind: 'service',
      impact: 'protection that only the higher tier has',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a monthly price', isLarge: true },
  },
];
