import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { CLUSTER_LABEL } from '../cassandra-contract/labels';
import type { IProject } from '../core/project';

/** Ring of an alert policy, and the channels that it notifies. */
export interface AlertTarget {
  readonly project: IProject;

  /** Prefix of the title. */
  readonly ringName: string;

  /** Value of the label `cassandra-cluster`. @default - no label: the cluster is in another project */
  readonly clusterLabel?: string;

  /** Notification channels, as `projects/PROJECT/notificationChannels/NUMBER`. */
  readonly notificationChannels: readonly string[];
}

/** Alert of a ring. */
export interface Alert {
  readonly severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  readonly title: string;

  /** PromQL queries, any of which opens an incident. */
  readonly conditions: readonly string[];

  /** Paragraphs for the operator: cause and remedy. */
  readonly documentation: readonly string[];

  /** Metrics that have to exist. @default - none */
  readonly waitFor?: readonly ITerraformDependable[];
}

/** Creates an alert policy of a ring. */
export function createAlertPolicy(scope: Construct, id: string, target: AlertTarget, alert: Alert): void {
  const { project, ringName, clusterLabel, notificationChannels } = target;
  const { severity, title, conditions, documentation, waitFor = [] } = alert;
  new MonitoringAlertPolicy(scope, id, {
    project: project.projectId,
    displayName: `${ringName}: ${title}`,
    combiner: 'OR',
    severity,
    userLabels: clusterLabel === undefined ? undefined : { [CLUSTER_LABEL]: clusterLabel },
    notificationChannels: notificationChannels.length > 0 ? [...notificationChannels] : undefined,
    documentation: { content: documentation.join('\n\n'), mimeType: 'text/markdown' },
    conditions: [
      {
        displayName: title,
        conditionPrometheusQueryLanguage: {
          query: conditions.join('\nor '),
          duration: '0s',
          evaluationInterval: '60s',
          // The metrics do not exist before they are first written.
          disableMetricValidation: true,
        },
      },
    ],
    dependsOn: [...project.enable('monitoring.googleapis.com'), ...waitFor],
  });
}

/** Converts the type of a metric to PromQL: the first slash becomes a colon, other punctuation an underscore. */
export function promQlName(type: string): string {
  const slash = type.indexOf('/');
  return `${promQlPart(type.slice(0, slash))}:${promQlPart(type.slice(slash + 1))}`;
}

/** Name of a log-based metric in PromQL. */
export function logMetricName(name: string): string {
  return `${promQlName('logging.googleapis.com/user/')}${promQlPart(name)}`;
}

function promQlPart(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '_');
}
