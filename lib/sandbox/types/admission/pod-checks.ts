import { isIP } from 'node:net';
import {
  atLeast,
  below,
  METADATA,
  modeBits,
  notNegative,
  numberOfPort,
  oneOf,
  type PluginChecks,
  port,
  positive,
  quantity,
  relativePath,
  textLike,
  wholeNumber,
} from './plugin-checks';
import { portNumber } from './syntax';

const HANDLER: PluginChecks = {
  'http_get.port': port,
  'http_get.scheme': oneOf('HTTP', 'HTTPS'),
  'tcp_socket.port': port,
};

const PROBE: PluginChecks = {
  ...HANDLER,
  'grpc.port': textLike((text) => portNumber(Number(text))),
  '{failure_threshold,period_seconds,success_threshold,timeout_seconds}': positive,
};

const SECURITY_CONTEXT: PluginChecks = {
  '{run_as_group,run_as_user}': wholeNumber,
  'seccomp_profile.type': oneOf('Localhost', 'RuntimeDefault', 'Unconfined'),
};

const CONTAINER: PluginChecks = {
  'port.{container_port,name}': port,
  'port.host_port': numberOfPort,
  'port.protocol': oneOf('TCP', 'UDP'),
  'env.value_from.resource_field_ref.divisor': quantity,
  'volume_mount.mount_propagation': oneOf('None', 'HostToContainer', 'Bidirectional'),
  ...below('security_context', SECURITY_CONTEXT),
  ...below('{liveness_probe,readiness_probe,startup_probe}', PROBE),
  ...below('lifecycle.{post_start,pre_stop}', HANDLER),
};

const FILES: PluginChecks = { 'items.mode': modeBits, 'items.path': relativePath };

const VOLUMES: PluginChecks = {
  '{config_map,secret,projected,downward_api}.default_mode': modeBits,
  ...below('{config_map,secret,downward_api}', FILES),
  ...below('projected.sources.{config_map,secret,downward_api}', FILES),
  'empty_dir.size_limit': quantity,
  'empty_dir.medium': oneOf('', 'Memory', 'HugePages'),
};

const OPERATOR = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt');
const SPREAD = 'topology_spread_constraint';

/**
 * Checks of a pod template by the plugin.
 *
 * @param restartPolicies restart policies that the plugin accepts
 */
export function podChecks(restartPolicies: readonly string[]): PluginChecks {
  return {
    ...below('metadata', METADATA),
    ...below('spec', {
      active_deadline_seconds: positive,
      dns_policy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
      restart_policy: oneOf(...restartPolicies),
      termination_grace_period_seconds: notNegative,
      'host_aliases.ip': (value, key) => (isIP(String(value)) === 0 ? [`expected ${key} to contain a valid IP, got: ${value}`] : []),
      'toleration.effect': oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
      'toleration.operator': oneOf('Exists', 'Equal'),
      'toleration.toleration_seconds': wholeNumber,
      [`${SPREAD}.max_skew`]: atLeast(1),
      [`${SPREAD}.min_domains`]: atLeast(1),
      [`${SPREAD}.when_unsatisfiable`]: oneOf('DoNotSchedule', 'ScheduleAnyway'),
      'affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_term.match_expressions.operator': OPERATOR,
      'affinity.node_affinity.preferred_during_scheduling_ignored_during_execution.preference.match_expressions.operator': OPERATOR,
      ...below('security_context', { ...SECURITY_CONTEXT, fs_group: wholeNumber }),
      ...below('{container,init_container}', CONTAINER),
      ...below('volume', VOLUMES),
    }),
  };
}
