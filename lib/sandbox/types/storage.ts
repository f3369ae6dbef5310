import { sameReference } from '../references';
import type { TypeDescription } from '../type-description';
import { describeIamMember } from './iam';

const API = 'storage.googleapis.com';

const bucket: TypeDescription = {
  type: 'google_storage_bucket',
  label: 'Bucket',
  api: API,
  // Bucket names are globally unique.
  identity: (resource) => resource.text('name'),
  computed: [
    'project',
    'public_access_prevention',
    'rpo',
    'uniform_bucket_level_access',
    'autoclass.terminal_storage_class',
    'lifecycle_rule.condition.with_state',
    'logging.log_object_prefix',
  ],
  defaults: {
    force_destroy: false,
    'retention_policy.is_locked': false,
    'soft_delete_policy.retention_duration_seconds': 604800,
    storage_class: 'STANDARD',
  },
  notReadBack: { force_destroy: false },
  forceNew: ['{enable_object_retention,hierarchical_namespace,location,name,project}', 'custom_placement_config.data_locations'],
  values: {
    'autoclass.terminal_storage_class': 'NEARLINE',
    'lifecycle_rule.condition.with_state': 'ANY',
    project_number: (resource, cloud) => Number(cloud.projectNumber(resource.text('project'))),
    public_access_prevention: 'inherited',
    rpo: 'DEFAULT',
    self_link: (resource) => `https://www.googleapis.com/storage/v1/b/${resource.text('name')}`,
    time_created: (_, cloud) => cloud.now(),
    uniform_bucket_level_access: false,
    updated: (_, cloud) => cloud.now(),
    url: (resource) => `gs://${resource.text('name')}`,
    'soft_delete_policy.effective_time': (_, cloud) => cloud.now(),
  },
  diffSuppress: { location: (one, other) => String(one).toUpperCase() === String(other).toUpperCase() },
};

const bucketIamMember: TypeDescription = {
  ...describeIamMember({
    type: 'google_storage_bucket_iam_member',
    api: API,
    targetType: 'google_storage_bucket',
    target: (binding) => binding.text('bucket').replace(/^b\//, ''),
    called: (name) => `storage bucket "b/${name}"`,
  }),
  id: (binding) =>
    ['b', binding.text('bucket').replace(/^b\//, ''), binding.text('role'), binding.text('member'), binding.text('condition.title')]
      .filter((part) => part !== '')
      .join('/'),
  forceNew: ['{bucket,condition,member,role}'],
  diffSuppress: { bucket: sameReference },
};

export const storage: readonly TypeDescription[] = [bucket, bucketIamMember];
