import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric';
import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import { Construct } from 'constructs';
import { ARCHIVE_UNIT } from '../cassandra-contract/commit-log-archive';
import { REPAIR_UNIT } from '../cassandra-contract/units';
import { type Alert, type AlertTarget, createAlertPolicy, logMetricName, promQlName } from './alert-policy';
import { NODE_METRICS } from './node-files/node-metrics';
import { ringDashboard } from './ring-dashboard';

/** Usage of the data disk in percent at which it should grow, and must grow: compactions need free space. */
const DISK_USED_PERCENT = { warning: 60, critical: 80 };

/** Clock offset in seconds: timestamps of the coordinating nodes decide which of two writes wins. */
const CLOCK_OFFSET_SECONDS = 0.5;

/** Days before the expiry of a node's certificate, without which neither clients nor other nodes connect. */
const CERTIFICATE_DAYS = { warning: 60, critical: 14 };

/** Three intervals of the nodes' metrics, which are written every five minutes. */
const WINDOW = '15m';

/** Properties for `RingAlerts`. */
export interface RingAlertsProps extends AlertTarget {
  readonly clusterLabel: string;
  /** Cassandra's `cluster_name`, a label of its metrics. */
  readonly clusterName: string;

  /** Names of the nodes. */
  readonly nodeNames: readonly string[];

  /** Names of their data disks in Compute Engine. */
  readonly diskNames: readonly string[];

  /** Days within which each node has to be repaired; `undefined` if the nodes do not repair the ring by a timer. */
  readonly repairWithinDays: number | undefined;

  /** Maximum age of the newest snapshot of a disk, in hours. */
  readonly snapshotWithinHours: number;

  /** Maximum time in minutes for which writes may be missing in the archive; `undefined` without an archive. */
  readonly archiveWithinMinutes: number | undefined;
}

/**
 * Alert policies and dashboard of a ring.
 *
 * Policies use PromQL: unlike a threshold condition, such a policy can be created before its metric is first written, and distinguishes a
 * node without metrics from one that never existed.
 *
 * Google has no metric for the age of a snapshot. The schedule logs each snapshot in the audit log of system events; a log-based metric
 * counts those of the ring's disks. (A condition on absent metrics looks back 23.5 hours, too short for a daily snapshot.)
 */
export class RingAlerts extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RingAlertsProps,
  ) {
    super(scope, id);
    this.addNodeDownPolicy();
    this.addNotSecuredPolicy();
    this.addDiskPolicies();
    if (props.repairWithinDays !== undefined) this.addRepairPolicy(props.repairWithinDays);
    this.addClockPolicy();
    this.addCertificatePolicies();
    this.addSnapshotPolicy();
    if (props.archiveWithinMinutes !== undefined) this.addArchivePolicy(props.archiveWithinMinutes);
    this.addDashboard();
  }

  private addNodeDownPolicy(): void {
    const isSilent = this.props.nodeNames.map((node) => `absent_over_time(${this.nodeMetric('up', node)}[${WINDOW}])`);
    this.addPolicy(
      'NodeDown',
      'CRITICAL',
      'a node is down',
      [`max_over_time(${this.nodeMetric('up')}[${WINDOW}]) < 1`, ...isSilent],
      [
        `A node has taken no clients for ${WINDOW}, or sends no metrics. The ring serves QUORUM as long as no other rack has a node down.`,
        `'gke-platform cassandra status' shows the state of its startup script. To replace a lost VM: 'gke-platform cassandra replace'.`,
      ],
    );
  }

  private addNotSecuredPolicy(): void {
    this.addPolicy(
      'NotSecured',
      'CRITICAL',
      'the ring is not secured, and clients are not let in',
      [`max_over_time(${this.nodeMetric('clients_let_in')}[${WINDOW}]) < 1`],
      [
        `A node has not let clients in for ${WINDOW}: until enough nodes are up at the first start, Cassandra has a superuser with a published password.`,
        "'gke-platform cassandra status' shows which node is missing. Clients are let in as soon as the ring's own superuser has replaced it.",
      ],
    );
  }

  private addDiskPolicies(): void {
    for (const [severity, percent] of [
      ['WARNING', DISK_USED_PERCENT.warning],
      ['CRITICAL', DISK_USED_PERCENT.critical],
    ] as const) {
      this.addPolicy(
        `Disk${percent}`,
        severity,
        `a data disk is ${percent} % full`,
        [`max_over_time(${this.nodeMetric('disk_used_percent')}[${WINDOW}]) > ${percent}`],
        [
          `The data disk of a node is more than ${percent} % full. Compactions write beside what is there, and a full disk stops the node.`,
          "Make 'dataDiskSizeGiB' larger: the disk grows in place, and the file system when the startup script runs.",
        ],
      );
    }
  }

  private addRepairPolicy(repairWithinDays: number): void {
    this.addPolicy(
      'RepairOverdue',
      'ERROR',
      `a node was not repaired within ${repairWithinDays} days`,
      [
        `max_over_time(${this.nodeMetric('repair_age_seconds')}[${WINDOW}]) > ${repairWithinDays * 86_400}`,
        this.withoutMetric('repair_age_seconds'),
      ],
      [
        `A node was last repaired more than ${repairWithinDays} days ago, or does not report when. After that time tables drop tombstones: rows whose deletion one node missed can reappear.`,
        `See 'journalctl --unit ${REPAIR_UNIT}' on the node, and start it with 'systemctl start ${REPAIR_UNIT}.service'.`,
      ],
    );
  }

  private addClockPolicy(): void {
    this.addPolicy(
      'ClockSkew',
      'ERROR',
      'a clock is off',
      [`min_over_time(${this.nodeMetric('clock_offset_seconds')}[${WINDOW}]) > ${CLOCK_OFFSET_SECONDS}`],
      [
        `The clock of a node has been off by more than ${CLOCK_OFFSET_SECONDS} s, or not synchronised, for ${WINDOW}. Of two writes the one with the later time counts.`,
        "See 'chronyc tracking' on the node.",
      ],
    );
  }

  private addCertificatePolicies(): void {
    for (const [severity, days] of [
      ['WARNING', CERTIFICATE_DAYS.warning],
      ['CRITICAL', CERTIFICATE_DAYS.critical],
    ] as const) {
      this.addPolicy(
        `Certificate${days}`,
        severity,
        `the certificate of a node ends within ${days} days`,
        [
          `min_over_time(${this.nodeMetric('certificate_seconds_left')}[${WINDOW}]) < ${days * 86_400}`,
          ...(severity === 'WARNING' ? [this.withoutMetric('certificate_seconds_left')] : []),
        ],
        [
          `The certificate of a node ends within ${days} days${severity === 'WARNING' ? ', or the node does not report when' : ''}. After that the node accepts neither clients nor other nodes.`,
          "Renew it with 'gke-platform cassandra renew-secrets', and run the startup script of one node after the other; Cassandra takes the new one without a restart.",
        ],
      );
    }
  }

  private addArchivePolicy(archiveWithinMinutes: number): void {
    this.addPolicy(
      'ArchiveBehind',
      'ERROR',
      `commit logs were not archived within ${archiveWithinMinutes} minutes`,
      [
        `min_over_time(${this.nodeMetric('archive_lag_seconds')}[${WINDOW}]) > ${archiveWithinMinutes * 60}`,
        this.withoutMetric('archive_lag_seconds'),
      ],
      [
        `The archive lacks the writes of a node of the last ${archiveWithinMinutes} minutes or more, or the node does not report it: a restore to a point in time ends before them. Segments that are not uploaded stay on the data disk, and can fill it.`,
        `See 'journalctl --unit ${ARCHIVE_UNIT}' on the node. Right after the archive was added, each Cassandra has to be restarted: 'gke-platform cassandra rolling-restart'.`,
      ],
    );
  }

  private addDashboard(): void {
    const { project, ringName, clusterName, clusterLabel } = this.props;
    new MonitoringDashboard(this, 'Dashboard', {
      project: project.projectId,
      dashboardJson: JSON.stringify(ringDashboard({ title: `Cassandra ${ringName}`, clusterName, clusterLabel })),
      dependsOn: project.enable('monitoring.googleapis.com'),
    });
  }

  private addSnapshotPolicy(): void {
    const { project, ringName, diskNames, snapshotWithinHours } = this.props;
    const taken = new LoggingMetric(this, 'SnapshotsTaken', {
      project: project.projectId,
      name: `${ringName}-snapshots-taken`,
      description: `Snapshots of the data disks of ${ringName} that their schedule has finished`,
      filter: [
        'resource.type="gce_disk"',
        'log_id("cloudaudit.googleapis.com/system_event")',
        'protoPayload.methodName="ScheduledSnapshots"',
        'protoPayload.response.operationType="createSnapshot"',
        'protoPayload.response.status="DONE"',
        'severity<ERROR',
        `protoPayload.response.targetLink=~"/disks/(${diskNames.join('|')})$"`,
      ].join('\n'),
      metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64', unit: '1', displayName: `Snapshots of ${ringName}` },
      dependsOn: project.enable('logging.googleapis.com'),
    });
    const series = `${logMetricName(`${ringName}-snapshots-taken`)}{monitored_resource="gce_disk"}`;
    const disks = `count(sum by (disk_id) (increase(${series}[${snapshotWithinHours}h])) > 0)`;
    this.addPolicy(
      'SnapshotMissing',
      'CRITICAL',
      `a data disk has no snapshot of the last ${snapshotWithinHours} hours`,
      [`(${disks} or vector(0)) < ${diskNames.length}`],
      [
        `Fewer than ${diskNames.length} data disks have a snapshot that is younger than ${snapshotWithinHours} hours.`,
        "See 'gcloud compute snapshots list' and the log entries with the method ScheduledSnapshots, which contain the cause of a failure.",
      ],
      [taken],
    );
  }

  /** Selects nodes that take clients and do not write a metric. A node without any metrics is down, which has its own policy. */
  private withoutMetric(name: string): string {
    const present = `max_over_time(${this.nodeMetric(name)}[${WINDOW}])`;
    return `(min_over_time(${this.nodeMetric('up')}[${WINDOW}]) == 1) unless on (node) ${present}`;
  }

  /** Selects a metric that nodes write, of the ring or of one node. */
  private nodeMetric(name: string, node?: string): string {
    const labels = [
      'monitored_resource="gce_instance"',
      `cluster="${this.props.clusterName}"`,
      ...(node === undefined ? [] : [`node="${node}"`]),
    ];
    return `${promQlName(`${NODE_METRICS}/${name}`)}{${labels.join(',')}}`;
  }

  private addPolicy(
    id: string,
    severity: Alert['severity'],
    title: string,
    conditions: readonly string[],
    documentation: readonly string[],
    waitFor: readonly LoggingMetric[] = [],
  ): void {
    createAlertPolicy(this, id, this.props, { severity, title, conditions, documentation, waitFor });
  }
}
