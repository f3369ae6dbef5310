import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { DATACENTER_LABEL, RACK_LABEL, RING_LABEL, VALID } from '../cassandra-contract/labels';
import { requireSnapshotLocation } from '../core/google-cloud-names';
import { requireLabels } from '../core/labels';
import { kebabCase, requireName } from '../core/physical-name';
import { requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { requireText } from '../core/template-text';
import { ValidationError } from '../core/validation-error';
import { writeNote } from '../terraform/notes';
import { type AlertTarget, createAlertPolicy, logMetricName, promQlName } from './alert-policy';
import type { CassandraRing } from './cassandra-ring';
import { requireNotificationChannels } from './ring-requirements';
import { SnapshotSetAccount } from './snapshot-set-account';
import { createSnapshotSetWorkflow } from './snapshot-set-workflow';

/** Hours between two sets: divisors of a day. */
export type HoursBetweenSets = 1 | 2 | 3 | 4 | 6 | 8 | 12 | 24;

const HOURS_BETWEEN_SETS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 24] satisfies HoursBetweenSets[];

/** Maximum number of requests that Workflows runs at once. */
const MAX_DISKS = 20;

const WORKFLOW = 'workflows.googleapis.com/Workflow';

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
    this.hoursBetween = requireHoursBetween(this, props.hoursBetween ?? 4);
    this.retentionDays = requireWholeNumber(this, 'retentionDays', props.retentionDays ?? 7, { min: 1 });
    this.minimumSets = requireWholeNumber(this, 'minimumSets', props.minimumSets ?? 3, { min: 1 });
    this.maxSkewSeconds = requireWholeNumber(this, 'maxSkewSeconds', props.maxSkewSeconds ?? 120, { min: 1 });
    const least = this.hoursBetween + 1;
    this.withinHours = requireWholeNumber(this, 'withinHours', props.withinHours ?? least + 1, { min: least });
    this.storageLocation = props.storageLocation && requireSnapshotLocation(this, 'storageLocation', props.storageLocation);
    this.alerts = props.alerts ?? this.ring.alerts;
    this.notificationChannels = requireNotificationChannels(this, props.notificationChannels ?? this.ring.notificationChannels);
    this.deletionProtection = props.deletionProtection ?? true;
    requireEnoughSets(this);

    const { project } = this.ring;
    const account = new SnapshotSetAccount(this, 'Account', { project, name: this.name, ringName: this.ring.name });
    this.serviceAccountEmail = account.email;
    const workflow = this.createWorkflow(account);
    this.workflowName = workflow.name;
    this.createJob(workflow, account);
    if (this.alerts) this.createAlerts();
  }

  private createWorkflow({ email, grants }: SnapshotSetAccount): WorkflowsWorkflow {
    const { project, network, name } = this.ring;
    return new WorkflowsWorkflow(this, 'Resource', {
      project: project.projectId,
      region: network.region,
      name: this.name,
      description: `Takes snapshots of all data disks of ${name} at once, after a flush`,
      labels: { [RING_LABEL]: name },
      serviceAccount: email,
      callLogLevel: 'LOG_ERRORS_ONLY',
      sourceContents: requireText(this, 'sourceContents', JSON.stringify(this.defineWorkflow(), undefined, 1)),
      deletionProtection: this.deletionProtection,
      dependsOn: [...project.enable('workflows.googleapis.com'), ...project.enable('compute.googleapis.com'), ...grants],
    });
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

  private createJob(workflow: WorkflowsWorkflow, { jobEmail, grants }: SnapshotSetAccount): void {
    const { project, network, name } = this.ring;
    const job = new CloudSchedulerJob(this, 'Job', {
      project: project.projectId,
      region: network.region,
      name: this.name,
      description: `Starts the snapshot sets of ${name}`,
      schedule: this.hoursBetween === 24 ? '0 0 * * *' : `0 */${this.hoursBetween} * * *`,
      timeZone: 'Etc/UTC',
      attemptDeadline: '180s',
      // A repeated start takes another set, which does no harm.
      retryConfig: { retryCount: 3 },
      httpTarget: {
        httpMethod: 'POST',
        uri: `https://workflowexecutions.googleapis.com/v1/projects/${project.projectId}/locations/${network.region}/workflows/${workflow.name}/executions`,
        oauthToken: { serviceAccountEmail: jobEmail, scope: 'https://www.googleapis.com/auth/cloud-platform' },
      },
      dependsOn: [...project.enable('cloudscheduler.googleapis.com'), ...project.enable('workflowexecutions.googleapis.com'), ...grants],
    });
    // For commands that read the synthesized stack: Terraform ignores this block.
    writeNote(job, 'snapshotSet', {
      ring: name,
      disks: [...this.ring.nodes.values()].map(({ disk }) => disk.diskName),
      hoursBetween: this.hoursBetween,
      retentionDays: this.retentionDays,
    });
  }

  private createAlerts(): void {
    const { project, name, clusterName } = this.ring;
    const target: AlertTarget = {
      project,
      ringName: name,
      clusterLabel: kebabCase(clusterName),
      notificationChannels: this.notificationChannels,
    };
    const metric = `${this.name}-valid`;
    const taken = new LoggingMetric(this, 'ValidSets', {
      project: project.projectId,
      name: metric,
      description: `Snapshot sets of ${name} that are valid`,
      filter: [
        `resource.type="${WORKFLOW}"`,
        `resource.labels.workflow_id="${this.name}"`,
        'log_id("Workflows")',
        `jsonPayload.state="${VALID}"`,
        'severity=NOTICE',
      ].join('\n'),
      metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64', unit: '1', displayName: `Valid snapshot sets of ${name}` },
      dependsOn: project.enable('logging.googleapis.com'),
    });
    const valid = `${logMetricName(metric)}{monitored_resource="${WORKFLOW}"}`;
    createAlertPolicy(this, 'Overdue', target, {
      severity: 'CRITICAL',
      title: `no valid snapshot set of the last ${this.withinHours} hours`,
      conditions: [`(sum(increase(${valid}[${this.withinHours}h])) or vector(0)) < 1`],
      documentation: [
        `The newest valid snapshot set is older than ${this.withinHours} hours: a restore now loses all later writes.`,
        `See 'gke-platform cassandra backups', and the failed executions of the workflow ${this.name}, whose result names the node and the cause. The snapshots of the schedule are independent of it.`,
      ],
      waitFor: [taken],
    });
    const finished = promQlName('workflows.googleapis.com/finished_execution_count');
    createAlertPolicy(this, 'RunFailed', target, {
      severity: 'WARNING',
      title: 'a snapshot set failed',
      conditions: [`sum(increase(${finished}{monitored_resource="${WORKFLOW}",workflow_id="${this.name}",status="FAILED"}[1h])) > 0`],
      documentation: [
        'A run of the workflow failed: its set is not valid, or expired sets could not be deleted.',
        `See the failed execution of the workflow ${this.name}. The next run takes the next set.`,
      ],
    });
  }
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

function requireHoursBetween(scope: Construct, hours: number): number {
  if (typeof hours !== 'number' || Token.isUnresolved(hours) || !HOURS_BETWEEN_SETS.includes(hours)) {
    throw new ValidationError(scope, `'hoursBetween' must be one of ${HOURS_BETWEEN_SETS.join(', ')}, got ${hours}`);
  }
  return hours;
}

/** Requires a retention in which the minimum of sets is taken. Otherwise no set would ever be deleted. */
function requireEnoughSets(sets: SnapshotSet): void {
  const { minimumSets, retentionDays, hoursBetween } = sets;
  const taken = Math.floor((retentionDays * 24) / hoursBetween);
  if (Token.isUnresolved(minimumSets) || Token.isUnresolved(retentionDays) || minimumSets <= taken) return;
  throw new ValidationError(
    sets,
    `'minimumSets' must be at most the sets that 'retentionDays' has room for (${taken}), got ${minimumSets}`,
  );
}
