import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import { lastPart, relativeName } from '../references';
import type { Cloud, Rule, TypeDescription } from '../type-description';

const IAM_API = 'iam.googleapis.com';

function emailOf(account: CloudResource): string {
  return `${account.text('account_id')}@${account.text('project')}.iam.gserviceaccount.com`;
}

const serviceAccount: TypeDescription = {
  type: 'google_service_account',
  label: 'service account',
  api: IAM_API,
  fromProvider: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/serviceAccounts/${emailOf(resource)}`,
  fillsIn: ['project'],
  defaults: { disabled: false },
  replaces: ['account_id', 'project'],
  values: {
    email: emailOf,
    member: (resource) => `serviceAccount:${emailOf(resource)}`,
    name: (resource) => resource.identity,
    unique_id: (_, cloud) => `1000000000000000${String(10_000 + cloud.next('unique_id'))}`,
  },
  knownAtPlan: {
    email: (resource) => (isNamed(resource) ? emailOf(resource) : resource.get('email')),
    member: (resource) => (isNamed(resource) ? `serviceAccount:${emailOf(resource)}` : resource.get('member')),
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

function isNamed(account: CloudResource): boolean {
  return account.text('account_id') !== '' && account.text('project') !== '';
}

/** What an IAM binding is put on. */
interface IamTarget {
  readonly type: string;
  readonly api?: string;
  /** The target's own id, which begins the binding's. */
  readonly target: (binding: CloudResource) => string;
  /** What the provider's errors call the target. */
  readonly called: (target: string) => string;
  /** Type of the target, when it has to be there. */
  readonly targetType?: string;
}

/** One member in one role, on something. */
export function iamMember({ type, api, target, called, targetType }: IamTarget): TypeDescription {
  const identity = (binding: CloudResource) =>
    [target(binding), binding.text('role'), binding.text('member'), binding.text('condition.title')]
      .filter((part) => part !== '')
      .join('/');
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
    fillsIn: hasProject && type !== 'google_project_iam_member' ? ['project'] : [],
    values: { etag: (_, cloud) => `BwY${cloud.next('etag').toString(36).padStart(8, 'A')}=` },
    replaces: ['condition', 'member', 'role', ...(targetType ? [] : ['project'])],
    adoptsExisting: true,
    rules: {
      create: [targetExists, ({ resource, cloud }) => requireMember(cloud, resource, called(target(resource)))],
    },
  };
}

/** IAM refuses members that do not exist: Workload Identity pools and service accounts. */
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

  // Accounts of other projects may well exist: the sandbox does not know.
  const [, email, project] = /^serviceAccount:([^@]+@([^.@]+)\.iam\.gserviceaccount\.com)$/.exec(member) ?? [];
  if (!email || project !== (binding.text('project') || binding.provider.project)) return;
  if (cloud.get('google_service_account', `projects/${project}/serviceAccounts/${email}`)) return;
  throw CloudError.google(doing, 400, `Service account ${email} does not exist.`, 'badRequest');
}

const projectIamMember = iamMember({
  type: 'google_project_iam_member',
  api: 'cloudresourcemanager.googleapis.com',
  target: (binding) => lastPart(binding.text('project')),
  called: (project) => `project "${project}"`,
});

const serviceAccountIamMember: TypeDescription = {
  ...iamMember({
    type: 'google_service_account_iam_member',
    api: IAM_API,
    targetType: 'google_service_account',
    target: (binding) => relativeName(binding.text('service_account_id')),
    called: (account) => `service account '${account}'`,
  }),
  replaces: ['{condition,member,role,service_account_id}'],
};

export const iam: readonly TypeDescription[] = [serviceAccount, projectIamMember, serviceAccountIamMember];
