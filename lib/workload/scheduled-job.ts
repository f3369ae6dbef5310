import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { orderAfter } from '../core/ordering';
import { kebabCase } from '../core/physical-name';
import { requireMatch, requireWholeNumber } from '../core/require';
import { ValidationError } from '../core/validation-error';
import type { AppNamespace } from './app-namespace';
import { type PodProps, PodTemplate } from './pod-template';

/** Longest name of a job that runs on a schedule: Kubernetes adds the time to it. */
const JOB_NAME_LENGTH = 52;

/** Properties for `ScheduledJob`. */
export interface ScheduledJobProps extends PodProps {
  /** When it runs, as in cron: minute, hour, day of the month, month, day of the week; for example `30 3 * * 1-5`. */
  readonly schedule: string;

  /**
   * Time zone of the schedule, for example `Europe/Ljubljana`.
   *
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /**
   * Times a failed run is tried again.
   *
   * @default 2
   */
  readonly retries?: number;

  /**
   * Seconds after which a run is stopped and counts as failed, with all its retries.
   *
   * @default 3600
   */
  readonly timeoutSeconds?: number;

  /**
   * Whether a run starts while the one before it is still going. Otherwise it is left out.
   *
   * @default false
   */
  readonly overlapping?: boolean;
}

/**
 * A job that runs on a schedule, in the same hardened pod as a `Workload`.
 *
 * It calls others (`billing.allowFrom(job)`) and nobody calls it. In a namespace that is not enabled it does not run, and
 * the connections stay.
 */
export class ScheduledJob extends Connectable {
  public readonly namespace: AppNamespace;
  public readonly name: string;
  public readonly schedule: string;
  public readonly timeZone: string;
  public readonly retries: number;
  public readonly timeoutSeconds: number;
  public readonly overlapping: boolean;

  /** Image, resources and security as resolved. */
  public readonly pod: PodTemplate;

  /** Labels by which its pods are known. */
  public readonly podLabels: Readonly<Record<string, string>>;

  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);

    this.namespace = props.namespace;
    this.name = this.namespace.claimAppName(this, props.name ?? kebabCase(id), JOB_NAME_LENGTH);
    this.schedule = requireSchedule(this, props.schedule);
    this.timeZone = requireTimeZone(this, props.timeZone ?? 'Etc/UTC');
    this.retries = requireWholeNumber(this, 'retries', props.retries ?? 2, { min: 0 });
    this.timeoutSeconds = requireWholeNumber(this, 'timeoutSeconds', props.timeoutSeconds ?? 3600, { min: 1 });
    this.overlapping = props.overlapping ?? false;
    this.pod = new PodTemplate(this, props);
    this.namespace.countPods({ name: this.name, atMost: 0, pod: this.pod });
    this.podLabels = { 'app.kubernetes.io/name': this.name };

    this.connections = new Connections(this, { endpoint: () => this.namespace.podsEndpoint(this.podLabels) });
    if (this.pod.kubernetesApiAccess) this.allowTo(this.namespace.cluster.apiServer);

    if (this.namespace.enabled) this.cronJob();
  }

  private cronJob(): void {
    const metadata = { labels: this.podLabels };
    const job = new CronJobV1(this, 'Resource', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: { ...metadata, name: this.name, namespace: this.namespace.namespaceReference },
      spec: {
        schedule: this.schedule,
        timezone: this.timeZone,
        concurrencyPolicy: this.overlapping ? 'Allow' : 'Forbid',
        // Without it, a hundred runs missed while the cluster was away would stop the schedule for good.
        startingDeadlineSeconds: 300,
        jobTemplate: {
          metadata,
          spec: {
            backoffLimit: this.retries,
            activeDeadlineSeconds: this.timeoutSeconds,
            template: { metadata, spec: this.pod.spec(this.name, {}, { restartPolicy: 'Never' }) },
          },
        },
      },
    });
    orderAfter(job, () => this.namespace.podsReady());
  }
}

/** Returns the time zone when there is one of that name. Kubernetes tells upper from lower case, which `Intl` does not. */
function requireTimeZone(scope: Construct, timeZone: string): string {
  const rule = 'a time zone such as Europe/Paris';
  requireMatch(scope, 'timeZone', timeZone, /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/, rule);
  const found = Token.isUnresolved(timeZone) ? timeZone : canonicalTimeZone(timeZone);
  // An alias has another canonical name; the same name in other letters is misspelt.
  if (found === undefined || (found !== timeZone && found.toLowerCase() === timeZone.toLowerCase())) {
    throw new ValidationError(scope, `'timeZone' must be ${rule}, got '${timeZone}'`);
  }
  return timeZone;
}

function canonicalTimeZone(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Lowest and highest value of each field of a schedule. */
const FIELDS = { minute: [0, 59], hour: [0, 23], 'day of the month': [1, 31], month: [1, 12], 'day of the week': [0, 7] } as const;

/** Returns the schedule when it has five fields of numbers, ranges, lists and steps. */
function requireSchedule(scope: Construct, schedule: string): string {
  const fields = schedule.split(' ');
  const names = Object.entries(FIELDS);
  if (fields.length !== names.length) {
    throw new ValidationError(scope, `'schedule' must have five fields (${names.map(([name]) => name).join(', ')}), got '${schedule}'`);
  }
  names.forEach(([name, [min, max]], index) => {
    const valid = fields[index]!.split(',').every((part) => {
      const [, any, first, last, step] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
      if (step !== undefined && Number(step) < 1) return false;
      if (any) return true;
      return first !== undefined && Number(first) >= min && Number(last ?? first) <= max && Number(first) <= Number(last ?? first);
    });
    if (!valid) {
      throw new ValidationError(
        scope,
        `'schedule' must have numbers from ${min} to ${max}, lists, ranges or steps as ${name}, got '${fields[index]}' in '${schedule}'`,
      );
    }
  });
  return schedule;
}
