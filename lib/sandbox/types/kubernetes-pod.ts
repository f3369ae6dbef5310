import { Quantity } from '../quantity';
import type { MakeValue, TypeDescription } from '../type-description';
import { isSet, isValues, isZero, type Value } from '../values';

type Same = (one: Value, other: Value) => boolean;

/** Behaviour of the provider for a pod template. */
export interface PodTemplate {
  readonly computed: string[];
  readonly values: Record<string, Value | MakeValue>;
  readonly defaults: Record<string, Value>;
  readonly diffSuppress: Record<string, Same>;
  readonly sentAsZero: string[];
  readonly notSentWhen: NonNullable<TypeDescription['notSentWhen']>;
}

const PROBES = ['liveness_probe', 'readiness_probe', 'startup_probe'];

/** Defaults of a container. */
const CONTAINER: Record<string, Value> = {
  'env.value_from.field_ref.api_version': 'v1',
  'env.value_from.resource_field_ref.divisor': '1',
  'port.protocol': 'TCP',
  stdin: false,
  stdin_once: false,
  termination_message_path: '/dev/termination-log',
  tty: false,
  'volume_mount.mount_propagation': 'None',
  'volume_mount.read_only': false,
  'security_context.allow_privilege_escalation': true,
  'security_context.privileged': false,
  'security_context.read_only_root_filesystem': false,
  'security_context.seccomp_profile.type': 'Unconfined',
  'lifecycle.post_start.http_get.scheme': 'HTTP',
  'lifecycle.pre_stop.http_get.scheme': 'HTTP',
  ...Object.fromEntries(
    PROBES.flatMap((probe) => [
      [`${probe}.failure_threshold`, 3],
      [`${probe}.period_seconds`, 10],
      [`${probe}.success_threshold`, 1],
      [`${probe}.timeout_seconds`, 1],
      [`${probe}.http_get.scheme`, 'HTTP'],
    ]),
  ),
};

/** Defaults of a pod. */
const POD: Record<string, Value> = {
  automount_service_account_token: true,
  dns_policy: 'ClusterFirst',
  enable_service_links: true,
  host_ipc: false,
  host_network: false,
  host_pid: false,
  restart_policy: 'Always',
  'security_context.seccomp_profile.type': 'Unconfined',
  'security_context.windows_options.host_process': false,
  share_process_namespace: false,
  termination_grace_period_seconds: 30,
  'toleration.operator': 'Equal',
  'topology_spread_constraint.max_skew': 1,
  'topology_spread_constraint.when_unsatisfiable': 'DoNotSchedule',
  'volume.config_map.default_mode': '0644',
  'volume.downward_api.default_mode': '0644',
  'volume.downward_api.items.field_ref.api_version': 'v1',
  'volume.projected.default_mode': '0644',
  'volume.projected.sources.downward_api.items.field_ref.api_version': 'v1',
  'volume.projected.sources.service_account_token.expiration_seconds': 3600,
  'volume.secret.default_mode': '0644',
};

/** Returns the default pull policy of an image, which is `Always` without a fixed tag. */
const pullPolicy: MakeValue = (_resource, _cloud, container) =>
  /(:latest|^[^:@]*)$/.test(isSet(container.image) ? String(container.image).replace(/^[^/]*:\d+\//, '') : '') ? 'Always' : 'IfNotPresent';

/**
 * Describes the pod template of a workload, at a path such as `spec.template`.
 *
 * @param restartPolicy default of the provider
 */
export function describePodTemplate(path: string, restartPolicy = 'Always'): PodTemplate {
  const inContainers = <T>(entries: Record<string, T>): [string, T][] =>
    ['container', 'init_container'].flatMap((container) =>
      Object.entries(entries).map(([name, value]): [string, T] => [`${path}.spec.${container}.${name}`, value]),
    );
  const filled: Record<string, Value | MakeValue> = {
    image_pull_policy: pullPolicy,
    termination_message_policy: 'File',
    'resources.limits': {},
    'resources.requests': (_resource, _cloud, resources) => resources.limits ?? {},
  };
  const pod: Record<string, Value | MakeValue> = {
    hostname: '',
    node_name: '',
    scheduler_name: 'default-scheduler',
    service_account_name: 'default',
  };
  return {
    computed: [
      `${path}.spec.{${Object.keys(pod).join(',')}}`,
      `${path}.spec.volume.{azure_disk.kind,rbd.keyring}`,
      `${path}.spec.volume.{ceph_fs,flex_volume,rbd}.secret_ref.namespace`,
      `${path}.spec.volume.ephemeral.volume_claim_template.spec.{storage_class_name,volume_mode,volume_name}`,
      ...inContainers(filled).map(([name]) => name),
    ],
    values: {
      ...Object.fromEntries(Object.entries(pod).map(([name, value]) => [`${path}.spec.${name}`, value])),
      ...Object.fromEntries(inContainers(filled)),
    },
    defaults: {
      ...Object.fromEntries(Object.entries(POD).map(([name, value]) => [`${path}.spec.${name}`, value])),
      [`${path}.spec.restart_policy`]: restartPolicy,
      ...Object.fromEntries(inContainers(CONTAINER)),
    },
    // An empty security context of a pod is not stored, and planned again. That of a container has defaults of the provider.
    notSentWhen: { [`${path}.spec.security_context`]: isZero },
    // In a configured security context, Pod Security and the kubelet treat it as `runAsNonRoot: false`.
    sentAsZero: [
      `${path}.spec.security_context.run_as_non_root`,
      ...inContainers({ 'security_context.run_as_non_root': false }).map(([name]) => name),
    ],
    diffSuppress: {
      ...Object.fromEntries(inContainers({ 'resources.limits': sameQuantities, 'resources.requests': sameQuantities })),
      [`${path}.spec.volume.empty_dir.size_limit`]: sameQuantity,
    },
  };
}

/** True if two quantities such as `1000m` and `1` are equal. */
export function sameQuantity(one: Value, other: Value): boolean {
  const [a, b] = [Quantity.parse(String(one)), Quantity.parse(String(other))];
  return one === other || (a !== undefined && b !== undefined && a.equals(b));
}

/** True if two maps of quantities are equal. */
export function sameQuantities(one: Value, other: Value): boolean {
  if (!isValues(one) || !isValues(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => name in other && sameQuantity(one[name]!, other[name]!));
}
