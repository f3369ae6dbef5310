import { known, textAt } from '../../terraform/values';
import type { Deletion } from '../deletion';
import type { ResourceType } from '../resource-type';
import { LIFECYCLE_RULES } from './storage-lifecycle';

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
      {
        path: ['retention_policy', 'is_locked'],
        safe: { oneOf: [true] },
        against: 'copy-loss',
        weaker: 'its retention period is no longer locked',
      },
      { path: ['default_event_based_hold'], safe: { oneOf: [true] }, against: 'copy-loss', weaker: 'new objects are no longer held' },
      { path: ['enable_object_retention'], safe: { oneOf: [true] }, against: 'copy-loss', weaker: 'objects can no longer be locked' },
      { path: ['lifecycle_rule'], safe: LIFECYCLE_RULES, against: 'data-loss', weaker: 'its lifecycle rules' },
      {
        path: ['encryption', 'default_kms_key_name'],
        safe: { set: true },
        against: 'attack',
        weaker: 'its data is no longer encrypted with your own key',
      },
      { path: ['logging', 'log_bucket'], safe: { set: true }, against: 'attack', weaker: 'access to it is no longer logged' },
    ],
    running: { none: 'it does not run' },
    backup: { none: 'it is no copy of data' },
    exposes: { none: 'public access is a protection of it, and grants are resources of their own' },
    uniqueName: { path: ['name'], within: [] },
    use: { none: 'nothing keeps it from being deleted but its objects' },
    pods: { none: 'it creates no pods' },
    price: { unpriced: 'storage and operations by their number', isLarge: false },
    secrets: { none: 'no argument is a secret' },
    rulesFor: { none: 'it decides about no traffic' },
  },
  {
    names: ['google_storage_bucket_object'],
    what: 'a bucket object',
    deletion: decideObject,
    protections: [
      { path: ['temporary_hold'], safe: { oneOf: [true] }, against: 'deletion', weaker: 'it is no longer held' },
      { path: ['event_based_hold'], safe: { oneOf: [true] }, against: 'deletion', weaker: 'it is no longer held until an event' },
      {
        path: ['retention', 'mode'],
        safe: { ranked: [['Locked'], ['Unlocked']] },
        against: 'deletion',
        weaker: 'its retention is no longer locked',
      },
      {
        path: ['retention', 'retain_until_time'],
        safe: { more: '', unset: 'weakest' },
        against: 'deletion',
        weaker: 'it cannot be deleted until',
      },
    ],
    price: { free: 'storage is paid with the bucket' },
  },
  {
    names: ['google_storage_folder', 'google_storage_managed_folder'],
    what: 'a folder of a bucket',
    deletion: {
      kind: 'data',
      impact: 'its objects, when force_destroy is set; otherwise the apply fails while there are any',
      recovery: 'objects within the soft delete duration',
      source: 'https://cloud.google.com/storage/docs/soft-delete',
    },
    price: { free: 'its objects are paid' },
  },
  {
    names: ['google_storage_hmac_key'],
    what: 'an HMAC key',
    deletion: {
      kind: 'service',
      impact: 'the access of its clients',
      recovery: 'a new key',
      severity: 'warn',
    },
    price: { free: 'configuration has no price' },
  },
  {
    names: ['google_storage_transfer_job', 'google_storage_transfer_agent_pool'],
    what: 'a transfer',
    deletion: {
      kind: 'service',
      impact: 'its runs',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'data by its size', isLarge: false },
  },
  {
    names: [
      'google_storage_insights_report_config',
      'google_storage_insights_dataset_config',
      'google_storage_control_project_intelligence_config',
      'google_storage_control_folder_intelligence_config',
      'google_storage_control_organization_intelligence_config',
    ],
    what: 'a report of storage',
    deletion: {
      kind: 'service',
      impact: 'its reports',
      recovery: 'the configuration, from Terraform',
      severity: 'warn',
    },
    price: { unpriced: 'objects by their number', isLarge: false },
  },
  {
    names: ['google_storage_anywhere_cache'],
    what: 'a cache of a bucket',
    deletion: {
      kind: 'harmless',
      why: 'it only holds copies; the objects stay in their bucket',
    },
    price: { unpriced: 'storage and traffic by their size', isLarge: false },
  },
  {
    names: ['google_storage_batch_operations_job'],
    what: 'a batch job',
    deletion: {
      kind: 'harmless',
      why: 'it is only the record of a job',
    },
    price: { unpriced: 'objects by their number', isLarge: false },
  },
];

/** An object with content from the configuration, such as the archive of a function, is written again by it. */
function decideObject(before: unknown): Deletion {
  const isWritten = ['content', 'source'].some((name) => known(textAt(before, name)) !== undefined);
  return isWritten
    ? {
        kind: 'service',
        impact: 'clients that read the object by its name',
        recovery: 'its content, from the configuration; versions that others wrote, within the soft delete duration',
        severity: 'warn',
      }
    : {
        kind: 'data',
        impact: 'its content',
        recovery: 'the object, within the soft delete duration, seven days by default',
        source: 'https://cloud.google.com/storage/docs/soft-delete',
      };
}
