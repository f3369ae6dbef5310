import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { Connectable } from '../connectivity/connectable';
import { Connections } from '../connectivity/connections';
import { orderAfter } from '../core/ordering';
import { kebabCase } from '../core/physical-name';
import { requireMatch, requireWholeNumber } from '../core/require';
import { requireProps } from '../core/require-props';
import { ValidationError } from '../core/validation-error';
import type { AppNamespace } from './app-namespace';
import { type PodProps, PodTemplate } from './pod-template';

/** Maximum length of a CronJob name: Kubernetes appends a timestamp to it. */
const JOB_NAME_LENGTH = 52;

/** Properties for `ScheduledJob`. */
export interface ScheduledJobProps extends PodProps {
  /** Cron schedule: minute, hour, day of the month, month, day of the week; for example `30 3 * * 1-5`. */
  readonly schedule: string;

  /**
   * Time zone of the schedule in the IANA database, for example `Europe/Ljubljana`.
   *
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /**
   * Number of retries of a failed run (`backoffLimit`).
   *
   * @default 2
   */
  readonly retries?: number;

  /**
   * Deadline of a run in seconds, retries included. A run that exceeds it fails.
   *
   * @default 3600
   */
  readonly timeoutSeconds?: number;

  /**
   * Allows concurrent runs. When false, a run is skipped while the previous one is active.
   *
   * @default false
   */
  readonly overlapping?: boolean;
}

/**
 * CronJob whose pods are hardened like those of a `Workload`.
 *
 * @remarks
 * A job is a client of connections (`billing.allowFrom(job)`) and has no port of its own. In a namespace that is not enabled, the
 * CronJob is not created and only the connections are.
 *
 * @example
 * ```ts
 * const statements = new ScheduledJob(stack, 'Statements', {
 *   namespace,
 *   image: 'europe-docker.pkg.dev/example-123456/apps/statements:1.0.4',
 *   schedule: '30 1 1 * *',
 *   timeZone: 'Europe/Ljubljana',
 * });
 * billing.allowFrom(statements);
 * ```
 */
export class ScheduledJob extends Connectable {
  public readonly namespace: AppNamespace;
  public readonly name: string;
  public readonly schedule: string;
  public readonly timeZone: string;
  public readonly retries: number;
  public readonly timeoutSeconds: number;
  public readonly overlapping: boolean;

  /** Resolved image, resources and security context. */
  public readonly pod: PodTemplate;

  /** Labels that select its pods. */
  public readonly podLabels: Readonly<Record<string, string>>;

  public readonly connections: Connections;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    requireProps(this, 'ScheduledJobProps', props);

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

    if (this.namespace.enabled) this.createCronJob();
  }

  private createCronJob(): void {
    const metadata = { labels: this.podLabels };
    const job = new CronJobV1(this, 'Resource', {
      provider: this.namespace.cluster.kubernetesProvider,
      metadata: { ...metadata, name: this.name, namespace: this.namespace.namespaceReference },
      spec: {
        schedule: this.schedule,
        timezone: this.timeZone,
        concurrencyPolicy: this.overlapping ? 'Allow' : 'Forbid',
        // Without a deadline, 100 missed runs stop the schedule permanently.
        startingDeadlineSeconds: 300,
        jobTemplate: {
          metadata,
          spec: {
            backoffLimit: this.retries,
            activeDeadlineSeconds: this.timeoutSeconds,
            template: { metadata, spec: this.pod.spec(this, this.name, {}, { restartPolicy: 'Never' }) },
          },
        },
      },
    });
    orderAfter(job, () => this.namespace.podsReady());
  }
}

/** Returns the time zone when it exists. Kubernetes is case-sensitive, `Intl` is not. */
function requireTimeZone(scope: Construct, timeZone: string): string {
  const rule = 'a time zone such as Europe/Paris';
  requireMatch(scope, 'timeZone', timeZone, /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/, rule);
  const found = Token.isUnresolved(timeZone) ? timeZone : canonicalizeTimeZone(timeZone);
  // An alias has another canonical name. The same name in other case is invalid.
  if (found === undefined || (found !== timeZone && found.toLowerCase() === timeZone.toLowerCase())) {
    throw new ValidationError(scope, `'timeZone' must be ${rule}, got '${timeZone}'`);
  }
  return timeZone;
}

function canonicalizeTimeZone(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Minimum and maximum of each field of a schedule. */
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
