import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
import type { Construct } from 'constructs';
import { RING_LABEL } from '../cassandra-contract/labels';
import type { IProject } from '../core/project';
import { requireText } from '../core/template-text';
import { type Notes, writeNote } from '../terraform/notes';
import type { SnapshotSetAccount } from './snapshot-set-account';
import type { WorkflowDefinition } from './workflow-definition';

/** Options of `createScheduledWorkflow`. */
export interface ScheduledWorkflowOptions {
  readonly project: IProject;
  readonly region: string;

  /** Name of the workflow and of its job. */
  readonly name: string;
  readonly ringName: string;
  readonly account: SnapshotSetAccount;
  readonly definition: WorkflowDefinition;

  /** Descriptions of the workflow and of its job. */
  readonly descriptions: { readonly workflow: string; readonly job: string };

  /** In the form of cron, in UTC. */
  readonly schedule: string;
  readonly deletionProtection: boolean;

  /** Note on the job, for commands that read the synthesized stack. @default - none */
  readonly note?: Notes['snapshotSet'];
}

/** Creates a workflow, as `Resource` of the scope, and the job that starts it. @returns name of the workflow, as a reference */
export function createScheduledWorkflow(scope: Construct, options: ScheduledWorkflowOptions): string {
  const { project, region, name, ringName, account, definition, descriptions, schedule, deletionProtection, note } = options;
  const { email, jobEmail, grants } = account;
  const workflow = new WorkflowsWorkflow(scope, 'Resource', {
    project: project.projectId,
    region,
    name,
    description: descriptions.workflow,
    labels: { [RING_LABEL]: ringName },
    serviceAccount: email,
    callLogLevel: 'LOG_ERRORS_ONLY',
    sourceContents: requireText(scope, 'sourceContents', JSON.stringify(definition, undefined, 1)),
    deletionProtection,
    dependsOn: [...project.enable('workflows.googleapis.com'), ...project.enable('compute.googleapis.com'), ...grants],
  });
  const job = new CloudSchedulerJob(scope, 'Job', {
    project: project.projectId,
    region,
    name,
    description: descriptions.job,
    schedule,
    timeZone: 'Etc/UTC',
    attemptDeadline: '180s',
    // A repeated start does no harm: it takes another set, or finds the copies of the first one.
    retryConfig: { retryCount: 3 },
    httpTarget: {
      httpMethod: 'POST',
      uri: `https://workflowexecutions.googleapis.com/v1/projects/${project.projectId}/locations/${region}/workflows/${workflow.name}/executions`,
      oauthToken: { serviceAccountEmail: jobEmail, scope: 'https://www.googleapis.com/auth/cloud-platform' },
    },
    dependsOn: [...project.enable('cloudscheduler.googleapis.com'), ...project.enable('workflowexecutions.googleapis.com'), ...grants],
  });
  if (note !== undefined) writeNote(job, 'snapshotSet', note);
  return workflow.name;
}
