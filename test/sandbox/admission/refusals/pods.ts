import type { Values } from '../../../../lib/sandbox/values';
import {
  CRON_JOB,
  cronJob,
  DEPLOYMENT,
  deployment,
  JOB,
  job,
  type Mistake,
  refusedByApi,
  refusedInPlan,
  STATEFUL_SET,
  statefulSet,
} from '../refusal';

const inContainer = (mistake: string, container: Values, words: string): Mistake => [mistake, DEPLOYMENT, deployment(container), words];
const inPod = (mistake: string, pod: Values, words: string): Mistake => [mistake, DEPLOYMENT, deployment({}, pod), words];
const resources = (requests: Values, limits: Values): Values => ({ resources: { requests, limits } });
const probe = (probe: Values): Values => ({ liveness_probe: probe });
const get = { http_get: { path: '/', port: '8080' } };

export const pods = [
  ...refusedInPlan([
    [
      'a time zone in the schedule',
      CRON_JOB,
      cronJob({}, {}, { schedule: 'CRON_TZ=UTC 0 3 * * *' }),
      '"spec.0.schedule" should be an valid Cron expression',
    ],
    [
      'an unknown access mode',
      STATEFUL_SET,
      statefulSet(
        {},
        {},
        {
          volume_claim_template: [
            { metadata: { name: 'data' }, spec: { access_modes: ['Once'], resources: { requests: { storage: '1Gi' } } } },
          ],
        },
      ),
      'expected spec.0.volume_claim_template.0.spec.0.access_modes.0 to be one of ["ReadWriteOnce" "ReadOnlyMany" "ReadWriteMany" "ReadWriteOncePod"], got Once',
    ],
    inContainer(
      'a port of 0',
      { port: [{ container_port: 0 }] },
      'spec.0.template.0.spec.0.container.0.port.0.container_port must be between 1 and 65535, inclusive',
    ),
    inContainer(
      'a port of 70000',
      { port: [{ container_port: 70000 }] },
      'spec.0.template.0.spec.0.container.0.port.0.container_port must be between 1 and 65535, inclusive',
    ),
    inContainer(
      'an upper-case name of a port',
      { port: [{ container_port: 80, name: 'HTTP' }] },
      'spec.0.template.0.spec.0.container.0.port.0.name must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ),
    inContainer(
      'a name of a port of 16 characters',
      { port: [{ container_port: 80, name: 'a'.repeat(16) }] },
      'spec.0.template.0.spec.0.container.0.port.0.name must be no more than 15 characters',
    ),
    inContainer(
      'a name of a port without a letter',
      { port: [{ container_port: 80, name: '8-0' }] },
      'spec.0.template.0.spec.0.container.0.port.0.name must contain at least one letter (a-z)',
    ),
    inContainer(
      'an unknown protocol of a port',
      { port: [{ container_port: 80, protocol: 'ICMP' }] },
      'expected spec.0.template.0.spec.0.container.0.port.0.protocol to be one of ["TCP" "UDP"], got ICMP',
    ),
    inContainer(
      'a wrong port of a probe',
      probe({ http_get: { path: '/', port: '70000' } }),
      'spec.0.template.0.spec.0.container.0.liveness_probe.0.http_get.0.port must be between 1 and 65535, inclusive',
    ),
    inContainer(
      'a wrong name of a port of a probe',
      probe({ http_get: { path: '/', port: 'http_port' } }),
      'spec.0.template.0.spec.0.container.0.liveness_probe.0.http_get.0.port must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ),
    inContainer(
      'an unknown scheme of a probe',
      probe({ http_get: { path: '/', port: '80', scheme: 'http' } }),
      'expected spec.0.template.0.spec.0.container.0.liveness_probe.0.http_get.0.scheme to be one of ["HTTP" "HTTPS"], got http',
    ),
    inContainer(
      'a failure threshold of 0',
      probe({ ...get, failure_threshold: 0 }),
      'spec.0.template.0.spec.0.container.0.liveness_probe.0.failure_threshold must be greater than 0',
    ),
    inContainer(
      'a period of 0 seconds',
      probe({ ...get, period_seconds: 0 }),
      'spec.0.template.0.spec.0.container.0.liveness_probe.0.period_seconds must be greater than 0',
    ),
    inContainer(
      'a timeout of 0 seconds',
      probe({ ...get, timeout_seconds: 0 }),
      'spec.0.template.0.spec.0.container.0.liveness_probe.0.timeout_seconds must be greater than 0',
    ),
    inContainer(
      'a user that is no number',
      { security_context: { run_as_user: 'root' } },
      `spec.0.template.0.spec.0.container.0.security_context.0.run_as_user: cannot parse 'root' as int: strconv.ParseInt: parsing "root": invalid syntax`,
    ),
    inContainer(
      'an unknown seccomp profile',
      { security_context: { seccomp_profile: { type: 'Default' } } },
      'expected spec.0.template.0.spec.0.container.0.security_context.0.seccomp_profile.0.type to be one of ["Localhost" "RuntimeDefault" "Unconfined"], got Default',
    ),
    inPod(
      'an unknown restart policy',
      { restart_policy: 'Sometimes' },
      'expected spec.0.template.0.spec.0.restart_policy to be one of ["Always"], got Sometimes',
    ),
    inPod(
      'a negative grace period',
      { termination_grace_period_seconds: -1 },
      'spec.0.template.0.spec.0.termination_grace_period_seconds must be greater than or equal to 0',
    ),
    inPod(
      'a deadline of 0 seconds',
      { active_deadline_seconds: 0 },
      'spec.0.template.0.spec.0.active_deadline_seconds must be greater than 0',
    ),
    inPod(
      'an unknown DNS policy',
      { dns_policy: 'Cluster' },
      'expected spec.0.template.0.spec.0.dns_policy to be one of ["ClusterFirst" "ClusterFirstWithHostNet" "Default" "None"], got Cluster',
    ),
    inPod(
      'an unknown effect of a toleration',
      { toleration: [{ key: 'a', effect: 'NoStart' }] },
      'expected spec.0.template.0.spec.0.toleration.0.effect to be one of ["NoSchedule" "PreferNoSchedule" "NoExecute"], got NoStart',
    ),
    inPod(
      'an unknown operator of a toleration',
      { toleration: [{ key: 'a', operator: 'In' }] },
      'expected spec.0.template.0.spec.0.toleration.0.operator to be one of ["Exists" "Equal"], got In',
    ),
    inPod(
      'a spread of 0',
      { topology_spread_constraint: [{ max_skew: 0, topology_key: 'zone' }] },
      'expected spec.0.template.0.spec.0.topology_spread_constraint.0.max_skew to be at least (1), got 0',
    ),
    inPod(
      'an unknown answer to a spread',
      { topology_spread_constraint: [{ topology_key: 'zone', when_unsatisfiable: 'Never' }] },
      'expected spec.0.template.0.spec.0.topology_spread_constraint.0.when_unsatisfiable to be one of ["DoNotSchedule" "ScheduleAnyway"], got Never',
    ),
    inPod(
      'mode bits that are not octal',
      { volume: [{ name: 'v', config_map: { name: 'c', default_mode: '644' } }] },
      `spec.0.template.0.spec.0.volume.0.config_map.0.default_mode: value 644 should start with '0' (octal numeral)`,
    ),
    inPod(
      'a size of a volume that is no quantity',
      { volume: [{ name: 'v', empty_dir: { size_limit: 'large' } }] },
      `spec.0.template.0.spec.0.volume.0.empty_dir.0.size_limit.large : quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ),
    inPod(
      'a path in a volume that leads out of it',
      {
        volume: [{ name: 'v', config_map: { name: 'c', items: [{ key: 'a', path: '../a' }] } }],
      },
      '"spec.0.template.0.spec.0.volume.0.config_map.0.items.0.path" must not contain ".."',
    ),
    inPod(
      'a host alias without an address',
      { host_aliases: [{ ip: 'billing', hostnames: ['billing'] }] },
      'expected spec.0.template.0.spec.0.host_aliases.0.ip to contain a valid IP, got: billing',
    ),
    [
      'replicas that are no number',
      DEPLOYMENT,
      deployment({}, {}, { replicas: 'two' }),
      `spec.0.replicas: cannot parse 'two' as int: strconv.ParseInt: parsing "two": invalid syntax`,
    ],
    [
      'an unknown strategy',
      DEPLOYMENT,
      deployment({}, {}, { strategy: { type: 'Rolling' } }),
      'expected spec.0.strategy.0.type to be one of ["RollingUpdate" "Recreate"], got Rolling',
    ],
    [
      'a surge that is no number',
      DEPLOYMENT,
      deployment({}, {}, { strategy: { rolling_update: { max_surge: 'one' } } }),
      'expected value of spec.0.strategy.0.rolling_update.0.max_surge to match regular expression "^([0-9]+|[0-9]+%|)$", got one',
    ],
    [
      'a restart policy that deployments do not have',
      DEPLOYMENT,
      deployment({}, { restart_policy: 'Never' }),
      'expected spec.0.template.0.spec.0.restart_policy to be one of ["Always"], got Never',
    ],
    ['a negative parallelism', JOB, job({}, {}, { parallelism: -1 }), 'spec.0.parallelism must be greater than or equal to 0'],
    ['no completions', JOB, job({}, {}, { completions: 0 }), 'spec.0.completions must be greater than 0'],
    ['a negative limit of retries', JOB, job({}, {}, { backoff_limit: -1 }), 'spec.0.backoff_limit must be greater than or equal to 0'],
    [
      'an unknown completion mode',
      JOB,
      job({}, {}, { completion_mode: 'Some' }),
      'expected spec.0.completion_mode to be one of ["Indexed" "NonIndexed"], got Some',
    ],
    [
      'a schedule of four fields',
      CRON_JOB,
      cronJob({}, {}, { schedule: '0 3 * *' }),
      '"spec.0.schedule" should be an valid Cron expression',
    ],
    ['an hour of 25', CRON_JOB, cronJob({}, {}, { schedule: '0 25 * * *' }), '"spec.0.schedule" should be an valid Cron expression'],
    [
      'an unknown policy of concurrent runs',
      CRON_JOB,
      cronJob({}, {}, { concurrency_policy: 'Maybe' }),
      'expected spec.0.concurrency_policy to be one of ["Allow" "Forbid" "Replace"], got Maybe',
    ],
    [
      'an unknown policy of pod management',
      STATEFUL_SET,
      statefulSet({}, {}, { pod_management_policy: 'Serial' }),
      'expected spec.0.pod_management_policy to be one of ["OrderedReady" "Parallel"], got Serial',
    ],
  ]),
  ...refusedByApi([
    inContainer(
      'an unknown pull policy',
      { image_pull_policy: 'Sometimes' },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
    ),
    inPod(
      'an upper-case name of a volume',
      { volume: [{ name: 'V', empty_dir: {} }] },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.volumes[0].name: Invalid value: "V": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`,
    ),
    inContainer(
      'a request above its limit',
      resources({ memory: '2Gi' }, { memory: '1Gi' }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ),
    inContainer(
      'requests above their limits',
      resources({ memory: '2Gi', cpu: '2' }, { memory: '1Gi', cpu: '1' }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: [spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1, spec.template.spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi]',
    ),
    inContainer(
      'a limit that is no quantity',
      resources({}, { memory: '1 GB' }),
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ),
    inContainer(
      'a request that is no quantity',
      resources({ cpu: '1 core' }, {}),
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ),
    inContainer(
      'a negative request',
      resources({ cpu: '-1' }, {}),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ),
    inContainer(
      'a request of an unknown resource',
      resources({ cpus: '1' }, {}),
      'Failed to create deployment: Deployment.apps "billing" is invalid: [spec.template.spec.containers[0].resources.requests[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified, spec.template.spec.containers[0].resources.requests[cpus]: Invalid value: "cpus": must be a standard resource for containers]',
    ),
    inContainer(
      'an upper-case name of a container',
      { name: 'Billing' },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].name: Invalid value: "Billing": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`,
    ),
    inContainer(
      'a dot in the name of a container',
      { name: 'billing.api' },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].name: Invalid value: "billing.api": must not contain dots',
    ),
    inContainer('a name of a container of 64 characters', { name: 'a'.repeat(64) }, 'must be no more than 63 characters'),
    inContainer(
      'no image',
      { image: '' },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].image: Required value',
    ),
    inContainer(
      'two ports of one name',
      {
        port: [
          { container_port: 80, name: 'http' },
          { container_port: 81, name: 'http' },
        ],
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].ports[1].name: Duplicate value: "http"',
    ),
    inContainer(
      'a probe of nothing',
      probe({ period_seconds: 5 }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ),
    inContainer(
      'a probe of two things',
      probe({ ...get, tcp_socket: { port: '80' } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    ),
    inContainer(
      'two successes of a liveness probe',
      probe({ ...get, success_threshold: 2 }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ),
    inContainer(
      'two successes of a startup probe',
      { startup_probe: { ...get, success_threshold: 2 } },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1',
    ),
    inContainer(
      'a negative delay of a probe',
      probe({ ...get, initial_delay_seconds: -1 }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
    ),
    inContainer(
      'an exec probe without a command',
      probe({ exec: { command: [] } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].livenessProbe.exec.command: Required value',
    ),
    inContainer(
      'an equals sign in the name of a variable',
      { env: [{ name: 'A=B', value: 'a' }] },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
    ),
    inContainer(
      'no name of a variable',
      { env: [{ name: '', value: 'a' }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].env[0].name: Required value',
    ),
    inContainer(
      'a variable with a value from two places',
      {
        env: [{ name: 'A', value: 'a', value_from: { field_ref: { field_path: 'metadata.name' } } }],
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ),
    inContainer(
      'a variable from an unknown field',
      { env: [{ name: 'A', value_from: { field_ref: { field_path: 'metadata.owner' } } }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.owner": error converting fieldPath: field label not supported: metadata.owner',
    ),
    inContainer(
      'a variable from a secret of a wrong key',
      {
        env: [{ name: 'A', value_from: { secret_key_ref: { name: 'a', key: 'a b' } } }],
      },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.'`,
    ),
    inContainer(
      'variables from a config map of a wrong name',
      { env_from: [{ config_map_ref: { name: 'A' } }] },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].envFrom[0].configMapRef.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    inContainer(
      'a mount of a volume that is not there',
      { volume_mount: [{ name: 'data', mount_path: '/data' }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ),
    inContainer(
      'a privileged container that must not escalate',
      {
        security_context: { privileged: true, allow_privilege_escalation: false },
      },
      'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ),
    inContainer(
      'a negative user',
      { security_context: { run_as_user: '-1' } },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ),
    inContainer(
      'a hook of nothing',
      { lifecycle: { pre_stop: {} } },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].lifecycle.preStop: Required value: must specify a handler type',
    ),
    [
      'two mounts at one path',
      DEPLOYMENT,
      deployment(
        {
          volume_mount: [
            { name: 'v', mount_path: '/data' },
            { name: 'v', mount_path: '/data' },
          ],
        },
        { volume: [{ name: 'v', empty_dir: {} }] },
      ),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique',
    ],
    inPod(
      'two containers of one name',
      {
        container: [
          { name: 'billing', image: 'a' },
          { name: 'billing', image: 'b' },
        ],
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.containers[1].name: Duplicate value: "billing"',
    ),
    inPod(
      'an init container of the name of a container',
      { init_container: [{ name: 'billing', image: 'a' }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.initContainers[0].name: Duplicate value: "billing"',
    ),
    inPod(
      'two volumes of one name',
      {
        volume: [
          { name: 'v', empty_dir: {} },
          { name: 'v', empty_dir: {} },
        ],
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.volumes[1].name: Duplicate value: "v"',
    ),
    inPod(
      'a volume of two sources',
      { volume: [{ name: 'v', empty_dir: {}, secret: { secret_name: 's' } }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type',
    ),
    inPod(
      'a dot in the name of a volume',
      { volume: [{ name: 'v.1', empty_dir: {} }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.volumes[0].name: Invalid value: "v.1": must not contain dots',
    ),
    inPod(
      'no name of a secret',
      { volume: [{ name: 'v', secret: { secret_name: '' } }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.volumes[0].secret.secretName: Required value',
    ),
    inPod(
      'a volume of a claim without its name',
      { volume: [{ name: 'v', persistent_volume_claim: { claim_name: '' } }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.volumes[0].persistentVolumeClaim.claimName: Required value',
    ),
    inPod(
      'a wrong name of a service account',
      { service_account_name: 'Billing' },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.serviceAccountName: Invalid value: "Billing": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    inPod(
      'a toleration of all keys with a value',
      { toleration: [{ operator: 'Exists', value: 'a' }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.tolerations[0].operator: Invalid value: "a": value must be empty when `operator` is \'Exists\'',
    ),
    inPod(
      'a toleration without a key',
      { toleration: [{ value: 'a' }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ),
    inPod(
      'a toleration for a time of another effect',
      {
        toleration: [{ key: 'a', value: 'b', effect: 'NoSchedule', toleration_seconds: '5' }],
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ),
    inPod(
      'two spreads over one topology',
      { topology_spread_constraint: [{ topology_key: 'zone' }, { topology_key: 'zone' }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"',
    ),
    inPod(
      'a spread over no topology',
      { topology_spread_constraint: [{ max_skew: 1 }] },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
    ),
    inPod(
      'a wrong hostname',
      { hostname: 'Billing' },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.hostname: Invalid value: "Billing": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`,
    ),
    inPod(
      'a DNS policy without servers',
      { dns_policy: 'None' },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    ),
    inPod(
      'a wrong topology of an affinity',
      {
        affinity: {
          pod_anti_affinity: {
            required_during_scheduling_ignored_during_execution: [
              { topology_key: '', label_selector: { match_labels: { app: 'billing' } } },
            ],
          },
        },
      },
      `Failed to create deployment: Deployment.apps "billing" is invalid: [spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty, spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty, spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    ),
    inPod(
      'a weight of 101 of an affinity',
      {
        affinity: {
          pod_anti_affinity: {
            preferred_during_scheduling_ignored_during_execution: [
              { weight: 101, pod_affinity_term: { topology_key: 'zone', label_selector: { match_labels: { app: 'billing' } } } },
            ],
          },
        },
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
    ),
    inPod(
      'an affinity to nodes without terms',
      {
        affinity: { node_affinity: { required_during_scheduling_ignored_during_execution: {} } },
      },
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ),
    inPod(
      'an affinity to nodes of two values where one is due',
      {
        affinity: {
          node_affinity: {
            required_during_scheduling_ignored_during_execution: {
              node_selector_term: [{ match_expressions: [{ key: 'a', operator: 'Gt', values: ['1', '2'] }] }],
            },
          },
        },
      },
      "Failed to create deployment: Deployment.apps \"billing\" is invalid: spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
    ),
    inPod(
      'a wrong priority class',
      { priority_class_name: 'High' },
      `Failed to create deployment: Deployment.apps "billing" is invalid: spec.template.spec.priorityClassName: Invalid value: "High": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    ),
    [
      'negative replicas',
      DEPLOYMENT,
      deployment({}, {}, { replicas: '-1' }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'neither surge nor unavailability',
      DEPLOYMENT,
      deployment({}, {}, { strategy: { rolling_update: { max_surge: '0', max_unavailable: '0' } } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ],
    [
      'an update strategy of another type',
      DEPLOYMENT,
      deployment({}, {}, { strategy: { type: 'Recreate', rolling_update: { max_surge: '1' } } }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is \'Recreate\'',
    ],
    [
      'a deadline below the time to be ready',
      DEPLOYMENT,
      deployment({}, {}, { min_ready_seconds: 700 }),
      'Failed to create deployment: Deployment.apps "billing" is invalid: spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    ],
    [
      'a job that always restarts',
      JOB,
      job({}, { restart_policy: 'Always' }),
      'Failed to create Job! API error: Job.batch "billing" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'runs of a job that always restart',
      CRON_JOB,
      cronJob({}, { restart_policy: 'Always' }),
      'CronJob.batch "billing" is invalid: spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'an unknown time zone',
      CRON_JOB,
      cronJob({}, {}, { timezone: 'Europe/Atlantis' }),
      'CronJob.batch "billing" is invalid: spec.timeZone: Invalid value: "Europe/Atlantis": unknown time zone Europe/Atlantis',
    ],
    [
      'a negative history',
      CRON_JOB,
      cronJob({}, {}, { successful_jobs_history_limit: -1 }),
      'CronJob.batch "billing" is invalid: spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'a claim without a size',
      STATEFUL_SET,
      statefulSet(
        {},
        {},
        { volume_claim_template: [{ metadata: { name: 'data' }, spec: { access_modes: ['ReadWriteOnce'], resources: { requests: {} } } }] },
      ),
      'StatefulSet.apps "billing" is invalid: spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
    ],
  ]),
];
