import type { CloudResource } from '../cloud-resource';
import { lastPart } from '../references';
import type { ObjectPermission } from '../storage-server';
import type { Cloud } from '../type-description';

const ROLES: Readonly<Record<ObjectPermission, readonly string[]>> = {
  create: ['roles/storage.objectCreator', 'roles/storage.objectUser', 'roles/storage.objectAdmin', 'roles/storage.admin'],
  get: ['roles/storage.objectViewer', 'roles/storage.objectUser', 'roles/storage.objectAdmin', 'roles/storage.admin'],
  list: ['roles/storage.objectViewer', 'roles/storage.objectUser', 'roles/storage.objectAdmin', 'roles/storage.admin'],
  delete: ['roles/storage.objectUser', 'roles/storage.objectAdmin', 'roles/storage.admin'],
};

/** Checks a service account's access to an object. @returns the error response; `undefined` if the access is allowed */
export function objectRefusal(
  cloud: Cloud,
  email: string | undefined,
  permission: ObjectPermission,
  bucket: string,
  name: string,
): { readonly status: 401 | 403; readonly message: string } | undefined {
  if (email === undefined) return { status: 401, message: 'Invalid Credentials' };
  const project = cloud.get('google_storage_bucket', bucket)?.text('project') ?? '';
  const grants = [
    ...cloud.list('google_storage_bucket_iam_member').filter((grant) => lastPart(grant.text('bucket')) === bucket),
    ...cloud.list('google_project_iam_member').filter((grant) => lastPart(grant.text('project')) === project),
  ];
  const resource = `projects/_/buckets/${bucket}${permission === 'list' ? '' : `/objects/${name}`}`;
  const may = grants.some(
    (grant) =>
      ROLES[permission].includes(grant.text('role')) &&
      grant.text('member') === `serviceAccount:${email}` &&
      conditionHolds(grant, resource),
  );
  if (may) return undefined;
  const message = `${email} does not have storage.objects.${permission} access to the Google Cloud Storage object. Permission 'storage.objects.${permission}' denied on resource (or it may not exist).`;
  return { status: 403, message };
}

/** Unsupported expressions are false. */
function conditionHolds(grant: CloudResource, resource: string): boolean {
  const expression = grant.text('condition.expression');
  if (expression === '') return true;
  const [, prefix] = /^resource\.name\.startsWith\("([^"]+)"\)$/.exec(expression) ?? [];
  return prefix !== undefined && resource.startsWith(prefix);
}
