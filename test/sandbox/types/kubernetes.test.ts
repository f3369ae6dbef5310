import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sameQuantity } from '../../../lib/sandbox/types/kubernetes-pod';
import { findPodSecurityViolations } from '../../../lib/sandbox/types/kubernetes-pod-security';
import type { Values } from '../../../lib/sandbox/values';
import { TypeBench } from './type-bench';

let bench: TypeBench;

beforeEach(() => {
  bench = new TypeBench();
});

const namespace = (name = 'billing', host?: string) =>
  bench.create('kubernetes_namespace_v1', { metadata: [{ name }] }, host ? { host } : {});

const deployment = (container: Values = {}, spec: Values = {}): Values => ({
  metadata: [{ name: 'api', namespace: 'billing' }],
  spec: [
    {
      selector: [{ match_labels: { app: 'api' } }],
      template: [{ metadata: [{ labels: { app: 'api' } }], spec: [{ container: [{ name: 'api', image: 'api:1.2', ...container }] }] }],
      ...spec,
    },
  ],
});

describe('objects', () => {
  test('have the ids of the real provider', () => {
    expect(namespace().text('id')).toBe('billing');
    expect(bench.create('kubernetes_deployment_v1', deployment()).text('id')).toBe('billing/api');
    expect(bench.create('kubernetes_service_account_v1', { metadata: [{ name: 'api' }] }).text('id')).toBe('default/api');
    expect(bench.create('kubernetes_cluster_role_v1', { metadata: [{ name: 'reader' }] }).text('id')).toBe('reader');
  });

  test('fail in a namespace that does not exist, with the message of their kind', () => {
    expect(() => bench.create('kubernetes_deployment_v1', deployment())).toThrow(
      'Failed to create deployment: namespaces "billing" not found',
    );
    const metadata = [{ name: 'api', namespace: 'billing' }];
    expect(() => bench.create('kubernetes_role_v1', { metadata })).toThrow(/^namespaces "billing" not found$/);
    expect(() => bench.create('kubernetes_role_v1', { metadata: [{ name: 'api', namespace: 'kube-system' }] })).not.toThrow();
  });

  test('fail if the name exists in the same cluster', () => {
    namespace();
    expect(() => namespace()).toThrow('namespaces "billing" already exists');
    expect(() => namespace('kube-system')).toThrow('namespaces "kube-system" already exists');
    expect(() => namespace('billing', 'https://other.example')).not.toThrow();
    bench.create('kubernetes_deployment_v1', deployment());
    expect(() => bench.create('kubernetes_deployment_v1', deployment())).toThrow('deployments.apps "api" already exists');
  });

  test('fail for names that Kubernetes does not allow', () => {
    expect(() => namespace('Billing')).toThrow('a lowercase RFC 1123 subdomain');
  });

  test('are deleted with their namespace only', () => {
    const billing = namespace();
    namespace('billing-old');
    bench.create('kubernetes_deployment_v1', deployment());
    bench.create('kubernetes_service_account_v1', { metadata: [{ name: 'api', namespace: 'billing-old' }] });
    bench.create('helm_release', { name: 'search', namespace: 'billing', chart: 'search', repository: 'https://charts.example' });
    bench.delete(billing);
    expect(bench.cloud.types().sort()).toEqual(['kubernetes_namespace_v1', 'kubernetes_service_account_v1']);
  });

  test('are replaced for another name or namespace', () => {
    namespace();
    const account = bench.create('kubernetes_service_account_v1', { metadata: [{ name: 'api', namespace: 'billing' }] });
    expect(bench.replacedBy(account, { metadata: [{ name: 'web', namespace: 'billing' }] })).toEqual(['metadata.name']);
    expect(bench.replacedBy(account, { metadata: [{ name: 'api', namespace: 'default' }] })).toEqual(['metadata.namespace']);
    expect(bench.replacedBy(account, { metadata: [{ name: 'api', namespace: 'billing', labels: { team: 'a' } }] })).toEqual([]);
  });

  test('cannot be updated once they are immutable', () => {
    const settings = (value: string) => ({ metadata: [{ name: 'settings' }], data: { key: value }, immutable: true });
    const map = bench.create('kubernetes_config_map_v1', settings('a'));
    expect(() => bench.update(map, settings('b'))).toThrow(
      'Failed to update Config Map: ConfigMap "settings" is invalid: data: Forbidden: field is immutable',
    );
  });
});

describe('workloads', () => {
  beforeEach(() => {
    namespace();
  });

  test("have the provider's defaults of a pod template", () => {
    const made = bench.create('kubernetes_deployment_v1', deployment({ liveness_probe: [{ http_get: [{ path: '/' }] }] }));
    expect(made.text('spec.replicas')).toBe('1');
    expect(made.text('spec.template.spec.restart_policy')).toBe('Always');
    expect(made.text('spec.template.spec.container.image_pull_policy')).toBe('IfNotPresent');
    expect(made.number('spec.template.spec.container.liveness_probe.period_seconds')).toBe(10);
  });

  test.each([
    ['api', 'Always'],
    ['registry.example:5000/api', 'Always'],
    ['api:latest', 'Always'],
    ['registry.example:5000/api:1', 'IfNotPresent'],
    ['api@sha256:00', 'IfNotPresent'],
  ])('pull %s: %s', (image, policy) => {
    const made = bench.create('kubernetes_deployment_v1', deployment({ image }));
    expect(made.text('spec.template.spec.container.image_pull_policy')).toBe(policy);
  });

  test('do not change for equivalent quantities', () => {
    const config = (cpu: string) => deployment({ resources: [{ requests: { cpu }, limits: { cpu: '2' } }] });
    const made = bench.create('kubernetes_deployment_v1', config('1000m'));
    expect(bench.update(made, config('1')).get('spec.template.spec.container.resources.requests')).toEqual({ cpu: '1000m' });
    const scratch = (size_limit: string): Values => {
      const { metadata, spec } = deployment({ name: 'scratch' });
      const [{ selector, template }] = spec as [{ selector: Values[]; template: [Values & { spec: [Values] }] }];
      const pod = { ...template[0].spec[0], volume: [{ name: 'tmp', empty_dir: [{ size_limit }] }] };
      return { metadata, spec: [{ selector, template: [{ ...template[0], spec: [pod] }] }] } as Values;
    };
    const withVolume = bench.update(made, scratch('1024Mi'));
    expect(bench.update(withVolume, scratch('1Gi')).text('spec.template.spec.volume.empty_dir.size_limit')).toBe('1024Mi');
  });

  test('roll out a new image in place, and are replaced for another selector', () => {
    const made = bench.create('kubernetes_deployment_v1', deployment());
    expect(bench.replacedBy(made, deployment({ image: 'api:1.3' }))).toEqual([]);
    expect(bench.replacedBy(made, deployment({}, { selector: [{ match_labels: { app: 'web' } }] }))).toContain(
      'spec.selector.match_labels',
    );
  });

  test.each([
    ['1Gi', '1024Mi', true],
    ['0.5', '500m', true],
    ['1G', '1Gi', false],
    ['some', '1', false],
  ])('compare %s with %s: %p', (one, other, same) => {
    expect(sameQuantity(one, other)).toBe(same);
  });
});

describe('pods', () => {
  const admitted = {
    allow_privilege_escalation: false,
    run_as_non_root: true,
    capabilities: [{ drop: ['ALL'] }],
    seccomp_profile: [{ type: 'RuntimeDefault' }],
  };
  const labels = (level: string) => ({ 'pod-security.kubernetes.io/enforce': level });
  const inNamespaceOf = (level: string) =>
    bench.create('kubernetes_namespace_v1', { metadata: [{ name: 'billing', labels: labels(level) }] });

  test('are rejected if the provider sends runAsNonRoot: false for a container security context without it', () => {
    inNamespaceOf('restricted');
    const { run_as_non_root: _, ...context } = admitted;
    const config = deployment({ security_context: [context] });
    expect(() => bench.create('kubernetes_deployment_v1', config)).toThrow(
      /^Waiting for rollout to finish: 0 out of 1 new replicas have been updated\.\.\.: pods "api-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true \(container "api" must not set securityContext\.runAsNonRoot=false\)$/,
    );
  });

  test('are rejected if it does so for the pod security context, except an empty one', () => {
    inNamespaceOf('restricted');
    const pod = (context: Values) => {
      const [spec] = deployment({ security_context: [admitted] }).spec as [{ template: [{ spec: [Values] }] }];
      spec.template[0].spec[0].security_context = [context];
      return { metadata: [{ name: 'api', namespace: 'billing' }], spec: [spec] };
    };
    expect(() => bench.create('kubernetes_deployment_v1', pod({ fs_group: '1' }))).toThrow(
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
    );
    bench.cloud.removeBelow('https://cluster.example/namespaces/billing/deployments.apps/');
    expect(() => bench.create('kubernetes_deployment_v1', pod({}))).not.toThrow();
  });

  test('are rejected with every violation, in the order of the API server', () => {
    inNamespaceOf('restricted');
    expect(() => bench.create('kubernetes_deployment_v1', deployment())).toThrow(
      'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "api" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "api" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "api" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "api" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  test.each([
    ['kubernetes_deployment_v1', {}],
    ['kubernetes_stateful_set_v1', {}],
    ['kubernetes_daemon_set_v1', {}],
    // The API server makes the selector of a job.
    ['kubernetes_job_v1', { selector: [] }],
  ])('of a %s keep the workload in the cloud if they are rejected, and start once corrected', (type, spec) => {
    inNamespaceOf('restricted');
    expect(() => bench.create(type, deployment({}, spec))).toThrow('is forbidden: violates PodSecurity "restricted:latest"');
    const [made] = bench.cloud.list(type);
    expect(() => bench.update(made!, deployment({ security_context: [admitted] }, spec))).not.toThrow();
  });

  test('of a cron job are rejected by its job template', () => {
    inNamespaceOf('restricted');
    const cronJob = (context: Values) => ({
      metadata: [{ name: 'report', namespace: 'billing' }],
      spec: [
        {
          schedule: '0 3 * * *',
          job_template: [
            { spec: [{ template: [{ spec: [{ container: [{ name: 'report', image: 'report:1', security_context: [context] }] }] }] }] },
          ],
        },
      ],
    });
    expect(() => bench.create('kubernetes_cron_job_v1', cronJob({}))).toThrow(
      'cron job: billing/report cannot start its runs: pods "report-" is forbidden: violates PodSecurity "restricted:latest"',
    );
    expect(() =>
      bench.create('kubernetes_cron_job_v1', { ...cronJob(admitted), metadata: [{ name: 'other', namespace: 'billing' }] }),
    ).not.toThrow();
  });

  test('may run as root under baseline, and do anything without enforcement', () => {
    inNamespaceOf('baseline');
    expect(() => bench.create('kubernetes_deployment_v1', deployment({ security_context: [{ run_as_user: '0' }] }))).not.toThrow();
    const config = deployment({ security_context: [{ privileged: true }] });
    const elsewhere = { ...config, metadata: [{ name: 'api', namespace: 'kube-system' }] };
    expect(() => bench.create('kubernetes_deployment_v1', elsewhere)).not.toThrow();
  });

  const container = (context: Values, more: Values = {}): Values => ({
    container: [{ name: 'api', security_context: [context], ...more }],
  });

  test.each<['baseline' | 'restricted', string, Values, string]>([
    [
      'baseline',
      'a privileged container',
      container({ privileged: true }),
      'privileged (container "api" must not set securityContext.privileged=true)',
    ],
    ['baseline', 'the namespaces of the node', { host_network: true, host_pid: true }, 'host namespaces (hostNetwork=true, hostPID=true)'],
    ['baseline', 'a port of the node', container({}, { port: [{ host_port: 80 }] }), 'hostPort (container "api" uses hostPort 80)'],
    ['baseline', 'a folder of the node', { volume: [{ name: 'v', host_path: [{}] }] }, 'hostPath volumes (volume "v")'],
    [
      'baseline',
      'a capability beyond the default',
      container({ capabilities: [{ add: ['NET_ADMIN', 'CHOWN'] }] }),
      'non-default capabilities (container "api" must not include "NET_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      'baseline',
      'no seccomp profile',
      { security_context: [{ seccomp_profile: [{ type: 'Unconfined' }] }] },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'restricted',
      'a folder of the node',
      { ...container(admitted), volume: [{ name: 'v', host_path: [{}] }] },
      'restricted volume types (volume "v" uses restricted volume type "hostPath")',
    ],
    [
      'restricted',
      'a capability of its own',
      container({ ...admitted, capabilities: [{ drop: ['ALL'], add: ['CHOWN'] }] }),
      'unrestricted capabilities (container "api" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      'restricted',
      'root by number',
      container({ ...admitted, run_as_user: '0' }),
      'runAsUser=0 (container "api" must not set runAsUser=0)',
    ],
    [
      'restricted',
      'a context of the pod with runAsNonRoot: false',
      { ...container(admitted), security_context: [{ run_as_non_root: false }] },
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
    ],
  ])('violate %s by %s', (level, _, pod, violation) => {
    expect(findPodSecurityViolations(level, pod)).toEqual([violation]);
  });
});

describe('pods and quotas', () => {
  const quota = (hard: Values) =>
    bench.create('kubernetes_resource_quota_v1', { metadata: { name: 'quota', namespace: 'billing' }, spec: { hard } });
  const replicas = (count: number, spec: Values = {}, image = 'api:1') => deployment({ image }, { replicas: String(count), ...spec });
  const WAITING =
    'Waiting for rollout to finish: 0 out of 3 new replicas have been updated...: pods "api-" is forbidden: exceeded quota: quota';

  beforeEach(() => {
    namespace();
  });

  test('reject an update that exceeds them', () => {
    quota({ pods: '2' });
    const made = bench.create('kubernetes_deployment_v1', replicas(2));
    expect(() => bench.update(made, replicas(3))).toThrow(`${WAITING}, requested: pods=1, used: pods=2, limited: pods=2`);
  });

  test('of a rollout require room for one surge pod, unless an old one may stop first', () => {
    quota({ pods: '3' });
    const made = bench.create('kubernetes_deployment_v1', replicas(3));
    expect(() => bench.update(made, replicas(3, {}, 'api:2'))).toThrow(`${WAITING}, requested: pods=1, used: pods=3, limited: pods=3`);
    const spared = { strategy: { rolling_update: { max_unavailable: '1' } } };
    expect(() => bench.update(made, replicas(3, spared, 'api:2'))).not.toThrow();
    expect(() => bench.update(made, replicas(3, { strategy: { type: 'Recreate' } }, 'api:3'))).not.toThrow();
  });

  test('of a larger new revision require room for all of its replicas', () => {
    quota({ pods: '4' });
    const made = bench.create('kubernetes_deployment_v1', replicas(2));
    expect(() => bench.update(made, replicas(5, {}, 'api:2'))).toThrow('requested: pods=1, used: pods=4, limited: pods=4');
  });

  test('count the minimum replicas of an autoscaler, in their own namespace only', () => {
    quota({ pods: '4' });
    const target = { api_version: 'apps/v1', kind: 'Deployment', name: 'api' };
    bench.create('kubernetes_deployment_v1', replicas(1));
    bench.create('kubernetes_horizontal_pod_autoscaler_v2', {
      metadata: { name: 'api', namespace: 'billing' },
      spec: { min_replicas: 3, max_replicas: 5, scale_target_ref: target },
    });
    const other = (count: number, to: string): Values => ({ ...replicas(count), metadata: { name: 'web', namespace: to } });
    expect(() => bench.create('kubernetes_deployment_v1', other(5, 'default'))).not.toThrow();
    expect(() => bench.create('kubernetes_deployment_v1', other(2, 'billing'))).toThrow('requested: pods=1, used: pods=4, limited: pods=4');
  });

  test('of a finished job are not counted', () => {
    quota({ pods: '1' });
    const job = (name: string): Values => ({
      metadata: { name, namespace: 'billing' },
      spec: { template: { spec: { container: [{ name, image: 'migration:1' }] } } },
    });
    bench.create('kubernetes_job_v1', job('first'));
    expect(() => bench.create('kubernetes_job_v1', job('second'))).not.toThrow();
  });

  test('of a cron job require room for a run', () => {
    quota({ pods: '2' });
    bench.create('kubernetes_deployment_v1', replicas(2));
    const template = { spec: { template: { spec: { container: [{ name: 'report', image: 'report:1' }] } } } };
    expect(() =>
      bench.create('kubernetes_cron_job_v1', {
        metadata: { name: 'report', namespace: 'billing' },
        spec: { schedule: '0 3 * * *', job_template: template },
      }),
    ).toThrow('cron job: billing/report cannot start its runs: pods "report-" is forbidden: exceeded quota: quota');
  });

  test.each<[string, Values, Values]>([
    ['the limit', { type: 'Container', default: { memory: '1Gi' }, max: { memory: '2Gi' } }, { memory: '1Gi' }],
    ['the maximum', { type: 'Container', max: { memory: '2Gi' } }, { memory: '2Gi' }],
    ['the minimum', { type: 'Container', min: { cpu: '100m' }, default: { memory: '1Gi' } }, { cpu: '100m', memory: '1Gi' }],
    ['nothing', { type: 'Pod', max: { memory: '2Gi' } }, {}],
  ])('request by default %s', (_, limit, request) => {
    const made = bench.create('kubernetes_limit_range_v1', { metadata: { name: 'limits', namespace: 'billing' }, spec: { limit } });
    expect(made.get('spec.limit.default_request')).toEqual(request);
  });

  test('are rejected in an update as well, with its message', () => {
    const made = bench.create('kubernetes_deployment_v1', replicas(1));
    expect(() => bench.update(made, deployment({ image: '' }))).toThrow(
      /^Failed to update deployment: Deployment\.apps "api" is invalid: spec\.template\.spec\.containers\[0\]\.image: Required value$/,
    );
  });

  test.each<[string, Values, Values, string]>([
    [
      'kubernetes_ingress_v1',
      { default_backend: { service: { name: 'api', port: { number: 80 } } } },
      {},
      'Failed to update Ingress default/api because: Ingress.networking.k8s.io "api" is invalid: spec: ',
    ],
    ['kubernetes_service_v1', { port: { port: 80 } }, {}, 'Failed to update service: Service "api" is invalid: spec.ports: Required value'],
  ])('a %s is rejected in an update with its message', (type, spec, wrong, words) => {
    const made = bench.create(type, { metadata: { name: 'api' }, spec });
    expect(() => bench.update(made, { metadata: { name: 'api' }, spec: wrong })).toThrow(words);
  });

  test('storage is counted by the increase in an update', () => {
    quota({ 'requests.storage': '3Gi' });
    const claim = (storage: string): Values => ({
      metadata: { name: 'data', namespace: 'billing' },
      spec: { access_modes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    const made = bench.create('kubernetes_persistent_volume_claim_v1', claim('2Gi'));
    expect(() => bench.update(made, claim('3Gi'))).not.toThrow();
    expect(() => bench.update(made, claim('4Gi'))).toThrow(
      'requested: requests.storage=2Gi, used: requests.storage=2Gi, limited: requests.storage=3Gi',
    );
  });
});

describe('services and ingresses', () => {
  test('have unique addresses in the cluster', () => {
    const service = (name: string) => bench.create('kubernetes_service_v1', { metadata: [{ name }], spec: [{ port: [{ port: 80 }] }] });
    const [one, other] = [service('one'), service('other')];
    expect(one.text('spec.cluster_ip')).toMatch(/^10\.56\.0\.\d+$/);
    expect(other.text('spec.cluster_ip')).not.toBe(one.text('spec.cluster_ip'));
    expect(one.get('spec.cluster_ips')).toEqual([one.text('spec.cluster_ip')]);
    expect(one.text('spec.port.target_port')).toBe('80');
  });

  test('lose the fields of their former type', () => {
    const config = (spec: Values): Values => ({ metadata: [{ name: 'api' }], spec: [{ port: [{ port: 80 }], ...spec }] });
    const made = bench.create('kubernetes_service_v1', config({ type: 'LoadBalancer' }));
    expect(() => bench.update(made, config({ type: 'ClusterIP' }))).not.toThrow();
    expect(() => bench.update(made, config({ type: 'ClusterIP', external_traffic_policy: 'Local' }))).toThrow(
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    );
  });

  test('have the address reserved for an ingress', () => {
    const address = bench.create('google_compute_global_address', { name: 'web' });
    const annotations = { 'kubernetes.io/ingress.global-static-ip-name': 'web' };
    const ingress = bench.create('kubernetes_ingress_v1', {
      metadata: [{ name: 'web', annotations }],
      spec: [{ default_backend: [{ service: [{ name: 'web', port: [{ number: 80 }] }] }] }],
    });
    expect(ingress.text('status.load_balancer.ingress.ip')).toBe(address.text('address'));
  });
});

describe('Helm releases', () => {
  let chart: string;

  beforeEach(() => {
    chart = mkdtempSync(join(tmpdir(), 'chart-'));
    namespace();
  });

  afterEach(() => rmSync(chart, { recursive: true }));

  const release = (extra: Values = {}) => bench.create('helm_release', { name: 'search', namespace: 'billing', chart, ...extra });

  test('have the version of a local chart', () => {
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: search\nversion: "1.4.2" # kept\n');
    const made = release();
    expect(made.values).toMatchObject({ id: 'search', version: '1.4.2', status: 'deployed', timeout: 300 });
  });

  test('fail while planning if a local chart does not exist', () => {
    expect(() => release()).toThrow('could not locate chart');
    expect(() => release({ chart: join(chart, 'none') })).toThrow('could not locate chart');
    expect(() => release({ repository: 'https://charts.example', chart: 'none' })).not.toThrow();
  });

  test('fail if the name is in use in the namespace', () => {
    const fromRepository = { repository: 'https://charts.example', chart: 'search' };
    release(fromRepository);
    expect(() => release(fromRepository)).toThrow('installation failed');
    expect(() => release({ ...fromRepository, namespace: 'default' })).not.toThrow();
  });

  test('fail in a namespace that does not exist, unless they create it', () => {
    const elsewhere = { repository: 'https://charts.example', chart: 'search', namespace: 'none' };
    expect(() => release(elsewhere)).toThrow('namespaces "none" not found');
    expect(() => release({ ...elsewhere, create_namespace: true })).not.toThrow();
  });
});
