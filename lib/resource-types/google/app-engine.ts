import type { ResourceType } from '../resource-type';

export const appEngine: readonly ResourceType[] = [
  {
    names: ['google_app_engine_application'],
    what: 'an App Engine application',
    deletion: {
      kind: 'service',
      impact: 'its management: it cannot be deleted, so that Terraform only forgets it',
      recovery: 'complete, by importing it',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_app_engine_standard_app_version', 'google_app_engine_flexible_app_version'],
    what: 'a version of an App Engine service',
    deletion: {
      kind: 'service',
      impact: 'the traffic to the version; the whole service when delete_service_on_destroy is set',
      recovery: 'the version, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'its instances', isLarge: true },
  },
  {
    names: ['google_app_engine_firewall_rule'],
    what: 'a firewall rule of App Engine',
    deletion: {
      kind: 'service',
      impact: 'the traffic that it allows, or the protection of what it denies',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_app_engine_application_url_dispatch_rules',
      'google_app_engine_domain_mapping',
      'google_app_engine_service_network_settings',
      'google_app_engine_service_split_traffic',
    ],
    what: 'routing of App Engine',
    deletion: {
      kind: 'service',
      impact: 'the traffic that it routes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
