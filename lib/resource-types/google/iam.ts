import { blocksAt, known, textAt, textsAt } from '../../terraform/values';
import type { Comparison } from '../protection';
import type { ResourceType } from '../resource-type';

/** Kinds of access that are logged. */
const AUDIT_LOGS: Comparison = {
  compare: (before, after) => {
    const later = new Map(blocksAt(after).map((block) => [known(textAt(block, 'log_type')), block]));
    return blocksAt(before).flatMap((was) => {
      const type = known(textAt(was, 'log_type'));
      const is = later.get(type);
      if (is === undefined) return [`access is no longer logged: ${type}`];
      const added = textsAt(is, 'exempted_members').filter((member) => !known(textsAt(was, 'exempted_members')).includes(String(member)));
      return added.length > 0 ? [`access is no longer logged: ${type} by ${added.join(', ')}`] : [];
    });
  },
  examples: {
    strong: [{ log_type: 'DATA_READ', exempted_members: [] }],
    weak: [{ log_type: 'DATA_READ', exempted_members: ['user:a@example.com'] }],
  },
};

export const iam: readonly ResourceType[] = [
  {
    names: [],
    family: /^google_.+_iam_(member|binding|policy)$/,
    what: 'a grant',
    deletion: {
      kind: 'service',
      impact: 'the access of its members',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: { none: 'a guard rule compares roles, members and conditions' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'roles and members are compared by the guard rule itself' },
    uniqueName: { none: 'it has no name' },
    use: { none: 'nothing refers to it' },
    pods: { none: 'it creates no pods' },
    price: { free: 'grants have no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: [],
    family: /^google_.+_iam_audit_config$/,
    what: 'an audit configuration',
    deletion: {
      kind: 'service',
      impact: 'the record of who reads and changes data',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    protections: [{ path: ['audit_log_config'], safe: AUDIT_LOGS, against: 'attack', weaker: 'its audit logs' }],
    backup: { none: 'it is no copy of data' },
    uniqueName: { none: 'it has no name' },
    use: { none: 'nothing refers to it' },
    price: { free: 'the logs are paid by their size' },
  },
  {
    names: ['google_project_iam_custom_role', 'google_organization_iam_custom_role'],
    what: 'a custom role',
    deletion: {
      kind: 'service',
      impact: 'the access of its members',
      recovery: 'the role, within seven days, by undeleting it',
      severity: 'warn',
    },
    protections: { none: 'no argument protects it' },
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'a guard rule compares its permissions with its grants' },
    uniqueName: { path: ['role_id'], within: ['project', 'org_id'] },
    use: { none: 'grants of it stay, without permissions' },
    pods: { none: 'it creates no pods' },
    price: { free: 'configuration has no price' },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: [
      'google_storage_bucket_acl',
      'google_storage_object_acl',
      'google_storage_default_object_acl',
      'google_storage_bucket_access_control',
      'google_storage_object_access_control',
      'google_storage_default_object_access_control',
    ],
    what: 'an access control list',
    deletion: {
      kind: 'service',
      impact: 'the access of its members',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    exposes: [
      { path: ['role_entity'], open: { members: true }, words: 'objects may be read' },
      {
        path: ['predefined_acl'],
        open: { oneOf: ['publicRead', 'publicReadWrite', 'authenticatedRead'] },
        words: 'objects become public',
      },
      {
        path: ['default_acl'],
        open: { oneOf: ['publicRead', 'publicReadWrite', 'authenticatedRead'] },
        words: 'new objects become public',
      },
    ],
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_iam_workload_identity_pool',
      'google_iam_workload_identity_pool_provider',
      'google_iam_workforce_pool',
      'google_iam_workforce_pool_provider',
    ],
    what: 'a federation of identities',
    deletion: {
      kind: 'service',
      impact: 'the access of everyone who signs in through it',
      recovery: 'the pool or provider, within 30 days, by undeleting it',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: [
      'google_project_organization_policy',
      'google_folder_organization_policy',
      'google_organization_organization_policy',
      'google_org_policy_policy',
    ],
    what: 'an organization policy',
    deletion: {
      kind: 'service',
      impact: 'the restriction that it enforces',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
];
