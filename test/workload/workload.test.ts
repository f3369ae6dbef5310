import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { Port } from '../../lib/network';
import { Bindings } from '../../lib/sandbox/bindings';
import { CloudResource } from '../../lib/sandbox/cloud-resource';
import { ResourceType } from '../../lib/sandbox/resource-type';
import { send } from '../../lib/sandbox/transmission';
import { TYPE_DESCRIPTIONS } from '../../lib/sandbox/types';
import { findPodSecurityViolations } from '../../lib/sandbox/types/kubernetes-pod-security';
import { conformBlock } from '../../lib/sandbox/value-codec';
import { isValues, type Values } from '../../lib/sandbox/values';
import { Synthesized } from '../../lib/testing';
import { AppNamespace, ScheduledJob, type ScheduledJobProps, Workload, type WorkloadProps } from '../../lib/workload';
import { ClusterStack } from './cluster-stack';

let stack: ClusterStack;
let namespace: AppNamespace;

beforeEach(() => {
  stack = new ClusterStack();
  namespace = new AppNamespace(stack, 'Namespace', { cluster: stack.cluster, name: 'billing' });
});

const image = 'ghcr.io/example/billing:1.4.2';

function workload(props: Partial<WorkloadProps> = {}, id = 'Billing'): Workload {
  return new Workload(stack, id, { namespace, image, ...props });
}

function job(props: Partial<ScheduledJobProps> = {}): ScheduledJob {
  return new ScheduledJob(stack, 'Statements', { namespace, image, schedule: '30 3 * * 1-5', ...props });
}

const podOf = (synthesized: Synthesized) => synthesized.only(DeploymentV1).spec.template.spec;

test('runs two hardened pods, spread over zones and nodes, and waits for them', () => {
  workload({ port: Port.tcp(8080) });
  const deployment = Synthesized.from(stack).only(DeploymentV1);

  expect(deployment).toMatchObject({
    metadata: { name: 'billing', namespace: expect.stringMatching(/^\$\{kubernetes_namespace_v1\./) },
    wait_for_rollout: true,
    timeouts: { create: '600s', update: '600s' },
    spec: {
      replicas: '2',
      selector: { match_labels: { 'app.kubernetes.io/name': 'billing' } },
      strategy: { rolling_update: { max_surge: '25%', max_unavailable: '0' } },
    },
  });
  expect(deployment).not.toHaveProperty('lifecycle');
  expect(deployment.spec.template.spec).toMatchObject({
    automount_service_account_token: false,
    service_account_name: expect.stringMatching(/^\$\{kubernetes_service_account_v1\./),
    security_context: {
      run_as_non_root: true,
      run_as_user: '65532',
      run_as_group: '65532',
      fs_group: '65532',
      seccomp_profile: { type: 'RuntimeDefault' },
    },
    topology_spread_constraint: [
      { topology_key: 'topology.kubernetes.io/zone', max_skew: 1, when_unsatisfiable: 'ScheduleAnyway' },
      { topology_key: 'kubernetes.io/hostname', max_skew: 1, when_unsatisfiable: 'ScheduleAnyway' },
    ],
    container: [
      {
        name: 'billing',
        image,
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
        security_context: {
          allow_privilege_escalation: false,
          read_only_root_filesystem: true,
          run_as_non_root: true,
          privileged: false,
          capabilities: { drop: ['ALL'] },
        },
        volume_mount: [{ name: 'tmp', mount_path: '/tmp' }],
        port: [{ name: 'main', container_port: 8080, protocol: 'TCP' }],
        startup_probe: { http_get: { path: '/healthz', port: '8080' }, period_seconds: 5, failure_threshold: 24 },
        readiness_probe: { http_get: { path: '/healthz', port: '8080' } },
        liveness_probe: { http_get: { path: '/healthz', port: '8080' } },
      },
    ],
    volume: [{ name: 'tmp', empty_dir: { size_limit: '100Mi' } }],
  });
});

/** The block at a path of a resource, as the provider sends it. */
function sent(type: string, configuration: object, path: string): Values {
  const description = TYPE_DESCRIPTIONS.find((each) => each.type === type);
  const resourceType = new ResourceType(type, new Bindings().resource(type)!, description);
  const resource = new CloudResource(type, '', conformBlock(configuration as Values, resourceType.schema));
  send(resourceType, resource);
  return resource.all(path).flat().find(isValues)!;
}

test.each<[AppNamespace['podSecurity'] & ('restricted' | 'baseline'), boolean]>([
  ['restricted', false],
  ['baseline', true],
])('pods are admitted in a %s namespace', (podSecurity, allowRoot) => {
  namespace = new AppNamespace(stack, 'Other', { cluster: stack.cluster, name: 'other', podSecurity });
  workload({ allowRoot, port: Port.tcp(8080), secretFiles: { '/etc/tls': 'tls' } });
  job({ allowRoot });
  const synthesized = Synthesized.from(stack);
  const scheduled = sent('kubernetes_cron_job_v1', synthesized.only(CronJobV1), 'spec.job_template.spec.template.spec');
  const running = sent('kubernetes_deployment_v1', synthesized.only(DeploymentV1), 'spec.template.spec');
  for (const pod of [running, scheduled]) expect(findPodSecurityViolations(podSecurity, pod)).toEqual([]);
});

test('depends on limits, policies and roles of its namespace, also those added later', () => {
  workload();
  namespace.grantRole('roles/pubsub.publisher');
  const waitsFor: string[] = Synthesized.from(stack).only(DeploymentV1).depends_on;
  for (const type of [
    'kubernetes_resource_quota_v1',
    'kubernetes_limit_range_v1',
    'kubernetes_network_policy_v1',
    'google_project_iam_member',
  ]) {
    expect(waitsFor).toContainEqual(expect.stringMatching(new RegExp(`^${type}\\.Namespace_`)));
  }
});

test('a port creates a Service with network endpoint groups', () => {
  const billing = workload({ port: Port.tcp(8080), ports: { metrics: Port.tcp(9090) } });
  expect(Synthesized.from(stack).only(ServiceV1)).toMatchObject({
    metadata: { name: 'billing', annotations: { 'cloud.google.com/neg': '{"ingress":true}' } },
    lifecycle: { ignore_changes: ['metadata[0].annotations["cloud.google.com/neg-status"]'] },
    spec: {
      type: 'ClusterIP',
      selector: { 'app.kubernetes.io/name': 'billing' },
      port: [
        { name: 'main', port: 8080, target_port: '8080', protocol: 'TCP' },
        { name: 'metrics', port: 9090, target_port: '9090', protocol: 'TCP' },
      ],
    },
  });
  expect(billing.serviceHost).toBe('billing.billing.svc');
});

test('a terminating pod serves until load balancers have removed it', () => {
  workload({ port: Port.tcp(8080), terminationGraceSeconds: 45 });
  const pod = podOf(Synthesized.from(stack));
  expect(pod.container[0].lifecycle).toEqual({ pre_stop: [{ exec: { command: ['sleep', '30'] } }] });
  expect(pod.termination_grace_period_seconds).toBe(75);
});

test.each<[string, Partial<WorkloadProps>]>([
  ['has no port', {}],
  ['opts out', { port: Port.tcp(8080), preStopSleepSeconds: 0 }],
])('a pod terminates immediately when it %s', (_, props) => {
  expect(workload(props).preStopSleepSeconds).toBe(0);
  const pod = podOf(Synthesized.from(stack));
  expect(pod.container[0]).not.toHaveProperty('lifecycle');
  expect(pod.termination_grace_period_seconds).toBe(30);
});

test('a worker without a port has no service and no probe', () => {
  expect(workload().probe).toBe('none');
  const synthesized = Synthesized.from(stack);
  expect(synthesized.list(ServiceV1)).toEqual([]);
  expect(podOf(synthesized).container[0]).not.toHaveProperty('startup_probe');
});

test('an autoscaler between minReplicas and maxReplicas owns the number of pods', () => {
  workload({ minReplicas: 3, maxReplicas: 9, targetCpuPercent: 60 });
  const synthesized = Synthesized.from(stack);
  expect(synthesized.only(HorizontalPodAutoscalerV2).spec).toMatchObject({
    min_replicas: 3,
    max_replicas: 9,
    scale_target_ref: { api_version: 'apps/v1', kind: 'Deployment', name: 'billing' },
    metric: [{ resource: { name: 'cpu', target: { type: 'Utilization', average_utilization: 60 } } }],
  });
  expect(synthesized.only(DeploymentV1)).toMatchObject({ spec: { replicas: '3' }, lifecycle: { ignore_changes: ['spec[0].replicas'] } });
});

test('a PodDisruptionBudget limits drains to one pod at a time; a single replica has none', () => {
  workload();
  workload({ minReplicas: 1 }, 'Single');
  expect(Synthesized.from(stack).only(PodDisruptionBudgetV1).spec).toMatchObject({
    max_unavailable: '1',
    selector: { match_labels: { 'app.kubernetes.io/name': 'billing' } },
  });
});

test('environment is sorted, secrets are references only, files come from existing secrets', () => {
  workload({
    environment: { ZONE: 'a', CURRENCY: 'EUR' },
    secrets: { PASSWORD: { secretName: 'cassandra', key: 'password' } },
    secretFiles: { '/etc/billing/tls': 'billing-tls' },
  });
  const pod = podOf(Synthesized.from(stack));
  expect(pod.container[0].env).toEqual([
    { name: 'CURRENCY', value: 'EUR' },
    { name: 'PASSWORD', value_from: { secret_key_ref: { name: 'cassandra', key: 'password' } } },
    { name: 'ZONE', value: 'a' },
  ]);
  expect(pod.container[0].volume_mount[1]).toEqual({ name: 'files-etc-billing-tls', mount_path: '/etc/billing/tls', read_only: true });
  expect(pod.volume[1]).toEqual({ name: 'files-etc-billing-tls', secret: { secret_name: 'billing-tls' } });
});

test('renders resources, command, placement and probes', () => {
  stack.cluster.addNodePool('Batch', {
    maxNodes: 3,
    labels: { workload: 'batch' },
    taints: [
      { key: 'workload', value: 'batch', effect: 'NO_SCHEDULE' },
      { key: 'spot', value: 'true', effect: 'NO_EXECUTE' },
    ],
  });
  workload({
    name: 'invoices',
    port: Port.tcp(8080),
    command: ['/app'],
    args: ['--fast'],
    cpuRequest: '0.25',
    cpuLimit: '1',
    memoryRequest: '512Mi',
    memoryLimit: '1024Mi',
    userId: 1000,
    writableRootFilesystem: true,
    temporaryStorage: '1Gi',
    nodeLabels: { workload: 'batch' },
    tolerations: [{ key: 'workload', value: 'batch', effect: 'NoSchedule' }, { key: 'spot' }],
    terminationGraceSeconds: 60,
    probe: 'tcp',
    startupSeconds: 61,
    waitForRollout: false,
    rolloutSeconds: 900,
  });
  const synthesized = Synthesized.from(stack);
  expect(synthesized.only(DeploymentV1)).toMatchObject({ wait_for_rollout: false, spec: { progress_deadline_seconds: 900 } });
  expect(podOf(synthesized)).toMatchObject({
    node_selector: { workload: 'batch' },
    toleration: [
      { key: 'workload', value: 'batch', effect: 'NoSchedule', operator: 'Equal' },
      { key: 'spot', operator: 'Exists' },
    ],
    termination_grace_period_seconds: 90,
    security_context: { run_as_user: '1000' },
    container: [
      {
        name: 'invoices',
        command: ['/app'],
        args: ['--fast'],
        resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } },
        security_context: { read_only_root_filesystem: false },
        startup_probe: { tcp_socket: [{ port: '8080' }], failure_threshold: 13 },
      },
    ],
    volume: [{ empty_dir: { size_limit: '1Gi' } }],
  });
});

test('allowRoot runs as root where the namespace permits it', () => {
  const lax = new AppNamespace(stack, 'Legacy', { cluster: stack.cluster, podSecurity: 'baseline' });
  workload({ namespace: lax, allowRoot: true });
  expect(podOf(Synthesized.from(stack))).toMatchObject({
    security_context: { run_as_non_root: false, run_as_user: '0' },
    container: [{ security_context: { allow_privilege_escalation: true } }],
  });
});

test('access to the Kubernetes API is a token and a connection', () => {
  workload({ kubernetesApiAccess: true });
  const synthesized = Synthesized.from(stack);
  expect(podOf(synthesized).automount_service_account_token).toBe(true);
  expect(synthesized.at('Cluster/ApiServer/From-billing-tcp-443/Egress', NetworkPolicyV1).spec.egress[0].to).toEqual([
    { ip_block: { cidr: '10.10.0.0/22' } },
    { ip_block: { cidr: '10.10.12.0/28' } },
    { ip_block: { cidr: '10.30.0.1/32' } },
  ]);
});

test('is a server with its pods, at its own port', () => {
  workload({ port: Port.tcp(8080) }).allowFrom(job());
  expect(Synthesized.from(stack).at('Billing/From-statements-tcp-8080/Ingress', NetworkPolicyV1).spec).toMatchObject({
    pod_selector: { match_labels: { 'app.kubernetes.io/name': 'billing' } },
    ingress: [{ from: [{ pod_selector: { match_labels: { 'app.kubernetes.io/name': 'statements' } } }], ports: [{ port: '8080' }] }],
  });
});

test('in a namespace that is not enabled only the connections are created', () => {
  namespace = new AppNamespace(stack, 'Off', { cluster: stack.cluster, enabled: false });
  workload({ port: Port.tcp(8080), maxReplicas: 5 }).allowFrom(job());
  const synthesized = Synthesized.from(stack);
  for (const type of [DeploymentV1, ServiceV1, HorizontalPodAutoscalerV2, PodDisruptionBudgetV1, CronJobV1]) {
    expect(synthesized.list(type)).toEqual([]);
  }
  expect(Object.keys(synthesized.byPath(NetworkPolicyV1)).filter((path) => path.includes('From'))).toEqual([
    'Billing/From-statements-tcp-8080/Egress',
    'Billing/From-statements-tcp-8080/Ingress',
  ]);
});

test.each(['UTC', 'Etc/GMT+5', 'US/Pacific', 'Asia/Calcutta', 'America/Port-au-Prince', 'Africa/Dar_es_Salaam'])(
  'a job may run in the time zone %s',
  (timeZone) => {
    expect(job({ timeZone }).timeZone).toBe(timeZone);
  },
);

test('a job runs in the same hardened pod, one at a time', () => {
  job({ retries: 1, timeoutSeconds: 600, timeZone: 'Europe/Ljubljana' });
  const cronJob = Synthesized.from(stack).only(CronJobV1);
  expect(cronJob).toMatchObject({
    metadata: { name: 'statements' },
    spec: {
      schedule: '30 3 * * 1-5',
      timezone: 'Europe/Ljubljana',
      concurrency_policy: 'Forbid',
      job_template: {
        spec: {
          backoff_limit: 1,
          active_deadline_seconds: 600,
          template: {
            metadata: { labels: { 'app.kubernetes.io/name': 'statements' } },
            spec: { restart_policy: 'Never', security_context: { run_as_non_root: true }, container: [{ name: 'statements', image }] },
          },
        },
      },
    },
  });
  expect(cronJob.depends_on).toContainEqual(expect.stringMatching(/^kubernetes_limit_range_v1\./));
});

test.each(['* * * * *', '*/5 0-6,12 1,15 1-12/2 0-7', '0 0 31 12 7'])('a job supports the schedule %p', (schedule) => {
  expect(job({ schedule, overlapping: true }).schedule).toBe(schedule);
});

test('the default children are the Deployment and the CronJob', () => {
  expect(workload().node.defaultChild).toBeInstanceOf(DeploymentV1);
  expect(job().node.defaultChild).toBeInstanceOf(CronJobV1);
});

test.each(['a/b@sha256:'.concat('0'.repeat(64)), 'localhost:5000/a:1', 'curlimages/curl:8.11.0'])('supports the image %p', (given) => {
  expect(workload({ image: given }).pod.image).toBe(given);
});

test.each<[string, Partial<WorkloadProps>, string]>([
  [
    'the image has no tag',
    { image: 'localhost:5000/a' },
    "'image' must be an image with a tag other than latest, or a digest, got 'localhost:5000/a' (at staging/Billing)",
  ],
  ['the image is the latest', { image: 'a:latest' }, "'image' must be an image with a tag other than latest, or a digest, got 'a:latest'"],
  ['maxReplicas is below minReplicas', { minReplicas: 3, maxReplicas: 2 }, "'maxReplicas' must be at least minReplicas (3), got 2"],
  ['minReplicas is 0', { minReplicas: 0 }, "'minReplicas' must be a whole number at least 1, got 0"],
  [
    'memory is no amount',
    { memoryRequest: 'much' },
    "'memoryRequest' must be an amount above zero such as 500m, 2, 512Mi or 1Gi, got 'much'",
  ],
  ['a request is over its limit', { cpuRequest: '2', cpuLimit: '1500m' }, "'cpuRequest' must be at most cpuLimit (1500m), got '2'"],
  [
    'memory is over its limit',
    { memoryRequest: '1Gi', memoryLimit: '1023Mi' },
    "'memoryRequest' must be at most memoryLimit (1023Mi), got '1Gi'",
  ],
  [
    'root is asked for in a restricted namespace',
    { allowRoot: true },
    "'allowRoot' must not be set where the namespace's podSecurity is restricted",
  ],
  ['the user is root without saying so', { userId: 0 }, "'userId' must be a whole number at least 1, got 0"],
  ['the probe has no port', { probe: 'http' }, "'probePort' must be a tcp port for probe 'http', got none"],
  [
    'the probe path is relative',
    { port: Port.tcp(1), probePath: 'healthz' },
    "'probePath' must be a path that begins with /, got 'healthz'",
  ],
  ['a port is a range', { port: Port.tcpRange(1, 2), probe: 'none' }, "'ports' must be single ports, got tcp/1-2 for 'main'"],
  ['a port is there twice', { port: Port.tcp(80), ports: { web: Port.tcp(80) } }, "'ports' must not repeat a port, got tcp/80 twice"],
  [
    'a variable is set twice',
    { environment: { A: '1' }, secrets: { A: { secretName: 's', key: 'k' } } },
    "'secrets' must not set a variable of environment too, got 'A' in both",
  ],
  [
    'a secret has a bad name',
    { secrets: { A: { secretName: 'My_Secret', key: 'k' } } },
    "'secrets.A.secretName' must be the name of a secret: lower case letters, digits, '-' and '.', got 'My_Secret'",
  ],
  ['a key of a secret has a bad name', { secrets: { A: { secretName: 's', key: 'a b' } } }, "'secrets.A.key' must be at most 253 letters"],
  ['a secret with files has a bad name', { secretFiles: { '/keys': 'a/b' } }, "'secretFiles./keys' must be the name of a secret"],
  [
    'a variable has a bad name',
    { environment: { 'A-B': '1' } },
    "'environment' must be keyed by names of environment variables, got 'A-B'",
  ],
  [
    'files would hide /tmp',
    { secretFiles: { '/tmp': 's' } },
    "'secretFiles' must be keyed by absolute folders other than / and /tmp, got '/tmp'",
  ],
])('fails when %s', (_, props, message) => {
  expect(() => workload(props)).toThrow(message);
});

test('fails when two apps of a namespace share a name', () => {
  workload();
  expect(() => workload({ name: 'billing' }, 'Other')).toThrow(
    "'name' must be used once in a namespace, got 'billing' of staging/Billing again (at staging/Other)",
  );
});

test.each<[Partial<ScheduledJobProps>, string]>([
  [{ schedule: '* * * *' }, "'schedule' must have five fields (minute, hour, day of the month, month, day of the week), got '* * * *'"],
  [{ schedule: '60 * * * *' }, "'schedule' must have numbers from 0 to 59, lists, ranges or steps as minute, got '60' in '60 * * * *'"],
  [{ schedule: '5-1 * * * *' }, "as minute, got '5-1' in"],
  [{ schedule: '*/0 * * * *' }, "as minute, got '*/0' in"],
  [{ timeZone: 'next door' }, "'timeZone' must be a time zone such as Europe/Paris, got 'next door'"],
  [{ timeZone: 'Europe/Atlantis' }, "'timeZone' must be a time zone such as Europe/Paris, got 'Europe/Atlantis'"],
  [{ timeZone: 'Europe/PARIS' }, "'timeZone' must be a time zone such as Europe/Paris, got 'Europe/PARIS'"],
  [{ timeZone: '+02:00' }, "'timeZone' must be a time zone such as Europe/Paris, got '+02:00'"],
  [
    { tolerations: [{ key: 'a', effect: 'NO_SCHEDULE' as never }] },
    "'tolerations.a.effect' must be one of NoSchedule, PreferNoSchedule, NoExecute",
  ],
  [
    { name: 'a'.repeat(53) },
    "'name' must be lower case letters, digits and hyphens, begin with a letter, end with no hyphen and have at most 52 characters",
  ],
])('fails when a job has %j', (props, message) => {
  expect(() => job(props)).toThrow(message);
});
