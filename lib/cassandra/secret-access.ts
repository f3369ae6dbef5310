import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { IProject } from '../core/project';

/** Maximum number of names in one condition: IAM allows twelve logical operators. */
const NAMES_PER_CONDITION = 12;

/** Properties for `SecretAccess`. */
export interface SecretAccessProps {
  readonly project: IProject;

  /** IAM member with read access, for example `serviceAccount:ring-nodes@...`. */
  readonly member: string;

  /** Names of the secrets. They need not exist: Terraform neither creates them nor reads a value. */
  readonly secrets: readonly string[];
}

/** Read access of a member to the named secrets of a project and no others, independent of their creation. */
export class SecretAccess extends Construct {
  public readonly bindings: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { project, member, secrets }: SecretAccessProps) {
    super(scope, id);
    const enabled = [...project.enable('secretmanager.googleapis.com'), ...project.enable('cloudresourcemanager.googleapis.com')];

    this.bindings = inGroups(secrets).map((names, index) => {
      const part = index === 0 ? '' : `-${index + 1}`;
      return new ProjectIamMember(this, `Resource${part}`, {
        project: project.projectId,
        role: 'roles/secretmanager.secretAccessor',
        member,
        condition: {
          title: `${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ''}`,
          description: 'Named secrets only',
          expression: names.map((name) => version(project, name)).join(' || '),
        },
        dependsOn: enabled,
      });
    });
  }
}

/** Matches all versions of a secret: the full name of a version begins with that of its secret. */
function version({ projectNumber }: IProject, secret: string): string {
  return `resource.name.startsWith("projects/${projectNumber}/secrets/${secret}/versions/")`;
}

function inGroups(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / NAMES_PER_CONDITION) }, (_, group) =>
    names.slice(group * NAMES_PER_CONDITION, (group + 1) * NAMES_PER_CONDITION),
  );
}
