import type { ResourceType } from '../resource-type';

export const computeFirewall: readonly ResourceType[] = [
  {
    names: ['google_compute_firewall'],
    what: 'a firewall rule',
    deletion: {
      kind: 'service',
      impact: 'the traffic that it allows, or the protection of what it denies',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares what it allows and denies' },
    running: { none: 'a disabled rule is compared as a rule that is absent' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'its sources, targets and ports are compared by the guard rule itself' },
    uniqueName: { path: ['name'], within: ['project'] },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: ['network'],
  },
  {
    names: [
      'google_compute_firewall_policy',
      'google_compute_network_firewall_policy',
      'google_compute_region_network_firewall_policy',
      'google_compute_network_firewall_policy_with_rules',
      'google_compute_region_network_firewall_policy_with_rules',
      'google_compute_firewall_policy_with_rules',
    ],
    what: 'a firewall policy',
    deletion: {
      kind: 'service',
      impact: 'the traffic that its rules allow, and the protection of what they deny',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'standard rules have no price' },
    rulesFor: ['network'],
  },
  {
    names: [
      'google_compute_firewall_policy_rule',
      'google_compute_network_firewall_policy_rule',
      'google_compute_region_network_firewall_policy_rule',
    ],
    what: 'a rule of a firewall policy',
    deletion: {
      kind: 'service',
      impact: 'the traffic that it allows, or the protection of what it denies',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'standard rules have no price' },
    rulesFor: ['network'],
  },
  {
    names: [
      'google_compute_firewall_policy_association',
      'google_compute_network_firewall_policy_association',
      'google_compute_region_network_firewall_policy_association',
    ],
    what: 'the association of a firewall policy',
    deletion: {
      kind: 'service',
      impact: 'every rule of the policy, for the networks of the association',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
    rulesFor: ['network'],
  },
  {
    names: [
      'google_compute_organization_security_policy',
      'google_compute_organization_security_policy_association',
      'google_compute_organization_security_policy_rule',
    ],
    what: 'a part of a security policy of the organization',
    deletion: {
      kind: 'service',
      impact: 'the traffic that its rules allow, and the protection of what they deny',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'standard rules have no price' },
    rulesFor: ['network'],
  },
];
