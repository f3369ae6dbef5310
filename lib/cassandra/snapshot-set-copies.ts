import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { COPY_PROJECT_LABEL, projectLabel } from '../cassandra-contract/labels';
import { requireKmsKey, requireProjectId } from '../core/google-cloud-names';
import { requireLabels } from '../core/labels';
import { requireName } from '../core/physical-name';
import { type IProject, requireProject } from '../core/project';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import { requireZone } from './persistent-disk';
import { requireNotificationChannels } from './ring-requirements';
import { createScheduledWorkflow } from './scheduled-workflow';
import { createScheduledWorkflowAlerts } from './scheduled-workflow-alerts';
import { SnapshotReaders } from './snapshot-readers';
import { SnapshotSetAccount, type SnapshotSetPermissions } from './snapshot-set-account';
import { COPY_LIMIT_SECONDS, copyDiskPrefix, createSnapshotSetCopiesWorkflow } from './snapshot-set-copies-workflow';
import { requireSetPlan } from './snapshot-set-requirements';

/** Hours between two copies: divisors of a day that are longer than a run. */
export type HoursBetweenCopies = 6 | 8 | 12 | 24;

const HOURS_BETWEEN_COPIES: readonly number[] = [6, 8, 12, 24] satisfies HoursBetweenCopies[];

/** Hours within which a run ends, and an hour. */
const RUN_HOURS = COPY_LIMIT_SECONDS / 3_600 + 1;

/** Maximum length of the name of a ring: that of a temporary disk has 14 characters more, and those of its snapshots a node and a time. */
const RING_NAME_LENGTH = 40;

/** Properties for `SnapshotSetCopies`. */
export interface SnapshotSetCopiesProps {
  /** Project of the copies. It must be another one than that of the ring, and its deployment have other credentials. */
  readonly project: IProject;

  /** Project of the ring, for example `parking-staging`. */
  readonly sourceProjectId: string;

  /** Name of the ring, for example `staging-cassandra`. */
  readonly ringName: string;

  /** Zone of the temporary disks, for example `europe-west4-b`. The workflow and its job are in its region. */
  readonly zone: string;

  /**
   * Name of workflow, job and metric, and prefix of accounts and roles, at most 40 characters.
   *
   * @default - name of the ring and `-copies`
   */
  readonly name?: string;

  /**
   * Hours between two copies, from 01:00 UTC: 6, 8, 12 or 24. Each copies the newest valid set, as a whole.
   *
   * @default 24
   */
  readonly hoursBetween?: HoursBetweenCopies;

  /**
   * Retention of copies in days. Copies are deleted as a whole set, by the next run that succeeds.
   *
   * @default 7
   */
  readonly retentionDays?: number;

  /**
   * Number of valid copies younger than `retentionDays` without which no copy is deleted: when copies fail, the last valid ones stay.
   *
   * @default 3
   */
  readonly minimumSets?: number;

  /**
   * Time without a new valid copy, in hours, after which the alert policy opens an incident. At least one hour more than `hoursBetween`: a run
   * takes up to five hours.
   *
   * @default - `hoursBetween` plus six hours
   */
  readonly withinHours?: number;

  /**
   * Region or multi-region of the copies, for example `eu`.
   *
   * @default - the project's setting, otherwise the multi-region nearest to the zone
   */
  readonly storageLocation?: string;

  /**
   * Cloud KMS key of the copies and of their temporary disks, as `projects/P/locations/L/keyRings/R/cryptoKeys/K`. It must be usable in the region
   * of the zone. The Compute Engine service agent of the project, `service-PROJECT_NUMBER@compute-system.iam.gserviceaccount.com`, needs
   * `roles/cloudkms.cryptoKeyEncrypterDecrypter` for it, as does that of a project that restores a copy. Without the key no copy can be read.
   *
   * @default - a key of Google
   * @see https://cloud.google.com/compute/docs/disks/customer-managed-encryption
   */
  readonly kmsKeyName?: string;

  /**
   * Principals that may read the copies and create disks from them, and change nothing: those who restore, as `user:EMAIL`,
   * `group:EMAIL` or `serviceAccount:EMAIL`. They must exist.
   *
   * @default - none
   */
  readonly readers?: readonly string[];

  /**
   * Creates alert policies for copies that are overdue and runs that failed.
   *
   * @default true
   */
  readonly alerts?: boolean;

  /**
   * Notification channels of the alert policies, as `projects/PROJECT/notificationChannels/NUMBER`.
   *
   * @default - none
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
 * Copies of the snapshot sets of a ring in another project, which credentials of the ring's project cannot delete.
 *
 * @remarks
 * It belongs in a stack of its own, for the project of the copies. Cloud Scheduler starts a workflow there, which reads the newest valid set of the
 * ring's project. Compute Engine copies no snapshots between projects: the workflow makes a temporary disk of each, and a snapshot of that, which has
 * all of the data. A copied set is labelled `valid` after all of its snapshots were read back as READY, with the size and labels of the originals. Its
 * rows were not read: that is what a drill does. The project of the ring grants the account to read snapshots (`readers` of `SnapshotSet`), and has no
 * access to the copies.
 *
 * @example
 * ```ts
 * new SnapshotSetCopies(stack, 'Copies', {
 *   project,
 *   sourceProjectId: 'parking-staging',
 *   ringName: 'staging-cassandra',
 *   zone: 'europe-west4-b',
 * });
 * ```
 */
export class SnapshotSetCopies extends Construct {
  public readonly project: IProject;
  public readonly sourceProjectId: string;
  public readonly ringName: string;
  public readonly zone: string;
  public readonly name: string;
  public readonly hoursBetween: number;
  public readonly retentionDays: number;
  public readonly minimumSets: number;
  public readonly withinHours: number;
  public readonly storageLocation?: string;
  public readonly kmsKeyName?: string;
  public readonly readers: readonly string[];
  public readonly alerts: boolean;
  public readonly notificationChannels: readonly string[];
  public readonly deletionProtection: boolean;

  /** Name of the workflow, as a reference that depends on it. */
  public readonly workflowName: string;

  /** Email address of the service account that copies, as a reference: one of the `readers` of the ring's `SnapshotSet`. */
  public readonly serviceAccountEmail: string;

  constructor(scope: Construct, id: string, props: SnapshotSetCopiesProps) {
    super(scope, id);
    requireProps(this, 'SnapshotSetCopiesProps', props);

    for (const prop of ['sourceProjectId', 'ringName', 'zone', 'kmsKeyName'] as const) {
      if (Token.isUnresolved(props[prop])) throw new ValidationError(this, `'${prop}' must be known at synth: the workflow compares it`);
    }
    this.project = requireProject(this, props.project);
    this.sourceProjectId = requireOtherProject(this, props.sourceProjectId, this.project);
    this.ringName = requireName(this, 'ringName', props.ringName, RING_NAME_LENGTH);
    this.zone = requireZone(this, 'zone', props.zone);
    this.name = requireName(this, 'name', props.name ?? `${this.ringName}-copies`, 40);
    const plan = requireSetPlan(this, props, { allowedHours: HOURS_BETWEEN_COPIES, defaultHours: 24, marginHours: RUN_HOURS });
    this.hoursBetween = plan.hoursBetween;
    this.retentionDays = plan.retentionDays;
    this.minimumSets = plan.minimumSets;
    this.withinHours = plan.withinHours;
    this.storageLocation = plan.storageLocation;
    this.readers = plan.readers;
    this.kmsKeyName = props.kmsKeyName && requireKmsKey(this, 'kmsKeyName', props.kmsKeyName);
    this.alerts = props.alerts ?? true;
    this.notificationChannels = requireNotificationChannels(this, props.notificationChannels ?? []);
    this.deletionProtection = props.deletionProtection ?? true;

    const { project, ringName, name } = this;
    const account = new SnapshotSetAccount(this, 'Account', { project, name, ringName, permissions: createPermissions(ringName) });
    this.serviceAccountEmail = account.email;
    this.workflowName = createScheduledWorkflow(this, {
      ...{ project, name, ringName, account, deletionProtection: this.deletionProtection },
      region: this.zone.slice(0, this.zone.lastIndexOf('-')),
      definition: createSnapshotSetCopiesWorkflow({ ...this.describe(), projectId: project.projectId }),
      descriptions: {
        workflow: `Copies snapshot sets of ${ringName} from project ${this.sourceProjectId}`,
        job: `Starts the copies of snapshot sets of ${ringName}`,
      },
      // An hour after a set is started, so that it is valid.
      schedule: this.hoursBetween === 24 ? '0 1 * * *' : `0 1-23/${this.hoursBetween} * * *`,
    });
    if (this.readers.length > 0) new SnapshotReaders(this, 'Readers', { project, name, ringName, members: this.readers });
    if (this.alerts) this.createAlerts();
  }

  private describe() {
    const { sourceProjectId, ringName, name, zone, retentionDays, minimumSets, storageLocation, kmsKeyName } = this;
    return { sourceProjectId, ringName, name, zone, retentionDays, minimumSets, storageLocation, kmsKeyName };
  }

  private createAlerts(): void {
    const { project, ringName, name, withinHours, sourceProjectId, notificationChannels } = this;
    createScheduledWorkflowAlerts(
      this,
      { project, ringName, notificationChannels },
      {
        ...{ name, withinHours },
        set: 'copied snapshot set',
        sets: `Copied snapshot sets of ${ringName}`,
        overdue: [
          `No snapshot set of project ${sourceProjectId} was copied in the last ${withinHours} hours: if that project were lost now, all later writes would be, too.`,
          `See the executions of the workflow ${name}: the result of a failed one has the snapshot and the cause. A run whose state is 'present' found no newer valid set in ${sourceProjectId}.`,
        ],
        failed: [
          'A run of the workflow failed: its copy is not valid, or expired copies or temporary disks could not be deleted.',
          `See the failed execution of the workflow ${name}. The next run continues it, or copies a newer set.`,
        ],
      },
    );
  }
}

function createPermissions(ringName: string): SnapshotSetPermissions {
  return {
    project: [
      'compute.disks.create',
      'compute.disks.get',
      'compute.disks.list',
      'compute.disks.setLabels',
      'compute.globalOperations.get',
      'compute.snapshots.create',
      'compute.snapshots.get',
      'compute.snapshots.list',
      'compute.snapshots.setLabels',
      'compute.zoneOperations.get',
      'logging.logEntries.create',
    ],
    ring: ['compute.disks.createSnapshot', 'compute.disks.delete', 'compute.snapshots.delete'],
    diskPrefix: copyDiskPrefix(ringName),
    titles: {
      subject: 'Copied snapshot sets',
      project: 'reads disks, snapshots and operations, creates and labels disks and snapshots',
      ring: 'takes and deletes copies of one ring, and deletes their temporary disks',
    },
  };
}

function requireOtherProject(scope: Construct, id: string, { projectId }: IProject): string {
  const source = requireProjectId(scope, 'sourceProjectId', id);
  if (source === projectId)
    throw new ValidationError(
      scope,
      `'sourceProjectId' must be another project than 'project', got '${source}': who can delete the sets could delete the copies`,
    );
  requireLabels(scope, 'sourceProjectId', { [COPY_PROJECT_LABEL]: projectLabel(source) });
  return source;
}
