import { Inventory } from '../../lib/reachability/inventory';
import { EndpointIndex } from '../../lib/reachability/policy-index';
import { PolicySide } from '../../lib/reachability/policy-side';
import { TerraformDocument } from '../../lib/terraform/document';
import { document, namespaces, pods, policy, reachability, ref, tcp } from './hand-made';

type Part = Parameters<typeof document>[number];

const world = [
  namespaces({ a: { team: 'red' }, b: { team: 'blue' } }),
  pods('x', { namespace: 'a' }),
  pods('w', { namespace: 'a' }),
  pods('y', { namespace: 'b', ports: { http: 9898 } }),
];
const manifest = (apiVersion: string, kind: string, spec: object, name = 'm', metadata: object = {}): Part => ({
  kubernetes_manifest: { [name]: { manifest: { apiVersion, kind, metadata: { name, ...metadata }, spec } } },
});
const deny = policy('b', 'deny', { policy_types: ['Ingress'] });
const fromX = policy('b', 'from-x', {
  policy_types: ['Ingress'],
  ingress: [{ from: [{ namespace_selector: {}, pod_selector: { match_labels: { app: 'x' } } }] }],
});
const answers = (...parts: Part[]) => {
  const reach = reachability(...world, ...parts);
  return [reach.ask('a/x', 'b/y', tcp(9898)), reach.ask('a/w', 'b/y', tcp(9898)), reach.ask('b/y', 'a/x', tcp(80))];
};

/** Verdict of the ingress policies of b/y, as if the cluster enforced all policies. */
function evaluate(port: number, ...parts: Part[]): readonly string[] {
  const { endpoints, policies } = new Inventory(TerraformDocument.read(document(...world, ...parts)));
  const find = (id: string) => endpoints.find((endpoint) => endpoint.id === id)!;
  const enforced = policies.map((each) => ({ ...each, applies: 'yes' as const }));
  const side = new PolicySide(find('b/y'), 'ingress', enforced, new EndpointIndex(endpoints), undefined);
  return ['a/x', 'a/w'].map((client) => side.evaluate(find(client)).at(tcp(port)));
}

describe('an AdminNetworkPolicy', () => {
  const blue = { namespaces: { matchLabels: { team: 'blue' } } };
  const x = { pods: { namespaceSelector: { matchLabels: { team: 'red' } }, podSelector: { matchLabels: { app: 'x' } } } };
  const red = { namespaces: { matchExpressions: [{ key: 'team', operator: 'In', values: ['red'] }] } };
  const rule = (action: string, peer: object, ...ports: object[]) => ({ action, from: [peer], ...(ports.length > 0 && { ports }) });
  const anp = (priority: number, ingress: object[], name = 'm', subject: object = blue) =>
    manifest('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', { priority, subject, ingress }, name);
  const banp = (ingress: object[]) =>
    manifest('policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', { subject: blue, ingress }, 'default');
  const http = { portNumber: { protocol: 'TCP', port: 9898 } };

  test('makes the answers unknown that it would change, and no others', () => {
    expect(answers(anp(1, [rule('Allow', red)]))).toEqual(['yes', 'yes', 'yes']);
    expect(answers(anp(1, [rule('Deny', x)]))).toEqual(['unknown', 'yes', 'yes']);
    expect(answers(deny, anp(1, [rule('Allow', x)]))).toEqual(['unknown', 'no', 'yes']);
    expect(answers(deny, anp(1, [rule('Deny', red)]))).toEqual(['no', 'no', 'yes']);
    expect(answers(fromX, anp(1, [rule('Deny', x)], 'm', { namespaces: { matchLabels: { team: 'green' } } }))).toEqual([
      'yes',
      'no',
      'yes',
    ]);
  });

  test('is named in the reason, with its address', () => {
    const { steps } = reachability(...world, anp(1, [rule('Deny', red)])).explain('a/x', 'b/y', tcp(9898));
    expect(steps.at(-1)).toEqual({
      answer: 'unknown',
      text: 'kubernetes_manifest.m may deny ingress from x at tcp/9898: it is not known whether the cluster enforces it',
    });
  });

  test('decides before NetworkPolicies, by the first rule of the lowest priority that matches', () => {
    expect(evaluate(9898, deny, anp(1, [rule('Allow', x), rule('Deny', red)]))).toEqual(['yes', 'no']);
    expect(evaluate(9898, fromX, anp(5, [rule('Allow', red)], 'late'), anp(1, [rule('Deny', x)]))).toEqual(['no', 'yes']);
    expect(evaluate(9898, fromX, anp(1, [rule('Pass', red), rule('Deny', red)]))).toEqual(['yes', 'no']);
    expect(evaluate(9898, anp(1, [rule('Pass', red)]))).toEqual(['yes', 'yes']);
  });

  test.each([
    [http, ['no', 'yes']],
    [{ portRange: { protocol: 'TCP', start: 9000, end: 9898 } }, ['no', 'yes']],
    [{ namedPort: 'http' }, ['no', 'yes']],
    [{ portNumber: { protocol: 'UDP', port: 9898 } }, ['yes', 'yes']],
  ])('matches the port %j', (port, expected) => {
    expect(evaluate(9898, anp(1, [rule('Deny', x, port)]))).toEqual(expected);
    expect(evaluate(80, anp(1, [rule('Deny', x, port)]))).toEqual(['yes', 'yes']);
  });

  test('of the baseline decides for pods that no NetworkPolicy selects', () => {
    expect(evaluate(9898, banp([rule('Deny', red)]))).toEqual(['no', 'no']);
    expect(evaluate(9898, fromX, banp([rule('Deny', red)]))).toEqual(['yes', 'no']);
    expect(evaluate(9898, banp([rule('Allow', x), rule('Deny', red)]))).toEqual(['yes', 'no']);
    expect(evaluate(9898, anp(1, [rule('Pass', red)]), banp([rule('Deny', x)]))).toEqual(['no', 'yes']);
    expect(answers(banp([rule('Deny', x)]))).toEqual(['unknown', 'yes', 'yes']);
  });

  test.each([
    { priority: 1, subject: blue, ingress: [{ action: 'Deny', from: [{ namespaces: { sameLabels: ['team'] } }] }] },
    { priority: 1, subject: blue, ingress: [{ action: 'Deny', from: [{ anything: {} }] }] },
    { priority: 1, subject: blue, ingress: [{ action: ref('var.action'), from: [red] }] },
    { priority: ref('var.priority'), subject: blue },
    { priority: 1, subject: { ...blue, ...x } },
    { priority: 1, subject: { namespaces: ref('var.x') } },
    ref('var.spec'),
  ])('that is not simple may have any effect: %j', (spec) => {
    const other = manifest('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', spec as object);
    expect(answers(other)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(answers(fromX, other)[0]).toBe('unknown');
  });
});

describe('a policy of Cilium', () => {
  const enabled: Part = {
    google_container_cluster: {
      c: {
        name: 'c',
        network: ref('google_compute_network.net.id'),
        subnetwork: ref('google_compute_subnetwork.nodes.id'),
        datapath_provider: 'ADVANCED_DATAPATH',
        enable_cilium_clusterwide_network_policy: true,
        ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
        private_cluster_config: { enable_private_nodes: true },
      },
    },
  };
  const clusterwide = (spec: object) => manifest('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', spec);
  const namespaced = (spec: object) => manifest('cilium.io/v2', 'CiliumNetworkPolicy', spec, 'm', { namespace: 'b' });
  const y = { endpointSelector: { matchLabels: { app: 'y' } } };
  const x = { fromEndpoints: [{ matchLabels: { 'k8s:app': 'x', 'k8s:io.kubernetes.pod.namespace': 'a' } }] };
  const red = { fromEndpoints: [{ matchLabels: { 'io.cilium.k8s.namespace.labels.team': 'red' } }] };
  const http = { toPorts: [{ ports: [{ port: '9898', protocol: 'TCP' }] }] };

  test('of the cluster is evaluated where Dataplane V2 enforces it', () => {
    expect(answers(enabled, clusterwide({ ...y, ingress: [x] }))).toEqual(['yes', 'no', 'yes']);
    expect(answers(enabled, clusterwide({ ...y, ingress: [{ ...red, ...http }] }))).toEqual(['yes', 'yes', 'yes']);
    expect(answers(enabled, clusterwide({ ...y, ingressDeny: [x] }))).toEqual(['no', 'no', 'yes']);
    expect(answers(enabled, clusterwide({ ...y, ingress: [red], ingressDeny: [{ ...x, ...http }] }))).toEqual(['no', 'yes', 'yes']);
    expect(answers(enabled, clusterwide({ ...y, egressDeny: [{ toEndpoints: [{ matchLabels: { app: 'x' } }] }] }))).toEqual([
      'yes',
      'yes',
      'no',
    ]);
    expect(answers(enabled, clusterwide({ ...y, ingress: [{}] }))).toEqual(['no', 'no', 'yes']);
  });

  test('and NetworkPolicies allow together, and what one denies is denied', () => {
    expect(answers(enabled, deny, clusterwide({ ...y, ingress: [x] }))).toEqual(['yes', 'no', 'yes']);
    expect(answers(enabled, fromX, clusterwide({ ...y, ingressDeny: [x] }))).toEqual(['no', 'no', 'yes']);
  });

  test('makes the answers unknown that it would change where it is not known to be enforced', () => {
    expect(answers(clusterwide({ ...y, ingress: [x] }))).toEqual(['unknown', 'unknown', 'yes']);
    expect(answers(fromX, clusterwide({ ...y, ingressDeny: [x] }))).toEqual(['unknown', 'no', 'yes']);
    expect(answers(enabled, namespaced({ ...y, ingressDeny: [x] }))).toEqual(['unknown', 'unknown', 'yes']);
    expect(answers(namespaced({ endpointSelector: { matchLabels: { app: 'other' } }, ingress: [x] }))).toEqual(['yes', 'yes', 'yes']);
  });

  test('of a namespace selects pods of its namespace', () => {
    expect(evaluate(9898, namespaced({ endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { app: 'x' } }] }] }))).toEqual([
      'no',
      'no',
    ]);
    expect(evaluate(9898, namespaced({ endpointSelector: {}, ingress: [x] }))).toEqual(['yes', 'no']);
  });

  test.each([
    { ...y, ingress: [{ ...x, toPorts: [{ ports: [{ port: '9898' }], rules: { http: [{ method: 'GET' }] } }] }] },
    { ...y, ingress: [{ ...x, fromCIDR: ['10.0.0.0/8'] }] },
    { ...y, ingress: [x], enableDefaultDeny: { ingress: false } },
    { ...y, ingress: [{ fromRequires: [{}] }] },
    { nodeSelector: {}, ingress: [x] },
    { endpointSelector: { matchLabels: { 'reserved:host': '' } }, ingress: [x] },
  ])('that is not simple may have any effect: %j', (spec) => {
    expect(answers(enabled, clusterwide(spec))).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test.each([
    [{ fromEntities: ['all'] }, 'yes'],
    [{ fromEntities: ['cluster'] }, 'unknown'],
    [{ fromEndpoints: [{}] }, 'yes'],
    [{ fromEndpoints: [] }, 'no'],
    [{ fromCIDR: ['10.0.0.0/8'] }, 'no'],
    [{ fromCIDRSet: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }] }, 'no'],
  ])('matches peers of %j: %s', (rule, expected) => {
    expect(answers(enabled, clusterwide({ ...y, ingress: [rule] }))[0]).toBe(expected);
  });
});
