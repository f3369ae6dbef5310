import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk';
import { ComputeDiskResourcePolicyAttachment } from '@cdktf/provider-google/lib/compute-disk-resource-policy-attachment';
import { ComputeResourcePolicy } from '@cdktf/provider-google/lib/compute-resource-policy';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { requireRegion, requireSnapshotLocation } from '../core/google-cloud-names';
import { requireLabels } from '../core/labels';
import { COMPUTE_NAME_LENGTH, physicalName, stableHash } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireWholeNumber } from '../core/require';
import { requireInstance, requireProps } from '../core/require-props';
import { TerraformData } from '../core/terraform-data';
import { ValidationError } from '../core/validation-error';
import type { IPersistentDisk } from './persistent-disk';

/**
 * Start hours of a daily schedule. The documentation of the provider and of the API lists these six; the provider accepts any full hour,
 * which the API rejects.
 */
export type DailyStartHour = 0 | 4 | 8 | 12 | 16 | 20;

const HOURS_A_DAY = 24;

const DAILY_START_HOURS: readonly number[] = [0, 4, 8, 12, 16, 20] satisfies DailyStartHour[];

/** Properties for `SnapshotSchedule`. */
export interface SnapshotScheduleProps {
  readonly project: IProject;

  /** Region of the disks on the schedule, for example `europe-west1`. */
  readonly region: string;

  /**
   * Hour of the day, in UTC, at which daily snapshots start; with `hoursInCycle`, the first ones. The snapshot of each disk begins within
   * that hour.
   *
   * @default 0
   */
  readonly startHourUtc?: DailyStartHour;

  /**
   * Hours between two snapshots of a disk, from 1 to 23.
   *
   * @default - one snapshot a day
   */
  readonly hoursInCycle?: number;

  /**
   * Retention of snapshots in days.
   *
   * @default 14
   */
  readonly retentionDays?: number;

  /**
   * Region or multi-region of the snapshots, for example `eu`.
   *
   * @default - the project's setting, otherwise the multi-region nearest to the disk
   */
  readonly storageLocation?: string;

  /**
   * Flushes the guest's file systems before a snapshot (application consistent). Requires pre and post scripts on the VM, which the nodes of
   * a `CassandraRing` have: they write a manifest, and freeze the data disk for at most 30 seconds. A failed script prevents the snapshot.
   * Without it, snapshots are crash consistent.
   *
   * @default false
   */
  readonly guestFlush?: boolean;

  /**
   * Protects the schedule with `prevent_destroy`, also from `destroy -target`.
   *
   * To change region, storage location or guest flush, disable it in the same deploy and exempt its address from the protection: the new
   * schedule then replaces the old one without a gap. Enable it again afterwards.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Labels of the snapshots.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Snapshot schedule for disks, daily or every few hours.
 *
 * @remarks
 * Snapshots outlive their disk: deleting a disk never deletes its backups. Snapshots of several disks are up to an hour apart and not
 * consistent with each other. Compute Engine changes only retention, hours and labels in place, while the provider plans every change as an
 * update in place: the name of the policy therefore ends in a hash of the immutable arguments, so a change of these creates a new policy,
 * moves the disks to it and then deletes the old one.
 *
 * @example
 * ```ts
 * const backups = new SnapshotSchedule(stack, 'Backups', { project, region: 'europe-west1', startHourUtc: 4, retentionDays: 30 });
 * new CassandraRing(stack, 'Cassandra', {
 *   network,
 *   replicationFactor: 1,
 *   nodes: { b1: { zone: 'europe-west1-b' } },
 *   snapshots: backups,
 * });
 * ```
 */
export class SnapshotSchedule extends Construct {
  public readonly project: IProject;
  public readonly region: string;
  public readonly startHourUtc: number;

  /** Hours between two snapshots of a disk. */
  public readonly hoursBetween: number;
  public readonly retentionDays: number;
  public readonly storageLocation?: string;
  public readonly guestFlush: boolean;
  public readonly deletionProtection: boolean;

  /** Name of the schedule in Compute Engine, as a reference that depends on it. */
  public readonly scheduleName: string;

  private readonly disks = new Set<IPersistentDisk>();

  constructor(scope: Construct, id: string, props: SnapshotScheduleProps) {
    super(scope, id);
    requireProps(this, 'SnapshotScheduleProps', props);

    this.project = requireProject(this, props.project);
    this.region = requireRegion(this, 'region', props.region);
    this.startHourUtc = requireStartHour(this, props.startHourUtc ?? 0);
    this.hoursBetween = requireHoursInCycle(this, props.hoursInCycle) ?? HOURS_A_DAY;
    this.retentionDays = requireWholeNumber(this, 'retentionDays', props.retentionDays ?? 14, { min: 1 });
    this.storageLocation = props.storageLocation && requireSnapshotLocation(this, 'storageLocation', props.storageLocation);
    this.guestFlush = props.guestFlush ?? false;
    this.deletionProtection = props.deletionProtection ?? true;

    const fixed = stableHash(JSON.stringify([this.region, this.storageLocation ?? null, this.guestFlush]));
    const settings = new TerraformData(this, 'FixedSettings', { input: { hash: fixed } });
    const policy = new ComputeResourcePolicy(this, 'Resource', {
      project: this.project.projectId,
      region: this.region,
      name: `${physicalName(this, { maxLength: COMPUTE_NAME_LENGTH - fixed.length - 1 })}-${fixed}`,
      snapshotSchedulePolicy: {
        schedule: cycle(this, props.hoursInCycle),
        retentionPolicy: { maxRetentionDays: this.retentionDays, onSourceDiskDelete: 'KEEP_AUTO_SNAPSHOTS' },
        snapshotProperties: snapshotProperties(this, requireLabels(this, 'labels', props.labels)),
      },
      dependsOn: this.project.enable('compute.googleapis.com'),
      lifecycle: {
        preventDestroy: this.deletionProtection,
        createBeforeDestroy: true,
        // A bare address: Terraform takes no template here.
        replaceTriggeredBy: [`${settings.terraformResourceType}.${settings.friendlyUniqueId}`],
      },
    });
    this.scheduleName = policy.name;

    this.node.addValidation({
      validate: () => (this.disks.size > 0 ? [] : ['no disk is on this schedule, call protect(disk) or remove the schedule']),
    });
  }

  /** Attaches a disk to the schedule. Idempotent. */
  public protect(disk: IPersistentDisk): void {
    if (this.disks.has(disk)) return;
    requireInstance(this, 'disk', 'IPersistentDisk', disk);
    if (!Token.isUnresolved(disk.zone) && !Token.isUnresolved(this.region) && !disk.zone.startsWith(`${this.region}-`)) {
      throw new ValidationError(this, `'disk' must be in the schedule's region (${this.region}), got ${disk.node.path} in ${disk.zone}`);
    }
    if (disk.project.projectId !== this.project.projectId) {
      throw new ValidationError(
        this,
        `'disk' must be in the schedule's project (${this.project.projectId}), got ${disk.node.path} in ${disk.project.projectId}`,
      );
    }
    if (disk.node.tryFindChild('SnapshotSchedule')) {
      throw new ValidationError(this, `'disk' must be on one schedule only, got ${disk.node.path}, which is on another`);
    }
    this.disks.add(disk);

    new ComputeDiskResourcePolicyAttachment(disk, 'SnapshotSchedule', {
      project: disk.project.projectId,
      name: this.scheduleName,
      disk: disk.diskName,
      zone: disk.zone,
      lifecycle: whenReplaced(disk),
    });
  }
}

/**
 * Replaces the attachment with its disk. A replaced disk has the same name and no schedule, and Terraform would detect the difference only
 * in the next plan.
 */
function whenReplaced(disk: IPersistentDisk): { replaceTriggeredBy: string[] } | undefined {
  const { defaultChild } = disk.node;
  if (!(defaultChild instanceof ComputeDisk)) return undefined;
  return { replaceTriggeredBy: [`${defaultChild.terraformResourceType}.${defaultChild.friendlyUniqueId}.disk_id`] };
}

/**
 * Properties of the snapshots; `undefined` if none is set. The provider never sends a block with only `guest_flush = false`, so every later
 * plan would add it again, and the API rejects that change.
 *
 * @see https://github.com/hashicorp/terraform-provider-google/issues/20499
 */
function snapshotProperties({ guestFlush, storageLocation }: SnapshotSchedule, labels: SnapshotScheduleProps['labels'] = {}) {
  const hasLabels = Token.isUnresolved(labels) || Object.keys(labels).length > 0;
  if (!guestFlush && !storageLocation && !hasLabels) return undefined;
  return {
    guestFlush: guestFlush || undefined,
    storageLocations: storageLocation ? [storageLocation] : undefined,
    labels: hasLabels ? labels : undefined,
  };
}

/** Cycle of the schedule, daily unless hours are given. */
function cycle({ startHourUtc }: SnapshotSchedule, hoursInCycle: number | undefined) {
  const startTime = `${String(startHourUtc).padStart(2, '0')}:00`;
  return hoursInCycle === undefined ? { dailySchedule: { daysInCycle: 1, startTime } } : { hourlySchedule: { hoursInCycle, startTime } };
}

function requireHoursInCycle(scope: Construct, hours: number | undefined): number | undefined {
  return hours === undefined ? undefined : requireWholeNumber(scope, 'hoursInCycle', hours, { min: 1, max: HOURS_A_DAY - 1 });
}

function requireStartHour(scope: Construct, hour: number): number {
  if (typeof hour !== 'number' || (!Token.isUnresolved(hour) && !DAILY_START_HOURS.includes(hour))) {
    throw new ValidationError(scope, `'startHourUtc' must be one of ${DAILY_START_HOURS.join(', ')}, got ${hour}`);
  }
  return hour;
}
