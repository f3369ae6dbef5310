import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireProjectId } from './google-cloud-names';
import { requireMatch } from './require';

/** A Google Cloud project that constructs put their resources in. */
export interface IProject {
  /** Id, for example `parking-staging`. */
  readonly projectId: string;

  /** Number, for example `123456789012`: identities of Workload Identity Federation are named by it. */
  readonly projectNumber: string;

  /**
   * Says that a resource needs an API, for example `compute.googleapis.com`.
   *
   * @returns what the resource has to depend on; nothing for a project that enables its APIs elsewhere
   */
  enable(api: string): ITerraformDependable[];
}

/** Properties for `Project`. */
export interface ProjectProps {
  readonly projectId: string;
  readonly projectNumber: string;
}

/**
 * An existing project whose APIs this stack enables: each one the first time a construct asks for it.
 *
 * An API is never switched off again, since others may use it: destroying the stack leaves it enabled.
 */
export class Project extends Construct implements IProject {
  /** A project whose APIs are enabled elsewhere. */
  public static fromId(scope: Construct, id: string, props: ProjectProps): IProject {
    const construct = new Construct(scope, id);
    return { ...checked(construct, props), enable: () => [] };
  }

  public readonly projectId: string;
  public readonly projectNumber: string;

  constructor(scope: Construct, id: string, props: ProjectProps) {
    super(scope, id);
    ({ projectId: this.projectId, projectNumber: this.projectNumber } = checked(this, props));
  }

  public enable(api: string): ITerraformDependable[] {
    const id = api.replace('.googleapis.com', '');
    const existing = this.node.tryFindChild(id) as ProjectService | undefined;
    return [existing ?? new ProjectService(this, id, { project: this.projectId, service: api, disableOnDestroy: false })];
  }
}

function checked(scope: Construct, props: ProjectProps): ProjectProps {
  return {
    projectId: requireProjectId(scope, 'projectId', props.projectId),
    projectNumber: requireMatch(scope, 'projectNumber', props.projectNumber, /^\d+$/, 'the project number, digits only'),
  };
}
