import type { ResourceType } from '../resource-type';

export const appEngine: readonly ResourceType[] = [
  {
    names: ['google_app_engine_application'],
    what: 'an App Engine application',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'its management: it cannot be deleted, so that Terraform only forgets it',
      recovery: 'complete, by importing it',
      severity: 'warn',
    },
  },
  {
    names: ['google_app_engine_standard_app_version', 'google_app_engine_flexible_app_version'],
    what: 'a version of an App Engine service',
    price: { unpriced: 'its instances', isLarge: true },
    deletion: {
      kind: 'service',
      impact: 'the traffic to the version; the whole service when delete_service_on_destroy is set',
      recovery: 'the version, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_app_engine_firewall_rule'],
    what: 'a firewall rule of App Engine',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the traffic that it allows, or the protection of what it denies',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'google_app_engine_application_url_dispatch_rules',
      'google_app_engine_domain_mapping',
      'google_app_engine_service_network_settings',
      'google_app_engine_service_split_traffic',
    ],
    what: 'routing of App Engine',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the traffic that it routes',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
