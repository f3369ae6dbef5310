import type { ResourceType } from '../resource-type';

export const cloudBuild: readonly ResourceType[] = [
  {
    names: [
      'google_cloudbuild_trigger',
      'google_cloudbuild_worker_pool',
      'google_cloudbuildv2_connection',
      'google_cloudbuildv2_repository',
      'google_cloudbuild_bitbucket_server_config',
      'google_developer_connect_connection',
      'google_developer_connect_account_connector',
      'google_developer_connect_git_repository_link',
      'google_developer_connect_insights_config',
    ],
    what: 'a part of the builds',
    deletion: {
      kind: 'service',
      impact: 'the builds that need it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each minute of a build', isLarge: false },
  },
  {
    names: [
      'google_clouddeploy_delivery_pipeline',
      'google_clouddeploy_target',
      'google_clouddeploy_automation',
      'google_clouddeploy_custom_target_type',
      'google_clouddeploy_deploy_policy',
    ],
    what: 'a part of the deliveries',
    deletion: {
      kind: 'service',
      impact: 'releases and rollouts through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'a price for each pipeline', isLarge: false },
  },
  {
    names: ['google_deployment_manager_deployment'],
    what: 'a deployment',
    deletion: {
      kind: 'data',
      impact: 'all of its resources, when delete_policy is DELETE',
      recovery: 'the configuration, from Terraform',
      source: 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/deployment_manager_deployment',
    },
    price: { free: 'what is in it is paid' },
  },
];
