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
