import type { Construct } from 'constructs';
import { requireDistinct, requireOneOf } from '../core/require';
import { ValidationError } from '../core/validation-error';

const LOGGING = [
  'SYSTEM_COMPONENTS',
  'WORKLOADS',
  'APISERVER',
  'SCHEDULER',
  'CONTROLLER_MANAGER',
  'KCP_CONNECTION',
  'KCP_SSHD',
  'KCP_HPA',
] as const;

/** Component that sends logs to Cloud Logging. */
export type LoggingComponent = (typeof LOGGING)[number];

const MONITORING = [
  'SYSTEM_COMPONENTS',
  'APISERVER',
  'SCHEDULER',
  'CONTROLLER_MANAGER',
  'STORAGE',
  'HPA',
  'POD',
  'DAEMONSET',
  'DEPLOYMENT',
  'STATEFULSET',
  'KUBELET',
  'CADVISOR',
  'DCGM',
  'JOBSET',
] as const;

/** Component that sends metrics to Cloud Monitoring. */
export type MonitoringComponent = (typeof MONITORING)[number];

/** Components whose metrics do not need managed Prometheus. */
const MONITORING_WITHOUT_PROMETHEUS: readonly MonitoringComponent[] = ['SYSTEM_COMPONENTS', 'APISERVER', 'SCHEDULER', 'CONTROLLER_MANAGER'];

/** Telemetry that a cluster sends to Cloud Logging and Cloud Monitoring. */
export interface Telemetry {
  readonly loggingComponents: readonly LoggingComponent[];
  readonly monitoringComponents: readonly MonitoringComponent[];
  readonly managedPrometheus: boolean;
}

/**
 * Resolves the telemetry of a cluster.
 *
 * @throws ValidationError when system components are missing, or a component needs managed Prometheus and it is off
 */
export function resolveTelemetry(scope: Construct, props: Partial<Telemetry>): Telemetry {
  const logging = requireComponents(scope, 'loggingComponents', props.loggingComponents ?? LOGGING.slice(0, 5), LOGGING);
  const monitoring = requireComponents(scope, 'monitoringComponents', props.monitoringComponents ?? ['SYSTEM_COMPONENTS'], MONITORING);
  const managedPrometheus = props.managedPrometheus ?? true;
  const needsPrometheus = monitoring.filter((component) => !MONITORING_WITHOUT_PROMETHEUS.includes(component));
  if (!managedPrometheus && needsPrometheus.length > 0) {
    throw new ValidationError(scope, `'managedPrometheus' must be on for monitoring of ${needsPrometheus.join(', ')}, got false`);
  }
  return { loggingComponents: logging, monitoringComponents: monitoring, managedPrometheus };
}

function requireComponents<T extends string>(
  scope: Construct,
  prop: string,
  components: readonly T[],
  allowed: readonly T[],
): readonly T[] {
  for (const component of requireDistinct(scope, prop, components)) requireOneOf(scope, prop, component, allowed);
  if (!components.includes('SYSTEM_COMPONENTS' as T)) {
    throw new ValidationError(scope, `'${prop}' must have SYSTEM_COMPONENTS, got ${components.join(', ')}`);
  }
  return components;
}
