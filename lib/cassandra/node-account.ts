import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { IProject } from '../core/project';
import { SecretAccess } from './secret-access';

/** Maximum length of an account id. */
export const ACCOUNT_ID_LENGTH = 30;

/** IAM roles of the VMs: they write logs and metrics. */
const ROLES = { LogWriter: 'roles/logging.logWriter', MetricWriter: 'roles/monitoring.metricWriter' };

/** Options of `createNodeAccount`. */
export interface NodeAccountOptions {
  readonly project: IProject;
  readonly accountId: string;
  readonly displayName: string;

  /** Names of the secrets that the account reads. */
  readonly secrets: readonly string[];
}

/** Service account of VMs, and what the VMs have to wait for. */
export interface NodeAccount {
  /** Email address, as a reference. */
  readonly email: string;
  readonly grants: readonly ITerraformDependable[];
}

/** Creates a service account that writes logs and metrics and reads the named secrets, and nothing else. */
export function createNodeAccount(scope: Construct, { project, accountId, displayName, secrets }: NodeAccountOptions): NodeAccount {
  const { email, member } = new ServiceAccount(scope, 'ServiceAccount', {
    project: project.projectId,
    accountId,
    displayName,
    dependsOn: project.enable('iam.googleapis.com'),
  });
  const roles = Object.entries(ROLES).map(
    ([id, role]) =>
      new ProjectIamMember(scope, id, {
        project: project.projectId,
        role,
        member,
        dependsOn: project.enable('cloudresourcemanager.googleapis.com'),
      }),
  );
  const { bindings } = new SecretAccess(scope, 'Secrets', { project, member, secrets });
  return { email, grants: [...roles, ...bindings] };
}
