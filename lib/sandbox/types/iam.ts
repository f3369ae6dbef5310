import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName, sameReference } from '../references';
import type { Cloud, Rule, TypeDescription } from '../type-description';
import { readRegion, resolveName } from './google';

const IAM_API = 'iam.googleapis.com';

function buildEmail(account: CloudResource): string {
  return `${account.text('account_id')}@${account.text('project')}.iam.gserviceaccount.com`;
}

const serviceAccount: TypeDescription = {
  type: 'google_service_account',
  label: 'service account',
  api: IAM_API,
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/serviceAccounts/${buildEmail(resource)}`,
  computed: ['project'],
  defaults: { disabled: false },
  notReadBack: { create_ignore_already_exists: null },
  forceNew: ['account_id', 'project'],
  values: {
    email: buildEmail,
    member: (resource) => `serviceAccount:${buildEmail(resource)}`,
    name: (resource) => resource.identity,
    unique_id: (_, cloud) => `1000000000000000${String(10_000 + cloud.next('unique_id'))}`,
  },
  plannedValues: {
    email: (resource) => (isNamed(resource) ? buildEmail(resource) : resource.get('email')),
    member: (resource) => (isNamed(resource) ? `serviceAccount:${buildEmail(resource)}` : resource.get('member')),
  },
  rules: {
    plan: [
      ({ resource }) => {
        const id = resource.text('account_id');
        if (id === '' || /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(id)) return;
        throw new CloudError(
          `"account_id" ("${id}") doesn't match regexp "^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$"`,
          'An account id has 6 to 30 characters.',
        );
      },
    ],
  },
};

const customRole: TypeDescription = {
  type: 'google_project_iam_custom_role',
  label: 'custom project role',
  api: IAM_API,
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/roles/${resource.text('role_id')}`,
  computed: ['project'],
  defaults: { stage: 'GA' },
  forceNew: ['project', 'role_id'],
  values: { name: (resource) => resource.identity, deleted: false },
  rules: {
    plan: [
      ({ resource }) => {
        const id = resource.text('role_id');
        if (id === '' || /^[a-zA-Z0-9_.]{3,64}$/.test(id)) return;
        throw new CloudError(`"role_id" ("${id}") doesn't match regexp "^[a-zA-Z0-9_\\\\.]{3,64}$"`);
      },
    ],
  },
};

function isNamed(account: CloudResource): boolean {
  return account.text('account_id') !== '' && account.text('project') !== '';
}

/** Target of IAM members. */
interface IamTarget {
  readonly type: string;
  readonly api?: string;
  /** Id of the target, which is the prefix of the member's. */
  readonly target: (binding: CloudResource) => string;
  /** Name of the target in the provider's errors. */
  readonly called: (target: string) => string;
  /** Type of the target, if it must exist. */
  readonly targetType?: string;
}

/** Describes an IAM member resource. */
export function describeIamMember({ type, api, target, called, targetType }: IamTarget): TypeDescription {
  const parts = (binding: CloudResource) =>
    [target(binding), binding.text('role'), binding.text('member'), binding.text('condition.title')].filter((part) => part !== '');
  const identity = (binding: CloudResource) => parts(binding).join('/');
  const targetExists: Rule = ({ resource, cloud }) => {
    if (!targetType || cloud.get(targetType, target(resource))) return;
    const what = called(target(resource));
    throw CloudError.google(`Error retrieving IAM policy for ${what}`, 404, `${target(resource)} was not found`, 'notFound');
  };
  const hasProject = !['google_service_account_iam_member', 'google_storage_bucket_iam_member'].includes(type);
  return {
    type,
    api,
    identity,
    importId: (binding) => parts(binding).join(' '),
    computed: hasProject && type !== 'google_project_iam_member' ? ['project'] : [],
    values: { etag: (_, cloud) => `BwY${cloud.next('etag').toString(36).padStart(8, 'A')}=` },
    forceNew: ['condition', 'member', 'role', ...(targetType ? [] : ['project'])],
    adoptsExisting: true,
    rules: {
      create: [targetExists, ({ resource, cloud }) => requireMember(cloud, resource, called(target(resource)))],
    },
  };
}

/** Service agent of GKE, with the number of its project. */
const GKE_AGENT = /^serviceAccount:service-(\d+)@container-engine-robot\.iam\.gserviceaccount\.com$/;

/** True if GKE's service agent exists: enabling the API creates it. It is assumed to exist in projects without enabled APIs in the sandbox. */
function gkeAgentExists(cloud: Cloud, number: string): boolean {
  const projects = cloud.list('google_project_service').map((service) => lastPart(service.text('project')));
  const known = projects.filter((project) => cloud.projectNumber(project) === number);
  return known.length === 0 || known.some((project) => cloud.isApiEnabled(project, 'container.googleapis.com'));
}

/** Rejects members that do not exist: Workload Identity pools and service accounts. */
function requireMember(cloud: Cloud, binding: CloudResource, target: string): void {
  const member = binding.text('member');
  const doing = `Error applying IAM policy for ${target}: Error setting IAM policy for ${target}`;

  const pool = /[a-z0-9:.-]+\.svc\.id\.goog/.exec(member.replace(/^serviceAccount:/, ''))?.[0];
  const hasPool = cloud
    .list('google_container_cluster')
    .some((cluster) => cluster.all('workload_identity_config.workload_pool').includes(pool ?? ''));
  if (pool && !hasPool) {
    throw CloudError.google(
      doing,
      400,
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
      'badRequest',
    );
  }

  const [, number] = GKE_AGENT.exec(member) ?? [];
  if (number !== undefined && !gkeAgentExists(cloud, number)) {
    throw CloudError.google(doing, 400, `Service account ${member.slice(member.indexOf(':') + 1)} does not exist.`, 'badRequest');
  }

  // Service accounts of unknown projects are assumed to exist.
  const [, email, project] = /^serviceAccount:([^@]+@([^.@]+)\.iam\.gserviceaccount\.com)$/.exec(member) ?? [];
  if (!email || project !== (binding.text('project') || binding.provider.project)) return;
  if (cloud.get('google_service_account', `projects/${project}/serviceAccounts/${email}`)) return;
  throw CloudError.google(doing, 400, `Service account ${email} does not exist.`, 'badRequest');
}

const projectIamMember = describeIamMember({
  type: 'google_project_iam_member',
  api: 'cloudresourcemanager.googleapis.com',
  target: (binding) => lastPart(binding.text('project')),
  called: (project) => `project "${project}"`,
});

const serviceAccountIamMember: TypeDescription = {
  ...describeIamMember({
    type: 'google_service_account_iam_member',
    api: IAM_API,
    targetType: 'google_service_account',
    target: (binding) => relativeName(binding.text('service_account_id')),
    called: (account) => `service account '${account}'`,
  }),
  forceNew: ['{condition,member,role,service_account_id}'],
};

const subnetworkIamMember: TypeDescription = {
  ...describeIamMember({
    type: 'google_compute_subnetwork_iam_member',
    api: 'compute.googleapis.com',
    targetType: 'google_compute_subnetwork',
    target: buildSubnetIdentity,
    called: (subnet) => `compute subnetwork "${subnet}"`,
  }),
  computed: ['project', 'region'],
  forceNew: ['{condition,member,project,region,role,subnetwork}'],
  diffSuppress: { subnetwork: sameReference },
};

function buildSubnetIdentity(binding: CloudResource): string {
  return resolveName(binding, readRegion(binding), 'subnetworks', binding.text('subnetwork'));
}

/** True if a member has a role in a project, or on one of its subnets. */
export function isGranted(
  cloud: Cloud,
  { role, isMember, project, subnet }: { role: string; isMember: (member: string) => boolean; project: string; subnet?: string },
): boolean {
  const grants = [
    ...listGrants(cloud, 'google_project_iam', (grant) => lastPart(grant.text('project')) === project),
    ...(subnet === undefined ? [] : listGrants(cloud, 'google_compute_subnetwork_iam', (grant) => buildSubnetIdentity(grant) === subnet)),
  ];
  // The permissions of custom roles are not simulated.
  return grants.some((grant) => {
    const members = [...grant.all('member'), ...grant.all('members').flat()].map(String);
    return members.some(isMember) && (grant.text('role') === role || !grant.text('role').startsWith('roles/'));
  });
}

function listGrants(cloud: Cloud, prefix: string, isOfTarget: (grant: CloudResource) => boolean): CloudResource[] {
  return ['member', 'binding'].flatMap((kind) => cloud.list(`${prefix}_${kind}`)).filter(isOfTarget);
}

export const iam: readonly TypeDescription[] = [serviceAccount, customRole, projectIamMember, serviceAccountIamMember, subnetworkIamMember];
