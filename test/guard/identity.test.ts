import { guard } from '../../lib/guard';
import { created, deleted, findVerdicts, type HandMadeChange, kept, plan, replaced, updated } from './hand-made';

const project = (role: string, member = 'user:a@example.com', more: object = {}) => ({ project: 'shop', role, member, ...more });
const PROJECT = 'google_project_iam_member.A';
const condition = (expression: string) => ({ condition: [{ title: 'limited', expression }] });
const CUSTOM = 'google_project_iam_custom_role.Deployer';
const custom = (...permissions: string[]) => ({
  project: 'shop',
  role_id: 'deployer',
  name: 'projects/shop/roles/deployer',
  permissions,
});
const policy = (...bindings: object[]) => ({ project: 'shop', policy_data: JSON.stringify({ bindings }) });
const ACCOUNT = 'google_service_account_iam_member.A';
const account = (role: string, member: string) => ({ service_account_id: 'projects/shop/serviceAccounts/web', role, member });
const PROVIDER = 'google_iam_workload_identity_pool_provider.Github';
const provider = {
  attribute_condition: "assertion.repository == 'shop/web'",
  attribute_mapping: { 'google.subject': 'assertion.sub' },
  oidc: [{ issuer_uri: 'https://token.actions.githubusercontent.com' }],
};
const DENY = 'google_iam_deny_policy.A';
const deny = (permissions: string[], more: object = {}) => ({
  rules: [{ deny_rule: [{ denied_principals: ['principalSet://goog/public:all'], denied_permissions: permissions, ...more }] }],
});
const AUDIT = 'google_project_iam_audit_config.A';
const audit = (...logs: [string, string[]][]) => ({
  service: 'allServices',
  audit_log_config: logs.map(([log_type, exempted_members]) => ({ log_type, exempted_members })),
});
const ROLE = 'kubernetes_cluster_role_v1.A';
const role = (...rules: [string, string, string][]) => ({
  metadata: [{ name: 'operator' }],
  rule: rules.map(([group, resource, verb]) => ({ api_groups: [group], resources: [resource], verbs: [verb] })),
});
const BINDING = 'kubernetes_cluster_role_binding_v1.A';
const binding = (name: string, kind: string, subject: string) => ({
  role_ref: [{ kind: 'ClusterRole', name }],
  subject: [{ kind, name: subject }],
});

const WORKLOAD = 'kubernetes_deployment_v1.A';
const workload = (spec: object) => ({
  spec: [{ template: [{ spec: [{ container: [{ security_context: [{ privileged: false }] }], ...spec }] }] }],
});
const NAMESPACE = 'kubernetes_namespace_v1.A';
const namespace = (level: string) => ({ metadata: [{ name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': level } }] });
const ORG = 'google_org_policy_policy.A';
const org = (rule: object) => ({ name: 'projects/p/policies/compute.vmExternalIpAccess', spec: [{ rules: [rule] }] });
const aws = (statement: object) => ({ policy: JSON.stringify({ Statement: [{ Effect: 'Allow', ...statement }] }) });

type Case = [what: string, changes: HandMadeChange[], expected: RegExp];

const opening: Case[] = [
  // Roles by the access that they lead to.
  ['root on VM instances', [created(PROJECT, project('roles/compute.admin'))], /^refuse .* gets roles\/compute\.admin: can become root/],
  ['grants of the project', [created(PROJECT, project('roles/resourcemanager.projectIamAdmin'))], /^refuse .*can grant itself more/],
  ['tokens of all accounts', [created(PROJECT, project('roles/iam.serviceAccountTokenCreator'))], /^refuse .*can act as service accounts/],
  ['keys of all accounts', [created(PROJECT, project('roles/iam.serviceAccountKeyAdmin'))], /^refuse .*can act as service accounts/],
  ['keys for buckets', [created(PROJECT, project('roles/storage.hmacKeyAdmin'))], /^refuse .*can act as service accounts/],
  ['all secrets', [created(PROJECT, project('roles/secretmanager.secretAccessor'))], /^refuse .*can read the secrets/],
  ['every cluster', [created(PROJECT, project('roles/container.admin'))], /^refuse .*inside of clusters/],
  ['a folder', [created('google_folder_iam_member.A', { folder: 'f', role: 'roles/iam.roleAdmin', member: 'user:a' })], /^refuse/],
  [
    'policies of the organization',
    [created('google_organization_iam_member.A', { org_id: '1', role: 'roles/orgpolicy.policyAdmin', member: 'user:a' })],
    /^refuse/,
  ],
  ['builds', [created(PROJECT, project('roles/cloudbuild.builds.editor'))], /^warn .*can run code with a service account/],
  [
    'deployments by a member that can act as service accounts',
    [kept('google_project_iam_member.B', project('roles/iam.serviceAccountUser')), created(PROJECT, project('roles/run.developer'))],
    /^refuse .*gets roles\/run\.developer/,
  ],
  ['a shell', [created(PROJECT, project('roles/compute.osLogin'))], /^warn .*can sign in on VM instances/],
  ['buckets of the project', [created(PROJECT, project('roles/storage.admin'))], /^warn .*can grant access/],
  ['an administrator of a service', [created(PROJECT, project('roles/redis.admin'))], /^warn .*manages all resources of its service/],
  ['a role for agents', [created(PROJECT, project('roles/dataflow.serviceAgent'))], /^warn .*for agents of Google alone/],
  ['a whole domain', [created(PROJECT, project('roles/logging.viewer', 'domain:example.com'))], /^warn .*every account of it/],
  [
    'a whole pool',
    [
      created(
        ACCOUNT,
        account(
          'roles/iam.workloadIdentityUser',
          'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*',
        ),
      ),
    ],
    /^refuse .*every identity of the pool/,
  ],
  [
    'tokens of one account',
    [created(ACCOUNT, account('roles/iam.serviceAccountTokenCreator', 'user:a'))],
    /^warn .*can act as service accounts/,
  ],
  ['an owner of one account', [created(ACCOUNT, account('roles/owner', 'user:a'))], /^refuse user:a gets roles\/owner$/],
  [
    'a bucket that may be opened',
    [created('google_storage_bucket_iam_member.A', { bucket: 'b', role: 'roles/storage.admin', member: 'user:a' })],
    /^warn .*can grant access/,
  ],
  [
    'a public database of files',
    [
      created('google_bigquery_dataset_iam_member.A', {
        dataset_id: 'd',
        role: 'roles/bigquery.dataViewer',
        member: 'allAuthenticatedUsers',
      }),
    ],
    /^refuse allAuthenticatedUsers/,
  ],
  // What is not known.
  [
    'a role that is known after apply',
    [created(PROJECT, { project: 'shop', member: 'user:a' }, { change: { after_unknown: { role: true } } })],
    /^warn user:a gets an unknown role, whose permissions are not known here/,
  ],
  ['a custom role from elsewhere', [created(PROJECT, project('projects/shop/roles/other'))], /^warn .*not known here/],
  [
    'a policy that is known after apply',
    [
      updated(
        'google_project_iam_policy.A',
        policy({ role: 'roles/viewer', members: ['user:a'] }),
        { policy_data: undefined },
        { change: { after_unknown: { policy_data: true } } },
      ),
    ],
    /^warn the policy is known after apply/,
  ],
  // Custom roles.
  [
    'a custom role that is widened',
    [updated(CUSTOM, custom('compute.disks.get'), custom('compute.disks.get', 'iam.roles.update'))],
    /^refuse deployer gets iam\.roles\.update/,
  ],
  ['a custom role with a wildcard', [updated(CUSTOM, custom('compute.disks.get'), custom('iam.*'))], /^refuse deployer gets iam\.\*/],
  ['a new custom role', [created(CUSTOM, custom('iam.serviceAccounts.actAs'))], /^warn deployer gets iam\.serviceAccounts\.actAs/],
  [
    'a custom role of the stack',
    [kept(CUSTOM, custom('iam.serviceAccounts.actAs')), created(PROJECT, project('projects/shop/roles/deployer'))],
    /^refuse .*can act as service accounts/,
  ],
  // Grants of others.
  [
    'a policy that replaces all grants',
    [created('google_project_iam_policy.A', policy({ role: 'roles/viewer', members: ['user:a'] }))],
    /^refuse the policy takes away all other grants/,
  ],
  [
    'a policy of one bucket',
    [
      created('google_storage_bucket_iam_policy.A', {
        bucket: 'b',
        ...policy({ role: 'roles/storage.objectViewer', members: ['user:a'] }),
      }),
    ],
    /^warn the policy takes away all other grants/,
  ],
  [
    'a binding that replaces other members',
    [created('google_project_iam_binding.A', { project: 'shop', role: 'roles/viewer', members: ['user:a'] })],
    /^warn the binding takes the role from all other members/,
  ],
  [
    'a policy that cannot be parsed',
    [updated('google_project_iam_policy.A', policy(), { policy_data: '{' })],
    /^refuse the policy cannot be parsed/,
  ],
  [
    'an exemption from audit logs in a policy',
    [
      updated('google_project_iam_policy.A', policy(), {
        policy_data: JSON.stringify({ bindings: [], auditConfigs: [{ auditLogConfigs: [{ exemptedMembers: ['user:a'] }] }] }),
      }),
    ],
    /^warn members are exempted from audit logs/,
  ],
  // Conditions.
  [
    'a condition that is taken off',
    [replaced(PROJECT, project('roles/compute.admin', 'user:a', condition('request.time < x')), { condition: [] })],
    /^refuse the condition of roles\/compute\.admin for user:a is taken off/,
  ],
  [
    'the condition of a small role that is taken off',
    [replaced(PROJECT, project('roles/viewer', 'user:a', condition('request.time < x')), { condition: [] })],
    /^warn the condition of roles\/viewer for user:a is taken off/,
  ],
  [
    'a condition that changes',
    [replaced(PROJECT, project('roles/viewer', 'user:a', condition('x')), condition('y'))],
    /^warn the condition of roles\/viewer for user:a changes/,
  ],
  [
    'a condition that is not for resources',
    [
      created(
        PROJECT,
        project('roles/secretmanager.secretAccessor', 'user:a', condition('!resource.name.startsWith("projects/1/secrets/a/")')),
      ),
    ],
    /^refuse .*can read the secrets/,
  ],
  [
    'a condition with a way around it',
    [
      created(
        PROJECT,
        project('roles/secretmanager.secretAccessor', 'user:a', condition('resource.name == "projects/1/secrets/a" || true')),
      ),
    ],
    /^refuse .*can read the secrets/,
  ],
  [
    'a condition that is known after apply',
    [created(PROJECT, project('roles/secretmanager.secretAccessor', 'user:a', { condition: [{ title: 'limited' }] }))],
    /^warn .*can read the secrets/,
  ],
  // Federation.
  [
    'a provider without its condition',
    [updated(PROVIDER, provider, { attribute_condition: null })],
    /^refuse the attribute condition is taken off/,
  ],
  [
    'a provider with another condition',
    [updated(PROVIDER, provider, { attribute_condition: 'true' })],
    /^warn the attribute condition changes/,
  ],
  [
    'a new provider without a condition, for all customers of GitHub',
    [created(PROVIDER, { ...provider, attribute_condition: '' })],
    /^refuse there is no attribute condition/,
  ],
  [
    'a new provider without a condition, for an issuer of its own',
    [created(PROVIDER, { ...provider, attribute_condition: null, oidc: [{ issuer_uri: 'https://id.example.com' }] })],
    /^warn there is no attribute condition/,
  ],
  [
    'another issuer',
    [updated(PROVIDER, provider, { oidc: [{ issuer_uri: 'https://id.example.org' }] })],
    /^refuse identities of another issuer/,
  ],
  [
    'another mapping',
    [updated(PROVIDER, provider, { attribute_mapping: { 'google.subject': 'assertion.actor' } })],
    /^warn the attribute mapping changes/,
  ],
  // Restrictions.
  ['a deny policy that is deleted', [deleted(DENY, deny(['iam.googleapis.com/roles.update']))], /^refuse the deny policy is deleted/],
  ['a denial that is removed', [updated(DENY, deny(['a', 'b']), deny(['a']))], /^refuse permissions are no longer denied/],
  [
    'an exception from a denial',
    [updated(DENY, deny(['a']), deny(['a'], { exception_principals: ['principal://goog/subject/a'] }))],
    /^refuse there are more exceptions/,
  ],
  [
    'an exemption from audit logs',
    [updated(AUDIT, audit(['DATA_READ', []]), audit(['DATA_READ', ['user:a']]))],
    /^warn members are exempted/,
  ],
  [
    'access that is no longer logged',
    [updated(AUDIT, audit(['DATA_READ', []], ['DATA_WRITE', []]), audit(['DATA_WRITE', []]))],
    /^warn access is no longer logged \(DATA_READ\)/,
  ],
  // Kubernetes.
  ['a role with wildcards', [updated(ROLE, role(['', 'pods', 'get']), role(['*', '*', '*']))], /^refuse operator can do everything/],
  [
    'a role that can escalate',
    [created(ROLE, role(['rbac.authorization.k8s.io', 'clusterroles', 'escalate']))],
    /^refuse .*give itself more/,
  ],
  ['a role that can bind', [created(ROLE, role(['rbac.authorization.k8s.io', 'roles', 'bind']))], /^refuse .*give itself more/],
  ['a role that can impersonate', [created(ROLE, role(['', 'users', 'impersonate']))], /^refuse .*act as others/],
  ['a role for kubelets', [created(ROLE, role(['', 'nodes/proxy', 'get']))], /^warn .*kubelets/],
  ['a role for secrets', [created(ROLE, role(['', 'secrets', 'list']))], /^warn operator can read secrets/],
  ['a role for all resources', [created(ROLE, role(['', '*', 'get']))], /^(warn|refuse) .*read secrets/],
  ['a role for commands in pods', [created(ROLE, role(['', 'pods/exec', 'create']))], /^warn operator can run commands in pods/],
  ['a namespaced role with wildcards', [created('kubernetes_role_v1.A', role(['*', '*', '*']))], /^warn operator can do everything/],
  [
    'a role with the rules of others',
    [created(ROLE, { ...role(), aggregation_rule: [{ cluster_role_selectors: [{ match_labels: { a: 'b' } }] }] })],
    /^warn operator gets the rules of all roles/,
  ],
  [
    'all service accounts',
    [created(BINDING, binding('view', 'Group', 'system:serviceaccounts'))],
    /^refuse system:serviceaccounts gets view/,
  ],
  ['callers without an identity', [created(BINDING, binding('view', 'User', 'system:anonymous'))], /^refuse system:anonymous/],
  [
    'an editor of all namespaces',
    [created(BINDING, binding('edit', 'Group', 'developers'))],
    /^warn developers gets edit in all namespaces/,
  ],
  [
    'a role of the stack that can do everything',
    [kept(ROLE, role(['*', '*', '*'])), created(BINDING, binding('operator', 'Group', 'developers'))],
    /^refuse developers gets operator/,
  ],
  [
    'another role for the same subject',
    [replaced(BINDING, binding('view', 'Group', 'developers'), binding('cluster-admin', 'Group', 'developers'))],
    /^refuse developers gets cluster-admin/,
  ],
  // Privileges of pods and credentials.
  [
    'pods in the network of their nodes',
    [updated(WORKLOAD, workload({}), workload({ host_network: true }))],
    /^warn its pods get the network of their nodes/,
  ],
  [
    'privileged pods',
    [updated(WORKLOAD, workload({}), workload({ container: [{ security_context: [{ privileged: true }] }] }))],
    /^warn its pods get all privileges/,
  ],
  [
    'pods with a path of their nodes',
    [created(WORKLOAD, workload({ volume: [{ host_path: [{ path: '/etc' }] }] }))],
    /^warn its pods get the path \/etc/,
  ],
  [
    'a privileged job',
    [
      created('kubernetes_cron_job_v1.A', {
        spec: [{ job_template: [{ spec: [{ template: [{ spec: [{ container: [{}], host_pid: true }] }] }] }] }],
      }),
    ],
    /^warn its pods get the processes/,
  ],
  [
    'a weaker level of Pod Security',
    [updated(NAMESPACE, namespace('restricted'), namespace('privileged'))],
    /^refuse Pod Security allows more: privileged instead of restricted/,
  ],
  [
    'a level of Pod Security that is removed',
    [updated('kubernetes_labels.A', { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } }, { labels: {} })],
    /^refuse Pod Security allows more/,
  ],
  [
    'a role that runs pods',
    [created(ROLE, role(['apps', 'deployments', 'create']))],
    /^warn operator can run pods with any service account/,
  ],
  [
    'a key of an account',
    [created('google_service_account_key.A', { service_account_id: 'projects/p/serviceAccounts/deploy' })],
    /^warn a key of deploy is created/,
  ],
  ['deletion of projects', [created(PROJECT, project('roles/resourcemanager.projectDeleter'))], /^warn .*can delete projects/],
  // Policies of the organization.
  [
    'a constraint that is not enforced',
    [updated(ORG, org({ enforce: 'TRUE' }), org({ enforce: 'FALSE' }))],
    /^refuse the constraint is no longer enforced/,
  ],
  [
    'a constraint that allows all values',
    [updated(ORG, org({ deny_all: 'TRUE' }), org({ allow_all: 'TRUE' }))],
    /^refuse all values are allowed/,
  ],
  [
    'more allowed values',
    [updated(ORG, org({ values: [{ allowed_values: ['a'] }] }), org({ values: [{ allowed_values: ['a', 'b'] }] }))],
    /^warn more values are allowed/,
  ],
  [
    'an older constraint',
    [updated('google_project_organization_policy.A', { boolean_policy: [{ enforced: true }] }, { boolean_policy: [{ enforced: false }] })],
    /^refuse the constraint is no longer enforced/,
  ],
  [
    'a project that moves',
    [updated('google_project.A', { project_id: 'p', folder_id: '1' }, { folder_id: '2' })],
    /^warn the project moves/,
  ],
  [
    'audit logs that are excluded',
    [created('google_logging_project_exclusion.A', { filter: 'logName:"cloudaudit.googleapis.com"' })],
    /^warn audit logs are no longer stored/,
  ],
  // Other providers.
  [
    'an administrator of AWS',
    [created('aws_iam_role_policy_attachment.A', { role: 'ci', policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' })],
    /^refuse .*AdministratorAccess is attached/,
  ],
  [
    'a policy of AWS for everything',
    [updated('aws_iam_policy.A', aws({ Action: 's3:GetObject', Resource: '*' }), aws({ Action: ['*'], Resource: '*' }))],
    /^refuse it allows all actions/,
  ],
  [
    'a policy of AWS that leads to more',
    [created('aws_iam_policy.A', aws({ Action: ['iam:PassRole'], Resource: '*' }))],
    /^refuse it allows to change identities/,
  ],
  [
    'a public bucket of AWS',
    [created('aws_s3_bucket_policy.A', aws({ Principal: { AWS: '*' }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }))],
    /^refuse everyone may use it/,
  ],
  [
    'a role of AWS for everyone',
    [
      updated(
        'aws_iam_role.A',
        { assume_role_policy: aws({ Principal: { Service: 'ec2.amazonaws.com' } }).policy },
        { assume_role_policy: aws({ Principal: '*' }).policy },
      ),
    ],
    /^refuse everyone may use it/,
  ],
  [
    'an owner of Azure',
    [created('azurerm_role_assignment.A', { scope: '/subscriptions/0', role_definition_name: 'Owner', principal_id: '1' })],
    /^refuse 1 gets Owner on \/subscriptions\/0/,
  ],
  [
    'a policy of Vault',
    [updated('vault_policy.A', { policy: 'path "kv/ci" { capabilities = ["read"] }' }, { policy: 'path "*" { capabilities = ["sudo"] }' })],
    /^refuse it is for all paths of Vault/,
  ],
  [
    'a grant to all roles of a database',
    [created('postgresql_grant.A', { role: 'public', privileges: ['SELECT'] })],
    /^refuse every role of the database/,
  ],
  ['a superuser', [updated('postgresql_role.A', { superuser: false }, { superuser: true })], /^refuse the role becomes a superuser/],
  [
    'a federated provider of AWS without a condition',
    [
      created('aws_iam_role.A', {
        assume_role_policy: aws({ Principal: { Federated: 'arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com' } }).policy,
      }),
    ],
    /^refuse every identity of the federated provider/,
  ],
];

const SECRETS = 'resource.name.startsWith("projects/1/secrets/a/versions/") || resource.name.startsWith("projects/1/secrets/b/versions/")';

const closed: [what: string, changes: HandMadeChange[]][] = [
  ['named secrets of a project', [created(PROJECT, project('roles/secretmanager.secretAccessor', 'user:a', condition(SECRETS)))]],
  ['a role to write logs', [created(PROJECT, project('roles/logging.logWriter', 'serviceAccount:web@shop.iam.gserviceaccount.com'))]],
  [
    'a role for a member that is created with it',
    [
      created(PROJECT, project('roles/logging.logWriter', undefined, { member: undefined }), {
        change: { after_unknown: { member: true } },
      }),
    ],
  ],
  [
    'objects of one bucket',
    [created('google_storage_bucket_iam_member.A', { bucket: 'b', role: 'roles/storage.objectViewer', member: 'user:a' })],
  ],
  [
    'objects of one bucket, to write',
    [created('google_storage_bucket_iam_member.A', { bucket: 'b', role: 'roles/storage.objectAdmin', member: 'user:a' })],
  ],
  [
    'one secret',
    [
      created('google_secret_manager_secret_iam_member.A', {
        secret_id: 's',
        role: 'roles/secretmanager.secretAccessor',
        member: 'user:a',
      }),
    ],
  ],
  ['a Kubernetes account', [created(ACCOUNT, account('roles/iam.workloadIdentityUser', 'serviceAccount:shop.svc.id.goog[web/web]'))]],
  [
    'a repository of a federated pool',
    [
      created(
        ACCOUNT,
        account(
          'roles/iam.workloadIdentityUser',
          'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/attribute.repository/shop/web',
        ),
      ),
    ],
  ],
  [
    'an agent of Google',
    [
      created(
        PROJECT,
        project('roles/dataflow.serviceAgent', 'serviceAccount:service-1@dataflow-service-producer-prod.iam.gserviceaccount.com'),
      ),
    ],
  ],
  ['a smaller role', [replaced(PROJECT, project('roles/owner'), project('roles/compute.admin'))]],
  [
    'the same grants in another order',
    [
      updated(
        'google_project_iam_binding.A',
        { project: 'shop', role: 'roles/editor', members: ['user:a', 'user:b'] },
        { members: ['user:b', 'user:a'] },
      ),
    ],
  ],
  [
    'the same policy with other whitespace and order',
    [
      updated('google_project_iam_policy.A', policy({ role: 'roles/owner', members: ['user:a', 'user:b'] }), {
        policy_data: '{\n  "bindings": [ { "members": ["user:b", "user:a"], "role": "roles/owner" } ] }\n',
      }),
    ],
  ],
  [
    'a grant that moves to another resource',
    [deleted('google_project_iam_member.B', project('roles/editor')), created(PROJECT, project('roles/editor'))],
  ],
  ['a condition that is added', [replaced(PROJECT, project('roles/editor'), condition('request.time < x'))]],
  [
    'another title of a condition',
    [replaced(PROJECT, project('roles/editor', 'user:a', condition('x')), { condition: [{ title: 'other', expression: 'x' }] })],
  ],
  ['a deleted member', [created(PROJECT, project('roles/owner', 'deleted:user:a@example.com?uid=1'))]],
  ['a custom role that reads', [created(CUSTOM, custom('compute.disks.get', 'compute.disks.list'))]],
  ['a custom role that is narrowed', [updated(CUSTOM, custom('iam.roles.update', 'compute.disks.get'), custom('compute.disks.get'))]],
  [
    'a custom role with more of the same',
    [updated(CUSTOM, custom('iam.serviceAccounts.actAs'), custom('iam.serviceAccounts.actAs', 'compute.disks.get'))],
  ],
  ['a provider with a condition', [created(PROVIDER, provider)]],
  ['a provider with another name', [updated(PROVIDER, provider, { display_name: 'other' })]],
  ['more denials', [updated(DENY, deny(['a']), deny(['a', 'b']))]],
  ['more audit logs', [updated(AUDIT, audit(['DATA_READ', ['user:a']]), audit(['DATA_READ', []], ['DATA_WRITE', []]))]],
  ['a role that reads pods', [created(ROLE, role(['', 'pods', 'list'], ['apps', '*', 'watch']))]],
  [
    'a role for one secret',
    [created(ROLE, { ...role(), rule: [{ api_groups: [''], resources: ['secrets'], verbs: ['get'], resource_names: ['tls'] }] })],
  ],
  ['a role that is narrowed', [updated(ROLE, role(['*', '*', '*']), role(['', 'secrets', 'get']))]],
  ['a binding to view', [created(BINDING, binding('view', 'Group', 'developers'))]],
  [
    'the subjects of a binding in another order',
    [
      updated(
        BINDING,
        { role_ref: [{ name: 'cluster-admin' }], subject: [{ name: 'a' }, { name: 'b' }] },
        { subject: [{ name: 'b' }, { name: 'a' }] },
      ),
    ],
  ],
  ['an editor of one namespace', [created('kubernetes_role_binding_v1.A', binding('edit', 'Group', 'developers'))]],
  ['pods that lose privileges', [updated(WORKLOAD, workload({ host_network: true }), workload({}))]],
  [
    'another image of privileged pods',
    [updated(WORKLOAD, workload({ host_network: true }), workload({ host_network: true, dns_policy: 'Default' }))],
  ],
  ['a stricter level of Pod Security', [updated(NAMESPACE, namespace('baseline'), namespace('restricted'))]],
  ['a namespaced role for deployments', [created('kubernetes_role_v1.A', role(['apps', 'deployments', '*'], ['', 'secrets', 'get']))]],
  ['a constraint that is enforced', [updated(ORG, org({ enforce: 'FALSE' }), org({ enforce: 'TRUE' }))]],
  ['fewer allowed values', [updated(ORG, org({ values: [{ allowed_values: ['a', 'b'] }] }), org({ values: [{ allowed_values: ['a'] }] }))]],
  ['an exclusion of other logs', [created('google_logging_project_exclusion.A', { filter: 'resource.type="k8s_container"' })]],
  ['a policy of AWS for one bucket', [created('aws_iam_policy.A', aws({ Action: ['s3:*'], Resource: ['arn:aws:s3:::a'] }))]],
  [
    'a bucket of AWS for one organization',
    [
      created(
        'aws_s3_bucket_policy.A',
        aws({ Principal: '*', Action: 's3:GetObject', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } }),
      ),
    ],
  ],
  [
    'a reader of Azure',
    [created('azurerm_role_assignment.A', { scope: '/subscriptions/0', role_definition_name: 'Reader', principal_id: '1' })],
  ],
  ['a grant to one role', [created('postgresql_grant.A', { role: 'app', privileges: ['SELECT'] })]],
];

const said = (changes: readonly HandMadeChange[]) =>
  findVerdicts('identity-widened', changes).map(({ severity, reason }) => `${severity} ${reason}`);

test.each(opening)('reports %s', (_what, changes, expected) => {
  expect(said(changes)).toEqual([expect.stringMatching(expected)]);
});

test.each(closed)('accepts %s', (_what, changes) => {
  expect(said(changes)).toEqual([]);
});

test('finds the custom role that a grant refers to', () => {
  const grant = created(PROJECT, { project: 'shop', member: 'user:a' }, { change: { after_unknown: { role: true } } });
  const role = created(CUSTOM, custom('iam.serviceAccounts.actAs'));
  const expressions = { role: { references: [`${CUSTOM}.id`, CUSTOM] } };
  const configuration = { root_module: { resources: [{ address: PROJECT, mode: 'managed', type: grant.type, name: 'A', expressions }] } };
  const { verdicts } = guard(plan([grant, role], { configuration }));
  expect(verdicts.filter(({ address }) => address === PROJECT)).toEqual([
    expect.objectContaining({ severity: 'refuse', reason: 'user:a gets an unknown role: can act as service accounts' }),
  ]);
});
