import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireProjectId } from './google-cloud-names';
import { requireMatch } from './require';
import { requireProps } from './require-props';

/** A Google Cloud project that constructs put their resources in. */
export interface IProject {
  /** Id, for example `parking-staging`. */
  readonly projectId: string;

  /** Number, for example `123456789012`. Principals of Workload Identity Federation contain it. */
  readonly projectNumber: string;

  /**
   * Enables an API, for example `compute.googleapis.com`.
   *
   * @returns dependencies for the resources of that API; empty for a project whose APIs are enabled elsewhere
   */
  enable(api: string): ITerraformDependable[];
}

/** Properties for `Project`. */
export interface ProjectProps {
  /** Project id, for example `parking-staging`. */
  readonly projectId: string;

  /** Project number, digits only, for example `210000000001`. */
  readonly projectNumber: string;
}

/**
 * An existing Google Cloud project. The stack enables the APIs that its constructs need.
 *
 * @remarks
 * Each API is one `google_project_service`, created when the first construct needs it; the resources of that API depend on it.
 * Destroying the stack leaves the APIs enabled, because other configurations may use them. Use `Project.fromId` where the
 * APIs are enabled by another configuration or by an administrator.
 *
 * @example
 * ```ts
 * const project = new Project(stack, 'Project', { projectId: 'parking-staging', projectNumber: '210000000001' });
 * new Network(stack, 'Network', { project, region: 'europe-west1' });
 * ```
 */
export class Project extends Construct implements IProject {
  /** References a project whose APIs are enabled elsewhere: no `google_project_service` is created. */
  public static fromId(scope: Construct, id: string, props: ProjectProps): IProject {
    const construct = new Construct(scope, id);
    requireProps(construct, 'ProjectProps', props);
    return { ...checked(construct, props), enable: () => [] };
  }

  public readonly projectId: string;
  public readonly projectNumber: string;

  constructor(scope: Construct, id: string, props: ProjectProps) {
    super(scope, id);
    requireProps(this, 'ProjectProps', props);
    ({ projectId: this.projectId, projectNumber: this.projectNumber } = checked(this, props));
  }

  public enable(api: string): ITerraformDependable[] {
    requireMatch(this, 'api', api, /^[a-z0-9][-a-z0-9.]*$/, 'an API such as compute.googleapis.com');
    const id = api.replace('.googleapis.com', '');
    const existing = this.node.tryFindChild(id) as ProjectService | undefined;
    return [existing ?? new ProjectService(this, id, { project: this.projectId, service: api, disableOnDestroy: false })];
  }
}

/** Returns the project when its id and number are valid: it can be an implementation of `IProject` outside of this library. */
export function requireProject(scope: Construct, project: IProject): IProject {
  checked(scope, project, 'project.');
  return project;
}

function checked(scope: Construct, props: ProjectProps, prefix = ''): ProjectProps {
  return {
    projectId: requireProjectId(scope, `${prefix}projectId`, props.projectId),
    projectNumber: requireMatch(scope, `${prefix}projectNumber`, props.projectNumber, /^\d+$/, 'the project number, digits only'),
  };
}
