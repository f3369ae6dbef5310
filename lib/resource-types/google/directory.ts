import type { ResourceType } from '../resource-type';

export const directory: readonly ResourceType[] = [
  {
    names: ['google_active_directory_domain'],
    what: 'a domain of Active Directory',
    deletion: {
      kind: 'data',
      impact: 'all of its users, groups and computers',
      recovery: 'a backup of the domain',
      source: 'https://cloud.google.com/managed-microsoft-ad/docs/backup-and-restore',
    },
    price: { unpriced: 'a price for each hour', isLarge: true },
  },
  {
    names: ['google_active_directory_domain_trust', 'google_active_directory_peering'],
    what: 'a trust of Active Directory',
    deletion: {
      kind: 'service',
      impact: 'access across domains',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_cloud_identity_group', 'google_cloud_identity_group_membership'],
    what: 'a group',
    deletion: {
      kind: 'service',
      impact: 'the access of its members',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [],
    family: /^google_os_(config|login)_(?!.*_iam_(member|binding|policy)$)/,
    what: 'operations on VM instances',
    deletion: {
      kind: 'service',
      impact: 'patches, policies and access of VM instances',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares roles, members and conditions' },
    running: { none: 'it does not run' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'a price for each VM instance', isLarge: false },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_apikeys_key'],
    what: 'an API key',
    deletion: {
      kind: 'service',
      impact: 'the clients that use the key',
      recovery: 'the key, within 30 days, by undeleting it',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_essential_contacts_contact'],
    what: 'a contact',
    deletion: {
      kind: 'service',
      impact: 'notifications about security, billing and incidents',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
