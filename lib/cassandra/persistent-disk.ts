import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { Construct } from 'constructs';
import { requireLabels } from '../core/labels';
import { nameOrPhysical } from '../core/physical-name';
import type { IProject } from '../core/project';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { DISK_TYPES, type DiskType } from './disk-type';

/** Longest disk name that leaves room for the date in the name of its last snapshot. */
export const DISK_NAME_LENGTH = 48;

/** A zonal disk that can be attached, and put on a snapshot schedule. */
export interface IPersistentDisk extends Construct {
  readonly project: IProject;
  readonly diskName: string;

  /** Zone, for example `europe-west1-b`. */
  readonly zone: string;
}

/** Properties for `PersistentDisk`. */
export interface PersistentDiskProps {
  readonly project: IProject;

  /** Zone, for example `europe-west1-b`. */
  readonly zone: string;

  /** Size. It can grow in place and never shrink. */
  readonly sizeGiB: number;

  /** @default 'pd-ssd' */
  readonly type?: DiskType;

  /**
   * Name in Compute Engine, at most 48 characters: its last snapshot is called after it.
   *
   * @default - made from the construct's path
   */
  readonly name?: string;

  /**
   * Snapshot the disk is made from: its name, or `projects/PROJECT/global/snapshots/NAME`.
   *
   * Read only when the disk is created. Removing it later changes nothing. Adding it to a disk that exists, or naming
   * another snapshot, fails the plan: nothing would be restored. Restore to a new disk instead.
   *
   * @default - a blank disk
   */
  readonly restoreFrom?: string;

  /**
   * Whether Terraform refuses every plan that deletes the disk.
   *
   * @default true; without it a destroy deletes the disk, after a last snapshot
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether a last snapshot is taken before the disk is deleted. Terraform does not manage that snapshot: it stays.
   *
   * @default true; without it a deleted disk is gone
   */
  readonly snapshotBeforeDestroy?: boolean;

  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A disk that outlives the VM it is attached to.
 *
 * Two things stand between a plan and the loss of its data: `prevent_destroy`, and a snapshot taken before it is deleted.
 */
export class PersistentDisk extends Construct implements IPersistentDisk {
  public readonly project: IProject;
  public readonly zone: string;
  public readonly sizeGiB: number;
  public readonly type: DiskType;
  public readonly restoreFrom?: string;
  public readonly deletionProtection: boolean;
  public readonly snapshotBeforeDestroy: boolean;

  /** Name in Compute Engine, as a reference that waits for the disk. */
  public readonly diskName: string;

  /** `projects/P/zones/Z/disks/NAME`, as a reference that waits for the disk. */
  public readonly diskId: string;

  /** Number Compute Engine gave this very disk; another disk of the same name has another one. */
  public readonly diskNumber: string;

  constructor(scope: Construct, id: string, props: PersistentDiskProps) {
    super(scope, id);

    this.project = props.project;
    this.zone = requireZone(this, 'zone', props.zone);
    this.sizeGiB = requireWholeNumber(this, 'sizeGiB', props.sizeGiB, { min: 10, max: 65536 });
    this.type = requireOneOf(this, 'type', props.type ?? 'pd-ssd', DISK_TYPES);
    this.restoreFrom = props.restoreFrom && requireMatch(this, 'restoreFrom', props.restoreFrom, SNAPSHOT, SNAPSHOT_FORM);
    this.deletionProtection = props.deletionProtection ?? true;
    this.snapshotBeforeDestroy = props.snapshotBeforeDestroy ?? true;

    const disk = new ComputeDisk(this, 'Resource', {
      project: this.project.projectId,
      name: nameOrPhysical(this, props.name, { maxLength: DISK_NAME_LENGTH }),
      zone: this.zone,
      type: this.type,
      size: this.sizeGiB,
      snapshot: this.restoreFrom,
      createSnapshotBeforeDestroy: this.snapshotBeforeDestroy,
      labels: requireLabels(this, 'labels', props.labels),
      dependsOn: this.project.enable('compute.googleapis.com'),
      lifecycle: {
        preventDestroy: this.deletionProtection,
        ignoreChanges: ['snapshot'],
        postcondition: this.restoreFrom === undefined ? undefined : [madeFrom(this.restoreFrom)],
      },
    });
    this.diskName = disk.name;
    this.diskId = disk.id;
    this.diskNumber = disk.diskId;
  }
}

const SNAPSHOT =
  /^((https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\/)?projects\/[^/"\\$\s]+\/)?(global\/snapshots\/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SNAPSHOT_FORM = 'a snapshot, as NAME or projects/PROJECT/global/snapshots/NAME';

/**
 * Fails the plan of a disk that was made from something else. With `ignore_changes` Terraform passes over the argument,
 * and reports success with nothing restored. The API returns a link where the configuration may have a name.
 */
function madeFrom(snapshot: string): { condition: string; errorMessage: string } {
  return {
    condition: `\${basename(coalesce(self.snapshot, "-")) == basename("${snapshot}")}`,
    errorMessage:
      `'restoreFrom' is read only when a disk is created: \${self.name} exists and was not made from ${snapshot}, so nothing would be restored. ` +
      'Restore to a new disk. Or take a snapshot of this one, delete its VM and the disk with gcloud, and deploy again.',
  };
}

/** Returns the zone when it has the form of one. */
export function requireZone(scope: Construct, prop: string, zone: string): string {
  return requireMatch(scope, prop, zone, /^[a-z]+-[a-z]+\d+-[a-z]$/, 'a zone such as europe-west1-b');
}
