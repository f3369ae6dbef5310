import type { ResourceType } from '../resource-type';

export const storage: readonly ResourceType[] = [
  {
    names: ['google_storage_bucket'],
    what: 'a bucket',
    deletion: {
      kind: 'data',
      impact: 'all of its objects, when force_destroy is set; otherwise the apply fails while there are any',
      recovery: 'objects within the soft delete duration, seven days by default, by restoring the bucket',
      source: 'https://cloud.google.com/storage/docs/soft-delete',
    },
    protections: [
      {
        path: ['public_access_prevention'],
        safe: { oneOf: ['enforced'] },
        against: 'attack',
        weaker: 'public access is no longer prevented',
      },
      {
        path: ['uniform_bucket_level_access'],
        safe: { oneOf: [true] },
        against: 'attack',
        weaker: 'objects can have their own access control lists',
      },
      {
        path: ['versioning', 'enabled'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'overwritten and deleted objects are no longer kept',
      },
      {
        path: ['soft_delete_policy', 'retention_duration_seconds'],
        safe: { more: 'seconds', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'deleted objects can be restored for',
      },
      {
        path: ['retention_policy', 'retention_period'],
        safe: { more: 'seconds', unset: 'weakest' },
        against: 'copy-loss',
        weaker: 'objects cannot be deleted for',
      },
    ],
    backup: { none: 'it is no copy of data' },
    uniqueName: { path: ['name'], within: [] },
    use: { none: 'nothing keeps it from being deleted but its objects' },
  },
  {
    names: ['google_storage_bucket_object'],
    what: 'a bucket object',
    deletion: {
      kind: 'data',
      impact: 'its content',
      recovery: 'the object, within the soft delete duration, seven days by default',
      source: 'https://cloud.google.com/storage/docs/soft-delete',
    },
  },
];
