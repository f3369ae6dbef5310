import type { ResourceType } from '../resource-type';

export const gkeHub: readonly ResourceType[] = [
  {
    names: ['google_gke_hub_membership'],
    what: 'a membership of a fleet',
    deletion: {
      kind: 'service',
      impact: 'what the fleet provides to the cluster, such as policies and configuration',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'some features of a fleet are paid for each vCPU', isLarge: false },
    rulesFor: { none: 'features of the fleet have resources of their own' },
  },
  {
    names: ['google_gke_hub_feature', 'google_gke_hub_feature_membership'],
    what: 'a feature of a fleet',
    deletion: {
      kind: 'service',
      impact: 'what the fleet provides to its clusters, such as policies and configuration',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'some features of a fleet are paid for each vCPU', isLarge: false },
    rulesFor: ['pods'],
  },
  {
    names: [
      'google_gke_hub_fleet',
      'google_gke_hub_membership_binding',
      'google_gke_hub_namespace',
      'google_gke_hub_scope',
      'google_gke_hub_scope_rbac_role_binding',
    ],
    what: 'a part of a fleet',
    deletion: {
      kind: 'service',
      impact: 'the access and namespaces of its clusters',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
