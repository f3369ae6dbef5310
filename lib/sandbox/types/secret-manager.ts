import { CloudError } from '../cloud-error';
import type { CloudResource } from '../cloud-resource';
import type { TypeDescription } from '../type-description';
import { describeIamMember } from './iam';

const API = 'secretmanager.googleapis.com';

const secret: TypeDescription = {
  type: 'google_secret_manager_secret',
  label: 'Secret',
  api: API,
  providerDefaults: ['project'],
  identity: (resource) => `projects/${resource.text('project')}/secrets/${resource.text('secret_id')}`,
  computed: ['expire_time', 'project'],
  defaults: { deletion_protection: false },
  notReadBack: { deletion_protection: false, tags: null, ttl: null },
  forceNew: ['project', 'replication', 'secret_id', 'tags'],
  values: {
    expire_time: '',
    name: (resource, cloud) => `projects/${cloud.projectNumber(resource.text('project'))}/secrets/${resource.text('secret_id')}`,
  },
  rules: {
    delete: [
      ({ resource }) => {
        if (!resource.flag('deletion_protection')) return;
        throw new CloudError(
          'cannot destroy secret manager secret without setting deletion_protection=false and running `terraform apply`',
        );
      },
    ],
  },
};

/** Builds the identity of a secret, from its id or full name. */
function buildSecretIdentity(binding: CloudResource): string {
  const id = binding.text('secret_id');
  return id.includes('/') ? id : `projects/${binding.text('project')}/secrets/${id}`;
}

const secretIamMember: TypeDescription = {
  ...describeIamMember({
    type: 'google_secret_manager_secret_iam_member',
    api: API,
    targetType: 'google_secret_manager_secret',
    target: buildSecretIdentity,
    called: (name) => `secretmanager secret "${name}"`,
  }),
  forceNew: ['{condition,member,project,role,secret_id}'],
  diffSuppress: { secret_id: (one, other) => String(one).split('/').pop() === String(other).split('/').pop() },
};

export const secretManager: readonly TypeDescription[] = [secret, secretIamMember];
