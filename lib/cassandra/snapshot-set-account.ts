import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { shorten } from '../core/physical-name';
import type { IProject } from '../core/project';
import { ACCOUNT_ID_LENGTH } from './node-account';

/** Permissions of the workflow that makes the sets of a ring. */
export interface SnapshotSetPermissions {
  /** Without a condition: lists, operations and log entries have no name to compare, and a new disk or snapshot has none yet. */
  readonly project: readonly string[];

  /** On disks and snapshots of the ring only. */
  readonly ring: readonly string[];

  /** Beginning of the names of the disks. Names of snapshots begin with that of the ring. */
  readonly diskPrefix: string;

  /** Words for the titles of the roles. */
  readonly titles: Readonly<Record<'subject' | 'project' | 'ring', string>>;
}

/** Permission of the job. Workflows has neither resource policies nor resource names in conditions. */
const JOB_PERMISSIONS = ['workflows.executions.create'];

/** Properties for `SnapshotSetAccount`. */
export interface SnapshotSetAccountProps {
  readonly project: IProject;

  /** Account id of the workflow, and prefix of the names of roles and of the job's account. */
  readonly name: string;
  readonly ringName: string;
  readonly permissions: SnapshotSetPermissions;
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
    const { name, ringName, permissions } = props;
    const { titles, diskPrefix } = permissions;
    const workflow = this.addAccount('Workflow', name, `${titles.subject} of ${ringName}`);
    const job = this.addAccount('Job', `${name}-job`, `Starts the ${lowerFirst(titles.subject)} of ${ringName}`);
    this.email = workflow.email;
    this.jobEmail = job.email;
    this.grants = [
      this.grant('Project', workflow, titles.project, permissions.project),
      this.grant('Ring', workflow, titles.ring, permissions.ring, {
        title: `disks and snapshots of ${ringName}`,
        expression: `${nameBeginsWith('Disk', 'disks', diskPrefix)} || ${nameBeginsWith('Snapshot', 'snapshots', `${ringName}-`)}`,
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
    const { subject } = this.props.permissions.titles;
    const role = new ProjectIamCustomRole(this, `${id}Role`, {
      project: project.projectId,
      roleId: `${name}_${id.toLowerCase()}`.replaceAll('-', '_'),
      title: `${subject} of ${ringName}: ${what}`,
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

/** Expression of a condition: a resource of Compute Engine whose name begins with the prefix. */
export function nameBeginsWith(type: string, collection: string, prefix: string): string {
  return `(resource.type == "compute.googleapis.com/${type}" && resource.name.extract("/${collection}/{name}").startsWith("${prefix}"))`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
