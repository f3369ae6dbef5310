import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { Release } from '@cdktf/provider-helm/lib/release';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { Fn, TerraformLocal, TerraformVariable } from 'cdktf';
import { findChart } from '../../lib/charts/chart-path';
import { Port } from '../../lib/network';
import { Synthesized } from '../../lib/testing';
import { AppNamespace, HelmApp, type HelmAppProps, HelmChart } from '../../lib/workload';
import { ClusterStack } from './cluster-stack';
import { releaseMetadata } from './release-metadata';

let stack: ClusterStack;
let namespace: AppNamespace;

beforeEach(() => open());

function open(options: { peering?: boolean; enabled?: boolean } = {}): void {
  stack = new ClusterStack(options);
  namespace = new AppNamespace(stack, 'Namespace', { cluster: stack.cluster, name: 'search', enabled: options.enabled });
}

const certManager = HelmChart.repository({ repository: 'https://charts.jetstack.io', name: 'cert-manager', version: 'v1.16.2' });

function app(props: Partial<HelmAppProps> = {}, id = 'Search'): HelmApp {
  return new HelmApp(stack, id, { namespace, chart: HelmChart.local(path.join(__dirname, '../../stacks/charts/search')), ...props });
}

test('a local chart is an asset of the stack, installed atomically', () => {
  app({ values: { image: 'a:1', replicas: 2 } });
  const release = Synthesized.from(stack).only(Release);
  expect(release).toMatchObject({
    name: 'search',
    namespace: expect.stringMatching(/^\$\{kubernetes_namespace_v1\./),
    chart: expect.stringMatching(/^\$\{path\.module\}\/assets\/Search_Chart_\w+\/[0-9A-F]{32}$/),
    values: ['{"image":"a:1","replicas":2}'],
    atomic: true,
    wait: true,
    timeout: 600,
  });
  expect(release.depends_on).toContainEqual(expect.stringMatching(/^kubernetes_resource_quota_v1\.Namespace_/));
  expect(release).not.toHaveProperty('version');
});

test('a chart of a repository is pinned', () => {
  app({ chart: certManager, timeoutSeconds: 900, atomic: false, name: 'cert-manager' });
  expect(Synthesized.from(stack).only(Release)).toMatchObject({
    name: 'cert-manager',
    repository: 'https://charts.jetstack.io',
    chart: 'cert-manager',
    version: 'v1.16.2',
    timeout: 900,
    atomic: false,
  });
});

test('values keep references, and escape ${ and %{ of charts', () => {
  app({ values: { script: `echo \${HOME} %{x}`, account: namespace.serviceAccountName, maxPods: 3 } });
  expect(Synthesized.from(stack).only(Release).values[0]).toMatch(
    /^\{"script":"echo \$\$\{HOME\} %%\{x\}","account":"\$\{kubernetes_service_account_v1\.[\w.[\]]+\}","maxPods":3\}$/,
  );
});

test('values of the type any are references, too', () => {
  const { value } = new TerraformVariable(stack, 'planted', {});
  app({ values: { a: value, b: [{ c: Fn.upper(value), d: new TerraformLocal(stack, 'local', value).expression }] } });
  expect(Synthesized.from(stack).only(Release).values[0]).toBe(
    `{"a":"\${var.planted}","b":[{"c":"\${upper(var.planted)}","d":"\${local.local}"}]}`,
  );
});

test('describes the chart in a note of the release', () => {
  app({ port: Port.tcp(9898), webhookPorts: [Port.tcp(9443)] });
  expect(releaseMetadata(stack)).toEqual({
    metadata: expect.objectContaining({ path: 'staging/Search/Resource' }),
    reachability: { podLabels: { 'app.kubernetes.io/instance': 'search' }, ports: ['tcp/9898', 'tcp/9443'], networkPolicies: false },
  });
});

test('has no note about policies of a chart of a repository', () => {
  app({ chart: certManager });
  expect(releaseMetadata(stack).reachability).toEqual({ podLabels: { 'app.kubernetes.io/instance': 'search' } });
});

test('chartBringsPolicies is found in the templates of a local chart', () => {
  expect(app({ chart: certManager, chartBringsPolicies: false }).chartBringsPolicies).toBe(false);
  expect(app({ chart: certManager }, 'Unknown').chartBringsPolicies).toBeUndefined();

  const folder = mkdtempSync(path.join(tmpdir(), 'chart-'));
  mkdirSync(path.join(folder, 'templates', 'more'), { recursive: true });
  writeFileSync(path.join(folder, 'Chart.yaml'), 'name: local');
  writeFileSync(path.join(folder, 'templates', 'more', 'policies.yaml'), 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n');
  expect(app({ chart: HelmChart.local(folder) }, 'Local').chartBringsPolicies).toBe(true);
  mkdirSync(path.join(folder, 'charts'));
  expect(app({ chart: HelmChart.local(folder) }, 'Nested').chartBringsPolicies).toBeUndefined();
});

test('its pods are selected by the release and can call the Kubernetes API', () => {
  app();
  expect(Synthesized.from(stack).at('Cluster/ApiServer/From-search-tcp-443/Egress', NetworkPolicyV1).spec).toMatchObject({
    pod_selector: { match_labels: { 'app.kubernetes.io/instance': 'search' } },
  });
});

test('supports other labels, and no access to the Kubernetes API', () => {
  app({ podLabels: { app: 'search' }, kubernetesApiAccess: false, port: Port.tcp(9898) }).allowFrom(
    app({ kubernetesApiAccess: false }, 'Other'),
  );
  const edges = Object.entries(Synthesized.from(stack).byPath(NetworkPolicyV1)).filter(([path]) => path.includes('From'));
  expect(edges.map(([path]) => path)).toEqual(['Search/From-other-tcp-9898/Egress', 'Search/From-other-tcp-9898/Ingress']);
  expect(edges[1]![1].spec.pod_selector).toEqual({ match_labels: { app: 'search' } });
});

// Ports the pods of these charts serve their webhooks on, by their own values.
const WEBHOOKS: [chart: string, numbers: number[]][] = [
  ['cert-manager', [10250]],
  ['eck-operator', [9443]],
  ['cass-operator', [8443, 9443]],
];

/** Rules of the control plane's edges, by path, and no others of the app. */
function webhookRules(): Record<string, unknown> {
  const synthesized = Synthesized.from(stack);
  const rules = { ...synthesized.byPath(NetworkPolicyV1), ...synthesized.byPath(ComputeFirewall) };
  return Object.fromEntries(Object.entries(rules).filter(([path]) => path.startsWith('Operator/')));
}

const ingressFrom = (name: string, port: number, from: unknown) => ({
  metadata: {
    name: `operator--from--cluster-control-plane--tcp-${port}`,
    namespace: expect.stringMatching(/^\$\{kubernetes_namespace_v1\./),
    annotations: { description: `webhooks of ${name}` },
  },
  spec: {
    pod_selector: { match_labels: { 'app.kubernetes.io/instance': name } },
    policy_types: ['Ingress'],
    ingress: [{ from: [from], ports: [{ protocol: 'TCP', port: `${port}` }] }],
  },
});

test.each(WEBHOOKS)('webhooks of %s are allowed from the konnectivity agents, without a firewall rule', (name, numbers) => {
  app({ name, webhookPorts: numbers.map(Port.tcp) }, 'Operator');
  const agents = {
    namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    pod_selector: { match_labels: { 'k8s-app': 'konnectivity-agent' } },
  };
  const edges = numbers.map(
    (port) => [`Operator/From-cluster-control-plane-tcp-${port}/Ingress`, ingressFrom(name, port, agents)] as const,
  );
  const rules = webhookRules();
  expect(rules).toMatchObject(Object.fromEntries(edges));
  expect(Object.keys(rules).sort()).toEqual(edges.map(([path]) => path).sort());
});

test.each(WEBHOOKS)(
  'webhooks of %s are allowed from the range of a control plane with VPC peering, by a firewall rule too',
  (name, numbers) => {
    open({ peering: true });
    app({ name, webhookPorts: numbers.map(Port.tcp) }, 'Operator');
    const edges = numbers.flatMap((port) => {
      const edge = `Operator/From-cluster-control-plane-tcp-${port}`;
      const firewall = {
        direction: 'INGRESS',
        description: `webhooks of ${name}`,
        source_ranges: ['172.16.0.0/28'],
        target_tags: [stack.cluster.nodeTag],
        allow: [{ protocol: 'tcp', ports: [`${port}`] }],
      };
      return [
        [`${edge}/Firewall`, firewall],
        [`${edge}/Ingress`, ingressFrom(name, port, { ip_block: { cidr: '172.16.0.0/28' } })],
      ] as const;
    });
    const rules = webhookRules();
    expect(rules).toMatchObject(Object.fromEntries(edges));
    expect(Object.keys(rules).sort()).toEqual(edges.map(([path]) => path).sort());
  },
);

test('in a namespace that is not enabled only the connections are created', () => {
  open({ enabled: false });
  app({ webhookPorts: [Port.tcp(9443)] });
  const synthesized = Synthesized.from(stack);
  expect(synthesized.list(Release)).toEqual([]);
  expect(Object.keys(synthesized.byPath(NetworkPolicyV1)).filter((path) => path.includes('From'))).toEqual([
    'Cluster/ApiServer/From-search-tcp-443/Egress',
    'Search/From-cluster-control-plane-tcp-9443/Ingress',
  ]);
});

test('its default child is the release', () => {
  expect(app().node.defaultChild).toBeInstanceOf(Release);
});

test.each<[string, () => unknown, string]>([
  [
    'the folder is no chart',
    () => app({ chart: HelmChart.local('/nowhere') }),
    "'chart' must be a folder with a Chart.yaml, got '/nowhere' (at staging/Search)",
  ],
  [
    'the version is a range',
    () => app({ chart: HelmChart.repository({ repository: 'https://charts.jetstack.io', name: 'a', version: '^1.2.0' }) }),
    "'version' must be one exact version such as 1.16.2, got '^1.2.0' (at staging/Search)",
  ],
  [
    'the repository is no address',
    () => app({ chart: HelmChart.repository({ repository: 'jetstack', name: 'a', version: '1.2.0' }) }),
    "'repository' must be a URL with https:// or oci://, got 'jetstack'",
  ],
  ['its labels are empty', () => app({ podLabels: {} }), "'podLabels' must not be empty, which would select all pods of the namespace"],
  ['a label is none', () => app({ podLabels: { app: 'a b' } }), "'podLabels.app' must be at most 63 letters, digits"],
  ['a webhook is on UDP', () => app({ webhookPorts: [Port.udp(53)] }), "'webhookPorts' must be tcp ports, got udp/53"],
  ['the timeout is 0', () => app({ timeoutSeconds: 0 }), "'timeoutSeconds' must be a whole number at least 1, got 0"],
])('fails when %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test('finds the charts of the package', () => {
  expect(findChart('gke-ingress')).toBe(path.resolve(__dirname, '../../lib/charts/gke-ingress'));
  expect(() => findChart('nothing')).toThrow("the chart 'nothing' is not in this package");
});
