import { Reachability } from '../../lib/reachability';
import { document, namespaces, pods, policy, reachability, ref, tcp } from './hand-made';

type Part = Parameters<typeof reachability>[number];

const manifest = (apiVersion: string, kind: string, body: object = {}, name = 'z'): Part => ({
  kubernetes_manifest: { [name]: { manifest: { apiVersion, kind, metadata: { name, namespace: 'b' }, ...body } } },
});
const template = (labels: unknown, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 9898, name: 'http' }] }], ...spec },
});
const world = [namespaces({ a: {}, b: {} }), pods('x', { namespace: 'a' })];
const lets = policy('b', 'lets', {
  pod_selector: { match_labels: { app: 'z' } },
  policy_types: ['Ingress'],
  ingress: [{ from: [{ namespace_selector: {} }], ports: [{ port: 'http' }] }],
});
const deny = policy('b', 'deny', { policy_types: ['Ingress'] });

describe('pods of a manifest', () => {
  const asked = (...parts: Part[]) => [9898, 1].map((port) => reachability(...world, lets, deny, ...parts).ask('a/x', 'b/z', tcp(port)));

  test.each([
    ['apps/v1', 'Deployment', { spec: { template: template({ app: 'z' }) } }],
    ['apps/v1', 'StatefulSet', { spec: { template: template({ app: 'z' }) } }],
    ['batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: template({ app: 'z' }) } } } }],
    ['v1', 'Pod', { metadata: { name: 'z', namespace: 'b', labels: { app: 'z' } }, spec: template({}).spec }],
  ])('are evaluated as those of a typed resource: %s %s', (apiVersion, kind, body) => {
    expect(asked(manifest(apiVersion, kind, body))).toEqual(['yes', 'no']);
  });

  test('have the labels and the network of their template', () => {
    const deployment = (labels: unknown, spec?: object) =>
      manifest('apps/v1', 'Deployment', { spec: { template: template(labels, spec) } });
    expect(asked(deployment({ app: 'other' }))).toEqual(['no', 'no']);
    expect(asked(deployment(ref('var.x')))).toEqual(['unknown', 'no']);
    expect(asked(deployment({ app: 'z' }, { hostNetwork: true }))).toEqual(['unknown', 'unknown']);
  });

  test.each([
    ['apps/v1', 'Deployment'],
    ['serving.knative.dev/v1', 'Service'],
    ['argoproj.io/v1alpha1', 'Rollout'],
    ['cassandra.datastax.com/v1beta1', 'CassandraDatacenter'],
  ])('that only a controller knows may be anything: %s %s', (apiVersion, kind) => {
    const reach = reachability(...world, deny, manifest(apiVersion, kind, { spec: {} }));
    const { answer, steps } = reach.explain('b/z', 'a/x', tcp(80));
    expect([answer, steps[0]!.text]).toEqual(['unknown', 'the pods of kubernetes_manifest.z are not known']);
    expect(reach.ask('a/x', 'b/z', tcp(80))).toBe('unknown');
  });

  test.each([
    ['v1', 'ConfigMap'],
    ['cert-manager.io/v1', 'Certificate'],
    ['networking.gke.io/v1', 'ManagedCertificate'],
    ['networking.k8s.io/v1', 'Ingress'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
    ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'],
    ['cilium.io/v2', 'CiliumNetworkPolicy'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ])('do not exist for %s %s', (apiVersion, kind) => {
    expect(reachability(...world, manifest(apiVersion, kind)).endpoints.map(({ label }) => label)).not.toContain('z');
  });
});

describe('a manifest in YAML', () => {
  const yaml = (text: string, more: object = {}): Part => ({ kubectl_manifest: { z: { yaml_body: text, ...more } } });
  const y = pods('y', { namespace: 'b', ports: { http: 9898 } });
  const ask = (...parts: Part[]) => reachability(...world, y, ...parts).ask('a/x', 'b/y', tcp(9898));
  const closed = `# Denies all ingress.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: closed
  namespace: b
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;

  test('is evaluated as a typed resource', () => {
    expect(ask(yaml(closed))).toBe('no');
    expect(ask(yaml(closed.replace('namespace: b', 'namespace: c')))).toBe('yes');
    expect(ask(yaml(closed.replace('namespace: b', 'namespace: c'), { override_namespace: 'b' }))).toBe('no');
    expect(ask(yaml(`${closed}  ingress:\n  - from:\n    - namespaceSelector: {}\n    ports:\n    - port: 9898 # HTTP\n`))).toBe('yes');
    expect(
      ask(
        deny,
        yaml(
          JSON.stringify({
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            metadata: { name: 'open', namespace: 'b' },
            spec: { podSelector: {}, ingress: [{}] },
          }),
        ),
      ),
    ).toBe('yes');
  });

  test('of a workload has pods', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: z\n  namespace: b\n  labels: {app: z}\nspec:\n  containers:\n  - name: c\n    ports:\n    - name: http\n      containerPort: 9898\n';
    expect([9898, 1].map((port) => reachability(...world, lets, deny, yaml(text)).ask('a/x', 'b/z', tcp(port)))).toEqual(['yes', 'no']);
  });

  test.each([
    closed.replace('podSelector: {}', 'podSelector: *any'),
    closed.replace('namespace: b', `namespace: ${ref('var.x')}`),
    `${closed}---\n${closed}`,
    ref('file("closed.yaml")'),
    closed.replace('kind: NetworkPolicy', 'kind: Other'),
  ])('that is not read may have any effect: %s', (text) => {
    expect(ask(yaml(text))).toBe('unknown');
    expect(ask(deny, yaml(text))).toBe('unknown');
  });

  test('may be of any cluster when its provider is not configured and the stack has several', () => {
    const json = document(...world, y, yaml(closed));
    const kubernetes = [{ host: ref('google_container_cluster.c.endpoint') }, { alias: 'd', host: 'https://10.0.0.1' }];
    const read = (kubectl?: object) =>
      Reachability.read({ ...json, provider: { kubernetes, ...(kubectl && { kubectl }) } }).ask('a/x', 'b/y', tcp(9898));
    expect([read(), read([kubernetes[0]!]), read([{ host: 'https://10.0.0.1' }])]).toEqual(['unknown', 'no', 'yes']);
  });
});

describe('a load balancer of manifests', () => {
  const y = pods('y', { namespace: 'b', ports: { http: 9898 } });
  const service = (spec: object) =>
    manifest('v1', 'Service', { spec: { selector: { app: 'y' }, ports: [{ name: 'web', port: 80, targetPort: 'http' }], ...spec } });
  const ingress = manifest(
    'networking.k8s.io/v1',
    'Ingress',
    {
      metadata: { name: 'web', namespace: 'b', annotations: { 'kubernetes.io/ingress.class': 'gce' } },
      spec: { rules: [{ host: 'web.example.com', http: { paths: [{ backend: { service: { name: 'z', port: { name: 'web' } } } }] } }] },
    },
    'i',
  );
  const ask = (port: number, ...parts: Part[]) => reachability(...world, y, ...parts).ask('internet', 'b/y', tcp(port));
  const proxies = policy('b', 'proxies', {
    ingress: [{ from: [{ ip_block: { cidr: '130.211.0.0/22' } }, { ip_block: { cidr: '35.191.0.0/16' } }] }],
  });

  test('sends requests to the pods of its service', () => {
    expect([9898, 80].map((port) => ask(port, service({}), ingress, proxies))).toEqual(['yes', 'no']);
    expect(ask(9898, service({}), ingress, deny)).toBe('no');
  });

  test.each([
    [{ type: 'ClusterIP' }, 'no'],
    [{ type: 'LoadBalancer', externalTrafficPolicy: 'Local', allocateLoadBalancerNodePorts: false }, 'yes'],
    [{ type: 'NodePort' }, 'no'],
    [{ externalIPs: ['203.0.113.9'] }, 'unknown'],
  ])('is a service of %j: %s', (spec, expected) => {
    expect(ask(9898, service(spec))).toBe(expected);
  });
});

describe('a NetworkPolicy of a manifest', () => {
  const np = (spec: unknown, name = 'np') => manifest('networking.k8s.io/v1', 'NetworkPolicy', { spec }, name);
  const y = pods('y', { namespace: 'b', ports: { http: 9898 } });
  const asked = (...parts: Part[]) => reachability(...world, y, ...parts).ask('a/x', 'b/y', tcp(9898));
  const from = (peer: object) => np({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [peer] }] });

  test('is evaluated as a typed resource', () => {
    expect(asked(np({ podSelector: {}, policyTypes: ['Ingress'] }))).toBe('no');
    expect(asked(deny, np({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }))).toBe('yes');
    expect(asked(np({ podSelector: { matchLabels: { app: 'other' } }, policyTypes: ['Ingress'] }))).toBe('yes');
  });

  test.each([
    [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } } }, 'yes'],
    [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['a'] }] } }, 'no'],
    [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'x' } } }, 'yes'],
    [{ podSelector: {} }, 'no'],
    [{ ipBlock: { cidr: '10.20.0.0/16', except: ['10.20.1.0/24'] } }, 'no'],
  ])('matches the peer %j: %s', (peer, expected) => {
    expect(asked(from(peer))).toBe(expected);
  });

  test('has ports, by number, name and range', () => {
    const at = (port: object) => asked(np({ podSelector: {}, ingress: [{ ports: [port] }] }));
    expect(
      [{ port: 9898 }, { port: 'http' }, { port: 9000, endPort: 9999 }, { port: 80 }, { port: 9898, protocol: 'UDP' }].map(at),
    ).toEqual(['yes', 'yes', 'yes', 'no', 'no']);
  });

  test('is not among the manifests that are not evaluated', () => {
    expect(reachability(...world, from({})).notes).toEqual([]);
  });

  test('with a spec from an expression may have any effect', () => {
    expect(asked(np(ref('var.x')))).toBe('unknown');
    expect(asked(np({ podSelector: {}, ingress: ref('var.x') }))).toBe('unknown');
  });
});
