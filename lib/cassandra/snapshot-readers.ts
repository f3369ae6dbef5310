import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { Token } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { IProject } from '../core/project';
import { requireDistinct, requireMatch } from '../core/require';
import { ValidationError } from '../core/validation-error';
import { nameBeginsWith } from './snapshot-set-account';

/** Properties for `SnapshotReaders`. */
export interface SnapshotReadersProps {
  readonly project: IProject;

  /** Prefix of the names of the roles. */
  readonly name: string;
  readonly ringName: string;

  /** Principals, for example `serviceAccount:EMAIL`. */
  readonly members: readonly string[];
}

/** Roles that let principals list snapshots, and create disks from those of a ring. They can neither change nor delete any. */
export class SnapshotReaders extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SnapshotReadersProps,
  ) {
    super(scope, id);
    const { ringName } = props;
    this.grant('List', 'lists snapshots', ['compute.snapshots.list']);
    this.grant('Use', 'reads and uses snapshots of one ring', ['compute.snapshots.get', 'compute.snapshots.useReadOnly'], {
      title: `snapshots of ${ringName}`,
      expression: nameBeginsWith('Snapshot', 'snapshots', `${ringName}-`),
    });
  }

  private grant(
    id: string,
    what: string,
    permissions: readonly string[],
    condition?: { readonly title: string; readonly expression: string },
  ): void {
    const { project, name, ringName, members } = this.props;
    const role = new ProjectIamCustomRole(this, `${id}Role`, {
      project: project.projectId,
      roleId: `${name}_readers_${id.toLowerCase()}`.replaceAll('-', '_'),
      title: `Readers of ${ringName}: ${what}`,
      permissions: [...permissions],
      dependsOn: project.enable('iam.googleapis.com'),
    });
    for (const member of members) {
      new ProjectIamMember(this, `${id}-${member.replace(/[^A-Za-z0-9]+/g, '-')}`, {
        project: project.projectId,
        role: role.name,
        member,
        condition,
        dependsOn: project.enable('cloudresourcemanager.googleapis.com'),
      });
    }
  }
}

/** Returns the readers when each is one principal: snapshots hold the whole database. */
export function requireReaders(scope: IConstruct, members: readonly string[]): readonly string[] {
  if (members.length === 0) return members;
  const rule = 'serviceAccount:EMAIL, user:EMAIL or group:EMAIL';
  for (const member of members) {
    if (Token.isUnresolved(member)) throw new ValidationError(scope, `'readers' must be known at synth: ${rule}`);
    requireMatch(scope, 'readers', member, /^(serviceAccount|user|group):[^\s@:]+@[^\s@:]+$/, rule);
  }
  return requireDistinct(scope, 'readers', members);
}
