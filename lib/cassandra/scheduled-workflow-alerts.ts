import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric';
import type { Construct } from 'constructs';
import { VALID } from '../cassandra-contract/labels';
import { type AlertTarget, createAlertPolicy, logMetricName, promQlName } from './alert-policy';

const WORKFLOW = 'workflows.googleapis.com/Workflow';

/** Alert policies of a workflow that makes sets. */
export interface ScheduledWorkflowAlerts {
  /** Name of the workflow, and beginning of the name of its metric. */
  readonly name: string;

  /** Maximum age of the newest valid set, in hours. */
  readonly withinHours: number;

  /** A set in words, in the singular and in the plural with its ring, for example `snapshot set`. */
  readonly set: string;
  readonly sets: string;

  /** Paragraphs for the operator. */
  readonly overdue: readonly string[];
  readonly failed: readonly string[];
}

/** Creates alert policies for sets that are overdue, whatever the reason, and for runs that failed. */
export function createScheduledWorkflowAlerts(scope: Construct, target: AlertTarget, alerts: ScheduledWorkflowAlerts): void {
  const { project } = target;
  const { name, withinHours, set, sets, overdue, failed } = alerts;
  const metric = `${name}-valid`;
  const taken = new LoggingMetric(scope, 'ValidSets', {
    project: project.projectId,
    name: metric,
    description: `${sets} that are valid`,
    filter: [
      `resource.type="${WORKFLOW}"`,
      `resource.labels.workflow_id="${name}"`,
      'log_id("Workflows")',
      `jsonPayload.state="${VALID}"`,
      'severity=NOTICE',
    ].join('\n'),
    metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64', unit: '1', displayName: `Valid ${lowerFirst(sets)}` },
    dependsOn: project.enable('logging.googleapis.com'),
  });
  const valid = `${logMetricName(metric)}{monitored_resource="${WORKFLOW}"}`;
  createAlertPolicy(scope, 'Overdue', target, {
    severity: 'CRITICAL',
    title: `no valid ${set} of the last ${withinHours} hours`,
    conditions: [`(sum(increase(${valid}[${withinHours}h])) or vector(0)) < 1`],
    documentation: overdue,
    waitFor: [taken],
  });
  const finished = promQlName('workflows.googleapis.com/finished_execution_count');
  createAlertPolicy(scope, 'RunFailed', target, {
    severity: 'WARNING',
    title: `a ${set} failed`,
    conditions: [`sum(increase(${finished}{monitored_resource="${WORKFLOW}",workflow_id="${name}",status="FAILED"}[1h])) > 0`],
    documentation: failed,
  });
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
