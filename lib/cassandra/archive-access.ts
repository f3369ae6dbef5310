import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { BackupArchive } from './backup-archive';

/**
 * Lets a service account create objects of an archive below one prefix, and read objects below another. It can neither delete nor overwrite
 * any.
 *
 * @returns dependencies for what uses the permission
 */
export function grantArchive(
  scope: Construct,
  archive: BackupArchive,
  serviceAccountEmail: string,
  prefixes: { readonly create: string; readonly read: string },
): ITerraformDependable[] {
  const member = (id: string, role: string, prefix: string): StorageBucketIamMember =>
    new StorageBucketIamMember(scope, id, {
      bucket: archive.bucketName,
      role,
      member: `serviceAccount:${serviceAccountEmail}`,
      condition: {
        title: `Objects of ${prefix}`,
        description: 'Objects below one prefix only',
        expression: `resource.name.startsWith("projects/_/buckets/${archive.name}/objects/${prefix}")`,
      },
    });
  return [
    member('ArchiveCreator', 'roles/storage.objectCreator', prefixes.create),
    member('ArchiveReader', 'roles/storage.objectViewer', prefixes.read),
  ];
}
