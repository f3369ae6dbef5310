import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { Construct } from 'constructs';
import { requireLabels } from '../core/labels';
import { type IProject, requireProject } from '../core/project';
import { requireMatch, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';

const BUCKET = /^(?!goog|.*google)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/;
const BUCKET_FORM = "3 to 63 lower case letters, digits, hyphens and underscores, not beginning with 'goog' and without 'google'";
const LOCATION = /^([a-z]+-[a-z]+\d+|[a-z]+\d*)$/i;
const DAY_SECONDS = 86_400;

/** Properties for `BackupArchive`. */
export interface BackupArchiveProps {
  /** Project of the bucket. In another project than the ring's, accounts that can delete the ring need no access to it. */
  readonly project: IProject;

  /** Name of the bucket, globally unique: 3 to 63 lower case letters, digits, hyphens and underscores. */
  readonly name: string;

  /** Region, dual-region or multi-region of the bucket, for example `europe-west1` or `eu`. */
  readonly location: string;

  /**
   * Days for which no object can be deleted or overwritten, at least 1; Cloud Storage deletes objects a day later. A restore to a point in
   * time needs a snapshot set of this period, and the manifest of a snapshot is compared with that of the archive within it.
   *
   * @default 8 - a day more than `SnapshotSet` keeps its sets
   */
  readonly retentionDays?: number;

  /**
   * Locks the retention policy: it can be extended, and never shortened or removed, by an owner of the project neither. The bucket cannot be
   * deleted before its last object. A lock cannot be undone.
   *
   * @default false
   */
  readonly isLocked?: boolean;

  /**
   * Protects the bucket with `prevent_destroy`.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Labels of the bucket.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Bucket for the commit logs of Cassandra rings and the manifests of their snapshots, from which nothing can be deleted before the end of its
 * retention.
 *
 * @remarks
 * A node may create objects below its own name, which is no permission to delete or overwrite, and read those of its ring, to compare what it
 * uploaded. Public access is prevented, and access is granted for the bucket as a whole. Cloud Storage enforces the retention against every
 * account; without `isLocked` an administrator can remove the policy first.
 *
 * @example
 * ```ts
 * const archive = new BackupArchive(stack, 'Archive', { project, name: 'parking-staging-cassandra', location: 'europe-west1' });
 * new CassandraRing(stack, 'Cassandra', {
 *   network,
 *   replicationFactor: 1,
 *   nodes: { b1: { zone: 'europe-west1-b' } },
 *   archive,
 * });
 * ```
 */
export class BackupArchive extends Construct {
  public readonly project: IProject;
  public readonly name: string;
  public readonly location: string;
  public readonly retentionDays: number;
  public readonly isLocked: boolean;
  public readonly deletionProtection: boolean;

  /** Name of the bucket, as a reference that depends on it. */
  public readonly bucketName: string;

  constructor(scope: Construct, id: string, props: BackupArchiveProps) {
    super(scope, id);
    requireProps(this, 'BackupArchiveProps', props);

    this.project = requireProject(this, props.project);
    this.name = requireMatch(this, 'name', props.name, BUCKET, BUCKET_FORM);
    this.location = requireMatch(this, 'location', props.location, LOCATION, 'a region such as europe-west1, or a multi-region such as eu');
    this.retentionDays = requireWholeNumber(this, 'retentionDays', props.retentionDays ?? 8, { min: 1, max: 3650 });
    this.isLocked = props.isLocked ?? false;
    this.deletionProtection = props.deletionProtection ?? true;

    const bucket = new StorageBucket(this, 'Resource', {
      project: this.project.projectId,
      name: this.name,
      location: this.location.toUpperCase(),
      storageClass: 'STANDARD',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: false,
      retentionPolicy: { retentionPeriod: this.retentionDays * DAY_SECONDS, isLocked: this.isLocked },
      lifecycleRule: [{ action: { type: 'Delete' }, condition: { age: this.retentionDays + 1 } }],
      labels: requireLabels(this, 'labels', props.labels),
      dependsOn: this.project.enable('storage.googleapis.com'),
      lifecycle: { preventDestroy: this.deletionProtection },
    });
    this.bucketName = bucket.name;
  }
}
