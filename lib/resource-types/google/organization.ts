import type { ResourceType } from '../resource-type';

export const organization: readonly ResourceType[] = [
  {
    names: [],
    family: /^google_tags_(?!.*_iam_(member|binding|policy)$)/,
    what: 'a tag or its binding',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'policies and firewall rules that depend on the tag',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [],
    family: /^google_.+_access_approval_settings$/,
    what: 'an approval of access',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the approval of access by Google',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_resource_manager_lien'],
    what: 'a lien',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the protection of its project against deletion',
      recovery: 'the configuration, from Terraform',
      severity: 'refuse',
    },
  },
  {
    names: ['google_organization_policy', 'google_org_policy_custom_constraint'],
    what: 'an organization policy',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the restriction that it enforces',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [],
    family:
      /^google_iam_(access_boundary|deny|principal_access_boundary)_policy$|^google_iam_(folders|projects|organizations)_policy_binding$/,
    what: 'a restriction of identities',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the limit of what its principals may do',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: [
      'google_iam_oauth_client',
      'google_iam_oauth_client_credential',
      'google_iam_workforce_pool_provider_key',
      'google_iap_brand',
      'google_iap_client',
      'google_iap_settings',
      'google_iap_tunnel_dest_group',
    ],
    what: 'a part of sign-in',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the sign-in of users through it',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_privileged_access_manager_entitlement'],
    what: 'an entitlement',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'temporary access by requests',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_billing_project_info'],
    what: 'the billing of a project',
    price: { free: 'what is in the project is paid' },
    deletion: {
      kind: 'service',
      impact: 'its billing: paid services stop, and may delete their data',
      recovery: 'the billing account, from Terraform; not data that was deleted meanwhile',
      severity: 'refuse',
    },
  },
  {
    names: [
      'google_billing_subaccount',
      'google_cloud_quotas_quota_preference',
      'google_project_usage_export_bucket',
      'google_cloud_asset_project_feed',
      'google_cloud_asset_folder_feed',
      'google_cloud_asset_organization_feed',
      'google_assured_workloads_workload',
    ],
    what: 'a setting of projects',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'what it sets',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_project_iam_member_remove'],
    what: 'a removal of a grant',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'harmless',
      why: 'it exists in the state alone: the grant stays removed',
    },
  },
  {
    names: ['google_project_default_service_accounts'],
    what: 'the treatment of default service accounts',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'the removal of their roles: they get back roles such as Editor, unless restore_policy is NONE',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
  {
    names: ['google_endpoints_service'],
    what: 'an API of Endpoints',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'calls of the API',
      recovery: 'the service, within 30 days, by undeleting it',
      severity: 'warn',
    },
  },
  {
    names: ['google_clouddomains_registration'],
    what: 'the registration of a domain',
    price: { unpriced: 'a yearly price', isLarge: false },
    deletion: {
      kind: 'data',
      impact: 'the domain, unless it is exported first',
      recovery: 'none: another customer may register it',
      source: 'https://cloud.google.com/domains/docs/delete-domain',
    },
  },
  {
    names: ['google_site_verification_web_resource', 'google_site_verification_owner', 'google_public_ca_external_account_key'],
    what: 'a proof of ownership',
    price: { free: 'configuration has no price' },
    deletion: {
      kind: 'service',
      impact: 'what needs the proof, such as the mapping of domains',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
  },
];
