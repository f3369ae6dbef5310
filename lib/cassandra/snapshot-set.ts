import { Construct } from 'constructs';
import { DATACENTER_LABEL, RACK_LABEL } from '../cassandra-contract/labels';
import { requireLabels } from '../core/labels';
import { kebabCase, requireName } from '../core/physical-name';
import { requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import type { CassandraRing } from './cassandra-ring';
import { requireNotificationChannels } from './ring-requirements';
import { createScheduledWorkflow } from './scheduled-workflow';
import { createScheduledWorkflowAlerts } from './scheduled-workflow-alerts';
import { SnapshotReaders } from './snapshot-readers';
import { SnapshotSetAccount, type SnapshotSetPermissions } from './snapshot-set-account';
import { requireSetPlan } from './snapshot-set-requirements';
import { createSnapshotSetWorkflow } from './snapshot-set-workflow';

/** Hours between two sets: divisors of a day. */
export type HoursBetweenSets = 1 | 2 | 3 | 4 | 6 | 8 | 12 | 24;

const HOURS_BETWEEN_SETS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 24] satisfies HoursBetweenSets[];

/** Maximum number of requests that Workflows runs at once. */
const MAX_DISKS = 20;

/** Properties for `SnapshotSet`. */
export interface SnapshotSetProps {
  /** Ring whose data disks are in the sets. */
  readonly ring: CassandraRing;

  /**
   * Name of workflow, job and metric, and prefix of accounts and roles, at most 40 characters.
   *
   * @default - name of the ring and `-sets`
   */
  readonly name?: string;

  /**
   * Hours between two sets, from 00:00 UTC: 1, 2, 3, 4, 6, 8, 12 or 24.
   *
   * @default 4
   */
  readonly hoursBetween?: HoursBetweenSets;

  /**
   * Retention of sets in days. Sets are deleted as a whole, by the next run that succeeds.
   *
   * @default 7
   */
  readonly retentionDays?: number;

  /**
   * Number of valid sets younger than `retentionDays` without which no set is deleted: when sets fail, the last valid ones stay.
   *
   * @default 3
   */
  readonly minimumSets?: number;

  /**
   * Maximum time between the first and the last snapshot of a set in seconds. A set that exceeds it is not valid.
   *
   * @default 120
   */
  readonly maxSkewSeconds?: number;

  /**
   * Maximum age of the newest valid set in hours, for the alert policy. At least one hour more than `hoursBetween`: a run takes up to an
   * hour.
   *
   * @default - `hoursBetween` plus two hours
   */
  readonly withinHours?: number;

  /**
   * Region or multi-region of the snapshots, for example `eu`.
   *
   * @default - the project's setting, otherwise the multi-region nearest to the disk
   */
  readonly storageLocation?: string;

  /**
   * Creates alert policies for sets that are overdue and runs that failed.
   *
   * @default - the setting of the ring
   */
  readonly alerts?: boolean;

  /**
   * Notification channels of the alert policies, as `projects/PROJECT/notificationChannels/NUMBER`.
   *
   * @default - those of the ring
   */
  readonly notificationChannels?: readonly string[];

  /**
   * Principals that may read the snapshots of the ring and create disks from them, and change nothing: the account of a
   * `SnapshotSetCopies`, as `serviceAccount:EMAIL`. It must exist.
   *
   * @default - none
   */
  readonly readers?: readonly string[];

  /**
   * Protects the workflow from deletion by Terraform. Disable it in a deploy before the one that removes the construct.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * Snapshots of all data disks of a ring at once, after a flush of each guest: the backups that a ring is restored from.
 *
 * @remarks
 * Cloud Scheduler starts a workflow, which asks Compute Engine for a snapshot of each disk with `guestFlush`, waits until all are READY,
 * compares their times and labels them `valid`. A set with any failure is never valid, fails the execution, and opens an incident once the
 * newest valid set is too old. A replaced disk is in the next set: the workflow names the disks of the present generation. It deletes
 * expired sets of this ring, and no other snapshots. The snapshots of `SnapshotSchedule` are independent of it: keep both.
 *
 * @example
 * ```ts
 * new SnapshotSet(stack, 'Sets', { ring, hoursBetween: 1, retentionDays: 3 });
 * ```
 */
export class SnapshotSet extends Construct {
  public readonly ring: CassandraRing;
  public readonly name: string;
  public readonly hoursBetween: number;
  public readonly retentionDays: number;
  public readonly minimumSets: number;
  public readonly maxSkewSeconds: number;
  public readonly withinHours: number;
  public readonly storageLocation?: string;
  public readonly alerts: boolean;
  public readonly notificationChannels: readonly string[];
  public readonly readers: readonly string[];
  public readonly deletionProtection: boolean;

  /** Name of the workflow, as a reference that depends on it. */
  public readonly workflowName: string;

  /** Email address of the service account that takes and deletes snapshots, as a reference. */
  public readonly serviceAccountEmail: string;

  constructor(scope: Construct, id: string, props: SnapshotSetProps) {
    super(scope, id);
    requireProps(this, 'SnapshotSetProps', props);

    this.ring = requireRing(this, props.ring);
    this.name = requireName(this, 'name', props.name ?? `${this.ring.name}-sets`, 40);
    const plan = requireSetPlan(this, props, { allowedHours: HOURS_BETWEEN_SETS, defaultHours: 4, marginHours: 2 });
    this.hoursBetween = plan.hoursBetween;
    this.retentionDays = plan.retentionDays;
    this.minimumSets = plan.minimumSets;
    this.withinHours = plan.withinHours;
    this.storageLocation = plan.storageLocation;
    this.readers = plan.readers;
    this.maxSkewSeconds = requireWholeNumber(this, 'maxSkewSeconds', props.maxSkewSeconds ?? 120, { min: 1 });
    this.alerts = props.alerts ?? this.ring.alerts;
    this.notificationChannels = requireNotificationChannels(this, props.notificationChannels ?? this.ring.notificationChannels);
    this.deletionProtection = props.deletionProtection ?? true;

    const { project, network, name: ringName } = this.ring;
    const account = new SnapshotSetAccount(this, 'Account', {
      project,
      name: this.name,
      ringName,
      permissions: createPermissions(ringName),
    });
    this.serviceAccountEmail = account.email;
    this.workflowName = createScheduledWorkflow(this, {
      ...{ project, region: network.region, name: this.name, ringName, account, deletionProtection: this.deletionProtection },
      definition: this.defineWorkflow(),
      descriptions: {
        workflow: `Takes snapshots of all data disks of ${ringName} at once, after a flush`,
        job: `Starts the snapshot sets of ${ringName}`,
      },
      schedule: this.hoursBetween === 24 ? '0 0 * * *' : `0 */${this.hoursBetween} * * *`,
      note: {
        ring: ringName,
        disks: [...this.ring.nodes.values()].map(({ disk }) => disk.diskName),
        hoursBetween: this.hoursBetween,
        retentionDays: this.retentionDays,
      },
    });
    if (this.readers.length > 0) new SnapshotReaders(this, 'Readers', { project, name: this.name, ringName, members: this.readers });
    if (this.alerts) this.createAlerts();
  }

  private defineWorkflow() {
    const { project, name, clusterName, datacenter, nodes } = this.ring;
    const disks = [...nodes].map(([node, { name: vm, zone, rack, disk }]) => ({ node, vm, zone, rack, disk: disk.diskName }));
    requireLabels(this, 'ring', { [DATACENTER_LABEL]: datacenter.toLowerCase() });
    for (const { rack } of disks) requireLabels(this, 'ring', { [RACK_LABEL]: rack.toLowerCase() });
    return createSnapshotSetWorkflow({
      projectId: project.projectId,
      ringName: name,
      clusterLabel: kebabCase(clusterName),
      datacenter,
      disks,
      maxSkewSeconds: this.maxSkewSeconds,
      retentionDays: this.retentionDays,
      minimumSets: this.minimumSets,
      storageLocation: this.storageLocation,
    });
  }

  private createAlerts(): void {
    const { project, name: ringName, clusterName } = this.ring;
    const target = { project, ringName, clusterLabel: kebabCase(clusterName), notificationChannels: this.notificationChannels };
    createScheduledWorkflowAlerts(this, target, {
      ...{ name: this.name, withinHours: this.withinHours },
      set: 'snapshot set',
      sets: `Snapshot sets of ${ringName}`,
      overdue: [
        `The newest valid snapshot set is older than ${this.withinHours} hours: a restore now loses all later writes.`,
        `See 'gke-platform cassandra backups', and the failed executions of the workflow ${this.name}, whose result names the node and the cause. The snapshots of the schedule are independent of it.`,
      ],
      failed: [
        'A run of the workflow failed: its set is not valid, or expired sets could not be deleted.',
        `See the failed execution of the workflow ${this.name}. The next run takes the next set.`,
      ],
    });
  }
}

function createPermissions(ringName: string): SnapshotSetPermissions {
  return {
    project: [
      'compute.globalOperations.get',
      'compute.snapshots.create',
      'compute.snapshots.get',
      'compute.snapshots.list',
      'compute.snapshots.setLabels',
      'compute.zoneOperations.get',
      'logging.logEntries.create',
    ],
    ring: ['compute.disks.createSnapshot', 'compute.snapshots.delete'],
    diskPrefix: `${ringName}-`,
    titles: {
      subject: 'Snapshot sets',
      project: 'reads snapshots and operations, creates and labels snapshots',
      ring: 'takes and deletes snapshots of one ring',
    },
  };
}

/** Rings that have sets: two workflows would delete each other's. */
const rings = new WeakSet<CassandraRing>();

function requireRing(scope: Construct, ring: CassandraRing): CassandraRing {
  if (ring.nodes.size > MAX_DISKS) {
    throw new ValidationError(scope, `'ring' must have at most ${MAX_DISKS} nodes, got ${ring.nodes.size}`);
  }
  if (rings.has(ring)) throw new ValidationError(scope, `'ring' must have one SnapshotSet only, got ${ring.node.path}, which has another`);
  rings.add(ring);
  return ring;
}
