import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { shorten } from '../core/physical-name';
import type { IProject } from '../core/project';
import { ACCOUNT_ID_LENGTH } from './node-account';

/** Permissions without a condition: lists, operations and log entries have no name to compare, and a new snapshot has none yet. */
const PROJECT_PERMISSIONS = [
  'compute.globalOperations.get',
  'compute.snapshots.create',
  'compute.snapshots.get',
  'compute.snapshots.list',
  'compute.snapshots.setLabels',
  'compute.zoneOperations.get',
  'logging.logEntries.create',
];

/** Permissions on disks and snapshots of the ring only. */
const RING_PERMISSIONS = ['compute.disks.createSnapshot', 'compute.snapshots.delete'];

/** Permission of the job. Workflows has neither resource policies nor resource names in conditions. */
const JOB_PERMISSIONS = ['workflows.executions.create'];

/** Properties for `SnapshotSetAccount`. */
export interface SnapshotSetAccountProps {
  readonly project: IProject;

  /** Account id of the workflow, and prefix of the names of roles and of the job's account. */
  readonly name: string;
  readonly ringName: string;
}

/** Service accounts of a set's workflow and of the job that starts it, each with a role of its own. */
export class SnapshotSetAccount extends Construct {
  /** Email address of the workflow's account, as a reference. */
  public readonly email: string;

  /** Email address of the job's account, as a reference. */
  public readonly jobEmail: string;

  /** Grants of both accounts. */
  public readonly grants: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SnapshotSetAccountProps,
  ) {
    super(scope, id);
    const { name, ringName } = props;
    const workflow = this.addAccount('Workflow', name, `Snapshot sets of ${ringName}`);
    const job = this.addAccount('Job', `${name}-job`, `Starts the snapshot sets of ${ringName}`);
    this.email = workflow.email;
    this.jobEmail = job.email;
    this.grants = [
      this.grant('Project', workflow, 'reads snapshots and operations, creates and labels snapshots', PROJECT_PERMISSIONS),
      this.grant('Ring', workflow, 'takes and deletes snapshots of one ring', RING_PERMISSIONS, {
        title: `disks and snapshots of ${ringName}`,
        expression: [
          `(resource.type == "compute.googleapis.com/Disk" && resource.name.extract("/disks/{name}").startsWith("${ringName}-"))`,
          `(resource.type == "compute.googleapis.com/Snapshot" && resource.name.extract("/snapshots/{name}").startsWith("${ringName}-"))`,
        ].join(' || '),
      }),
      this.grant('Job', job, 'starts workflows', JOB_PERMISSIONS),
    ];
  }

  private addAccount(id: string, name: string, displayName: string): ServiceAccount {
    const { project } = this.props;
    return new ServiceAccount(this, `${id}Account`, {
      project: project.projectId,
      accountId: shorten(name, ACCOUNT_ID_LENGTH),
      displayName,
      dependsOn: project.enable('iam.googleapis.com'),
    });
  }

  private grant(
    id: string,
    account: ServiceAccount,
    what: string,
    permissions: readonly string[],
    condition?: { readonly title: string; readonly expression: string },
  ): ProjectIamMember {
    const { project, name, ringName } = this.props;
    const role = new ProjectIamCustomRole(this, `${id}Role`, {
      project: project.projectId,
      roleId: `${name}_${id.toLowerCase()}`.replaceAll('-', '_'),
      title: `Snapshot sets of ${ringName}: ${what}`,
      permissions: [...permissions],
      dependsOn: project.enable('iam.googleapis.com'),
    });
    return new ProjectIamMember(this, `${id}Grant`, {
      project: project.projectId,
      role: role.name,
      member: account.member,
      condition,
      dependsOn: project.enable('cloudresourcemanager.googleapis.com'),
    });
  }
}
