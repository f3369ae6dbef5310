import type { ResourceType } from '../resource-type';

export const apigee: readonly ResourceType[] = [
  {
    names: ['google_apigee_organization'],
    what: 'an Apigee organization',
    deletion: {
      kind: 'data',
      impact: 'all of its environments, proxies, developers, keys and analytics',
      recovery: 'the organization, until its retention ends; none when retention is MINIMUM',
      source: 'https://cloud.google.com/apigee/docs/api-platform/get-started/delete-orgs',
    },
  },
  {
    names: ['google_apigee_environment'],
    what: 'an Apigee environment',
    deletion: {
      kind: 'data',
      impact: 'its deployments, key value maps, keystores and caches',
      recovery: 'proxies that are deployed again',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/apigee_environment',
    },
  },
  {
    names: ['google_apigee_api', 'google_apigee_sharedflow'],
    what: 'an Apigee proxy or shared flow',
    deletion: {
      kind: 'data',
      impact: 'all of its revisions',
      recovery: 'revisions that are also in a repository',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/apigee_api',
    },
  },
  {
    names: ['google_apigee_environment_keyvaluemaps', 'google_apigee_environment_keyvaluemaps_entries'],
    what: 'a key value map of Apigee',
    deletion: {
      kind: 'data',
      impact: 'its entries',
      recovery: 'none, except copies elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/apigee_environment_keyvaluemaps',
    },
  },
  {
    names: [
      'google_apigee_env_keystore',
      'google_apigee_keystores_aliases_key_cert_file',
      'google_apigee_keystores_aliases_pkcs12',
      'google_apigee_keystores_aliases_self_signed_cert',
    ],
    what: 'a keystore of Apigee',
    deletion: {
      kind: 'data',
      impact: 'its keys and certificates',
      recovery: 'keys that are also kept elsewhere',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/apigee_env_keystore',
    },
  },
  {
    names: ['google_apigee_developer', 'google_apigee_app_group'],
    what: 'a developer of Apigee',
    deletion: {
      kind: 'data',
      impact: 'its apps and their keys: clients that use them are rejected',
      recovery: 'none: new apps have other keys',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/apigee_developer',
    },
  },
  {
    names: [
      'google_apigee_instance',
      'google_apigee_instance_attachment',
      'google_apigee_envgroup',
      'google_apigee_envgroup_attachment',
      'google_apigee_endpoint_attachment',
      'google_apigee_nat_address',
      'google_apigee_dns_zone',
      'google_apigee_target_server',
      'google_apigee_flowhook',
      'google_apigee_env_references',
      'google_apigee_sharedflow_deployment',
      'google_apigee_api_deployment',
      'google_apigee_addons_config',
      'google_apigee_environment_addons_config',
      'google_apigee_sync_authorization',
      'google_apigee_control_plane_access',
    ],
    what: 'a part of an Apigee runtime',
    deletion: {
      kind: 'service',
      impact: 'the calls through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'google_apigee_api_product',
      'google_apigee_security_action',
      'google_apigee_security_monitoring_condition',
      'google_apigee_security_profile_v2',
    ],
    what: 'access rules of Apigee',
    deletion: {
      kind: 'service',
      impact: 'the access that they give, or the protection by them',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_apihub_api_hub_instance'],
    what: 'an API hub',
    deletion: {
      kind: 'data',
      impact: 'the record of all of its APIs',
      recovery: 'none',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/apihub_api_hub_instance',
    },
  },
  {
    names: ['google_apihub_curation', 'google_apihub_host_project_registration', 'google_apihub_plugin', 'google_apihub_plugin_instance'],
    what: 'a part of an API hub',
    deletion: {
      kind: 'service',
      impact: 'the registration of APIs by it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
