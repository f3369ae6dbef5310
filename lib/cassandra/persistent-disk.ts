import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { Construct } from 'constructs';
import { requireLabels } from '../core/labels';
import { DISK_NAME_LENGTH, nameOrPhysical } from '../core/physical-name';
import { writePredecessors } from '../core/predecessors';
import { type IProject, requireProject } from '../core/project';
import { requireMatch, requireOneOf, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { DISK_TYPES, type DiskType } from './disk-type';

/** Zonal disk that can be attached to a VM and to a snapshot schedule. */
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

  /** Size, from 10 to 65536. A disk grows in place and never shrinks. */
  readonly sizeGiB: number;

  /**
   * Disk type. Immutable.
   *
   * @default 'pd-ssd'
   */
  readonly type?: DiskType;

  /**
   * Name in Compute Engine, at most 48 characters: the last snapshot is named after it.
   *
   * @default - derived from the construct's path
   */
  readonly name?: string;

  /**
   * Source snapshot of the disk, as `NAME` or `projects/PROJECT/global/snapshots/NAME`.
   *
   * Used at creation only. Removing it later has no effect. Adding it to an existing disk, or changing it, fails the plan: nothing would be
   * restored. Create another disk instead.
   *
   * @default - a blank disk
   */
  readonly sourceSnapshot?: string;

  /**
   * Protects the disk with `prevent_destroy`. Without it, a destroy deletes the disk, after a last snapshot.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Takes a last snapshot before the disk is deleted. The snapshot is kept: Terraform does not manage it.
   *
   * @default true
   */
  readonly snapshotBeforeDestroy?: boolean;

  /**
   * Labels of the disk.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Persistent disk that outlives the VM that it is attached to.
 *
 * @remarks
 * Two measures protect the data from a plan: `prevent_destroy`, and a snapshot before deletion. `sourceSnapshot` creates the disk from a
 * snapshot; a postcondition fails the plan of an existing disk from which nothing would be restored.
 *
 * @example
 * ```ts
 * const disk = new PersistentDisk(stack, 'Reports', { project, zone: 'europe-west1-b', sizeGiB: 100 });
 * schedule.protect(disk);
 * ```
 */
export class PersistentDisk extends Construct implements IPersistentDisk {
  public readonly project: IProject;
  public readonly zone: string;
  public readonly sizeGiB: number;
  public readonly type: DiskType;
  public readonly sourceSnapshot?: string;
  public readonly deletionProtection: boolean;
  public readonly snapshotBeforeDestroy: boolean;

  /** Name in Compute Engine, as a reference that depends on the disk. */
  public readonly diskName: string;

  /** `projects/P/zones/Z/disks/NAME`, as a reference that depends on the disk. */
  public readonly diskId: string;

  /** Numeric id in Compute Engine, unique also among successive disks of the same name. */
  public readonly diskNumber: string;

  private readonly resource: ComputeDisk;

  constructor(scope: Construct, id: string, props: PersistentDiskProps) {
    super(scope, id);
    requireProps(this, 'PersistentDiskProps', props);

    this.project = requireProject(this, props.project);
    this.zone = requireZone(this, 'zone', props.zone);
    this.sizeGiB = requireWholeNumber(this, 'sizeGiB', props.sizeGiB, { min: 10, max: 65536 });
    this.type = requireOneOf(this, 'type', props.type ?? 'pd-ssd', DISK_TYPES);
    this.sourceSnapshot = props.sourceSnapshot && requireMatch(this, 'sourceSnapshot', props.sourceSnapshot, SNAPSHOT, SNAPSHOT_FORM);
    this.deletionProtection = props.deletionProtection ?? true;
    this.snapshotBeforeDestroy = props.snapshotBeforeDestroy ?? true;

    const disk = new ComputeDisk(this, 'Resource', {
      project: this.project.projectId,
      name: nameOrPhysical(this, props.name, { maxLength: DISK_NAME_LENGTH }),
      zone: this.zone,
      type: this.type,
      size: this.sizeGiB,
      snapshot: this.sourceSnapshot,
      createSnapshotBeforeDestroy: this.snapshotBeforeDestroy,
      labels: requireLabels(this, 'labels', props.labels),
      dependsOn: this.project.enable('compute.googleapis.com'),
      lifecycle: {
        preventDestroy: this.deletionProtection,
        ignoreChanges: ['snapshot'],
        postcondition: this.sourceSnapshot === undefined ? undefined : [requireSource(this.sourceSnapshot)],
      },
    });
    this.diskName = disk.name;
    this.diskId = disk.id;
    this.diskNumber = disk.diskId;
    this.resource = disk;
  }

  /** Records that this disk takes the place of others, which stay: a list of protected addresses need not name it. */
  public succeed(former: readonly PersistentDisk[]): void {
    writePredecessors(
      this.resource,
      former.map(({ resource }) => resource),
    );
  }
}

const SNAPSHOT =
  /^((https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\/)?projects\/[^/"\\$\s]+\/)?(global\/snapshots\/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SNAPSHOT_FORM = 'a snapshot, as NAME or projects/PROJECT/global/snapshots/NAME';

/**
 * Postcondition that fails the plan of a disk with another source. With `ignore_changes` alone, Terraform would ignore the argument
 * and report success with nothing restored. The API returns a URL where the configuration may have a name.
 */
function requireSource(snapshot: string): { condition: string; errorMessage: string } {
  return {
    condition: `\${basename(coalesce(self.snapshot, "-")) == basename("${snapshot}")}`,
    errorMessage:
      `'sourceSnapshot' is read only when a disk is created: \${self.name} exists and was not made from ${snapshot}, so nothing would be restored. ` +
      'Create another disk from the snapshot; gke-platform cassandra restore does so for a ring.',
  };
}

/** Requires the form of a zone. */
export function requireZone(scope: Construct, prop: string, zone: string): string {
  return requireMatch(scope, prop, zone, /^[a-z]+-[a-z]+\d+-[a-z]$/, 'a zone such as europe-west1-b');
}
