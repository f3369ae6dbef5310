import { namespaces, pods, policy, reachability, tcp, udp } from './hand-made';

/**
 * Semantics of https://kubernetes.io/docs/concepts/services-networking/network-policies/ and of the API's reference,
 * https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
const world = [
  namespaces({ db: {}, web: { team: 'front' }, other: {} }),
  pods('db', { labels: { role: 'db', tier: 'data' }, ports: { cql: 9042 } }),
  pods('web', { labels: { role: 'client' } }),
  pods('other', { labels: { role: 'client' } }),
  pods('tools', { namespace: 'db', labels: { role: 'client' } }),
];
const ingress = (...rules: object[]) => policy('db', 'in', { policy_types: ['Ingress'], ingress: rules });
const ask = (from: string, port: number, ...parts: Parameters<typeof reachability>) =>
  reachability(...world, ...parts).ask(from, 'db/db', tcp(port));

test('pods without a policy that selects them are not isolated ("By default, pods are non-isolated")', () => {
  expect(ask('web', 9042)).toBe('yes');
  expect(ask('web', 9042, policy('other', 'elsewhere', { policy_types: ['Ingress'] }))).toBe('yes');
});

test('an empty list of rules denies all ingress ("Default deny all ingress traffic")', () => {
  expect(ask('web', 9042, ingress())).toBe('no');
});

test('one empty rule allows all ingress ("Default allow all ingress traffic")', () => {
  expect(ask('web', 9042, ingress({}))).toBe('yes');
});

test('an empty list of peers matches any endpoint, an empty list of ports any port', () => {
  expect(ask('web', 9042, ingress({ from: [], ports: [{ port: '9042' }] }))).toBe('yes');
  expect(ask('web', 80, ingress({ from: [], ports: [{ port: '9042' }] }))).toBe('no');
  expect(ask('web', 80, ingress({ from: [{ namespace_selector: {} }], ports: [] }))).toBe('yes');
});

test('policies are additive: one that allows traffic is enough', () => {
  const deny = policy('db', 'deny', { policy_types: ['Ingress', 'Egress'] });
  expect(ask('web', 9042, deny, ingress({ from: [{ namespace_selector: {} }] }))).toBe('yes');
  expect(ask('web', 9042, ingress({ from: [{ namespace_selector: {} }] }), deny)).toBe('yes');
});

test('a policy selects pods by its podSelector; other pods of its namespace are not isolated', () => {
  const onlyClients = policy('db', 'clients', { pod_selector: { match_labels: { role: 'client' } }, policy_types: ['Ingress'] });
  expect(ask('web', 9042, onlyClients)).toBe('yes');
  expect(reachability(...world, onlyClients).ask('web', 'tools', tcp(1))).toBe('no');
});

test("an empty podSelector as a peer matches every pod of the policy's own namespace only", () => {
  const own = ingress({ from: [{ pod_selector: {} }] });
  expect(ask('tools', 9042, own)).toBe('yes');
  expect(ask('web', 9042, own)).toBe('no');
});

test('namespaceSelector and podSelector in one entry must both match; in two entries one is enough', () => {
  const front = { namespace_selector: { match_labels: { team: 'front' } } };
  const client = { pod_selector: { match_labels: { role: 'client' } } };
  const both = ingress({ from: [{ ...front, ...client }] });
  const either = ingress({ from: [front, client] });

  expect(['web', 'other', 'tools'].map((from) => ask(from, 9042, both))).toEqual(['yes', 'no', 'no']);
  expect(['web', 'other', 'tools'].map((from) => ask(from, 9042, either))).toEqual(['yes', 'no', 'yes']);
});

test.each([
  ['In', ['client', 'x'], 'yes'],
  ['In', ['x'], 'no'],
  ['NotIn', ['client'], 'no'],
  ['NotIn', ['x'], 'yes'],
  ['Exists', [], 'yes'],
  ['DoesNotExist', [], 'no'],
])('an expression %s %j on a present label is %s', (operator, values, answer) => {
  const rule = { from: [{ namespace_selector: {}, pod_selector: { match_expressions: [{ key: 'role', operator, values }] } }] };
  expect(ask('web', 9042, ingress(rule))).toBe(answer);
});

test.each([
  ['In', ['a'], 'no'],
  ['NotIn', ['a'], 'yes'],
  ['Exists', [], 'no'],
  ['DoesNotExist', [], 'yes'],
])('an expression %s %j on a missing label is %s', (operator, values, answer) => {
  const rule = { from: [{ namespace_selector: {}, pod_selector: { match_expressions: [{ key: 'zone', operator, values }] } }] };
  expect(ask('web', 9042, ingress(rule))).toBe(answer);
});

describe('labels of pods', () => {
  const byLabel = (key: string) => ingress({ from: [{ namespace_selector: {}, pod_selector: { match_labels: { [key]: 'abc' } } }] });

  test.each([
    'pod-template-hash',
    'topology.kubernetes.io/region',
    'apps.kubernetes.io/pod-index',
    'batch.kubernetes.io/job-completion-index',
    'security.istio.io/tlsMode',
  ])('that the platform adds are unknown, not missing: %s', (key) => {
    const reach = reachability(...world, byLabel(key));
    expect(reach.ask('web', 'db/db', tcp(9042))).toBe('unknown');
    expect(reach.explain('web', 'db/db', tcp(9042)).steps.at(-1)!.text).toBe(
      `NetworkPolicy in may allow ingress from web: the platform may add the label ${key} to pods`,
    );
  });

  test.each(['app.kubernetes.io/name', 'tier', 'example.com/zone'])('that only templates set are missing: %s', (key) => {
    expect(ask('web', 9042, byLabel(key))).toBe('no');
  });

  test('for the zone are those of the node, whatever the template has', () => {
    const client = pods('zoned', { labels: { 'topology.kubernetes.io/zone': 'abc' } });
    expect(reachability(...world, client, byLabel('topology.kubernetes.io/zone')).ask('zoned', 'db/db', tcp(9042))).toBe('unknown');
  });
});

test('namespaces are selected by the label of their name', () => {
  const named = (name: string) => ingress({ from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': name } } }] });
  expect(ask('web', 9042, named('web'))).toBe('yes');
  expect(ask('web', 9042, named('other'))).toBe('no');
});

test('a named port resolves to a container port of the server', () => {
  const named = ingress({ from: [{ namespace_selector: {} }], ports: [{ port: 'cql' }] });
  expect(ask('web', 9042, named)).toBe('yes');
  expect(ask('web', 9043, named)).toBe('no');
  const egress = policy('web', 'out', {
    policy_types: ['Egress'],
    egress: [{ to: [{ namespace_selector: {} }], ports: [{ port: 'cql' }] }],
  });
  expect(ask('web', 9042, egress)).toBe('yes');
  expect(reachability(...world, egress).ask('web', 'other', tcp(9042))).toBe('no');
});

test('endPort makes a range, and the default protocol is TCP', () => {
  const range = ingress({ from: [{ namespace_selector: {} }], ports: [{ port: '9000', end_port: 9100 }] });
  expect([8999, 9000, 9100, 9101].map((port) => ask('web', port, range))).toEqual(['no', 'yes', 'yes', 'no']);
  expect(reachability(...world, range).ask('web', 'db/db', udp(9000))).toBe('no');
});

test('a protocol without a port matches all of its ports', () => {
  const udpOnly = ingress({ from: [{ namespace_selector: {} }], ports: [{ protocol: 'UDP' }] });
  expect(reachability(...world, udpOnly).ask('web', 'db/db', udp(53))).toBe('yes');
  expect(ask('web', 53, udpOnly)).toBe('no');
});

test('without policyTypes a policy restricts ingress, and egress when it has egress rules', () => {
  const silent = policy('web', 'p', {});
  expect(ask('web', 9042, silent)).toBe('yes');
  expect(reachability(...world, silent).ask('other', 'web', tcp(80))).toBe('no');

  const withEgress = policy('web', 'p', { egress: [{ to: [{ namespace_selector: {} }], ports: [{ port: '1' }] }] });
  expect(ask('web', 9042, withEgress)).toBe('no');
  expect(ask('web', 1, withEgress)).toBe('yes');
});

test('both ends have to allow a connection', () => {
  const lets = ingress({ from: [{ namespace_selector: {} }] });
  const closed = policy('web', 'out', { policy_types: ['Egress'] });
  expect(ask('web', 9042, lets, closed)).toBe('no');
  const open = policy('web', 'out', {
    policy_types: ['Egress'],
    egress: [{ to: [{ namespace_selector: {} }], ports: [{ port: '9042' }] }],
  });
  expect(ask('web', 9042, lets, open)).toBe('yes');
  expect(ask('web', 9042, ingress(), open)).toBe('no');
});

test('DNS requires UDP and TCP to the pods of kube-dns and to the cache on the node', () => {
  const out = policy('web', 'dns', {
    policy_types: ['Egress'],
    egress: [
      {
        to: [
          {
            namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            pod_selector: { match_labels: { 'k8s-app': 'kube-dns' } },
          },
          { ip_block: { cidr: '169.254.20.10/32' } },
        ],
        ports: [{ protocol: 'UDP', port: '53' }],
      },
    ],
  });
  const reach = reachability(...world, out);
  expect([reach.ask('web', 'kube-system', udp(53)), reach.ask('web', 'kube-system', tcp(53))]).toEqual(['yes', 'no']);
  expect(reach.ask('web', 'DNS cache', udp(53))).toBe('yes');
});

test('an ipBlock does not match its exceptions', () => {
  const out = (except: string[]) =>
    policy('web', 'out', { policy_types: ['Egress'], egress: [{ to: [{ ip_block: { cidr: '0.0.0.0/0', except } }] }] });
  const all = reachability(
    ...world,
    out([]),
    policy('other', 'in', { policy_types: ['Ingress'], ingress: [{ from: [{ ip_block: { cidr: '203.0.113.0/24' } }] }] }),
  );
  expect(all.ask('web', 'internet', tcp(443))).toBe('yes');

  const noPrivate = reachability(...world, out(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']));
  expect(noPrivate.ask('web', 'internet', tcp(443))).toBe('yes');
  expect(noPrivate.ask('web', 'control plane', tcp(443))).toBe('no');
  expect(reachability(...world, out(['8.8.8.0/24'])).ask('web', 'internet', tcp(443))).toBe('unknown');
});

test('ranges of one rule are one union: an endpoint may have addresses in several of them', () => {
  const halves = policy('web', 'out', {
    policy_types: ['Egress'],
    egress: [{ to: [{ ip_block: { cidr: '10.10.17.0/29' } }, { ip_block: { cidr: '10.10.17.8/29' } }], ports: [{ port: '443' }] }],
  });
  expect(reachability(...world, halves).ask('web', 'control plane', tcp(443))).toBe('yes');
});

test('an ipBlock matches no pods of the cluster under Dataplane V2, and does with another data plane', () => {
  const lets = ingress({ from: [{ ip_block: { cidr: '10.20.0.0/16' } }] });
  expect(ask('web', 9042, lets)).toBe('no');
  const world2 = reachability(...world, lets, {
    google_container_cluster: {
      c: {
        name: 'c',
        network: 'net',
        subnetwork: 'nodes',
        network_policy: { enabled: true },
        ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
      },
    },
  });
  expect(world2.ask('web', 'db/db', tcp(9042))).toBe('yes');
  const half = ingress({ from: [{ ip_block: { cidr: '10.20.0.0/17' } }] });
  expect(
    reachability(...world, half, {
      google_container_cluster: {
        c: {
          name: 'c',
          network: 'net',
          subnetwork: 'nodes',
          network_policy: { enabled: true },
          ip_allocation_policy: { cluster_secondary_range_name: 'pods' },
        },
      },
    }).ask('web', 'db/db', tcp(9042)),
  ).toBe('unknown');
});

test('policies may not apply to pods on the host network', () => {
  const host = pods('host', { hostNetwork: true });
  expect(reachability(...world, host, ingress()).ask('host', 'db/db', tcp(9042))).toBe('no');
  expect(reachability(...world, host, policy('host', 'deny', { policy_types: ['Ingress'] })).ask('web', 'host', tcp(1))).toBe('unknown');
});

test('pods of unnamed namespaces reach whatever pods with any labels could reach', () => {
  const byLabel = ingress({ from: [{ namespace_selector: { match_labels: { team: 'x' } } }], ports: [{ port: '9042' }] });
  expect(ask('other pods', 9042, byLabel)).toBe('yes');
  const byName = ingress({ from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'web' } } }] });
  expect(ask('other pods', 9042, byName)).toBe('no');
  expect(ask('kube-system', 9042, byName)).toBe('no');
});

test('a sentence about a plural name has a plural verb', () => {
  const byLabel = ingress({ from: [{ namespace_selector: { match_labels: { team: 'x' } } }], ports: [{ port: '9042' }] });
  const byName = ingress({ from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'web' } } }] });
  const [open, closed] = [byLabel, byName].map((rules) => reachability(...world, rules));
  expect(open!.explain('other pods', 'db/db', tcp(9042)).sentence).toBe('other pods reach db at tcp/9042');
  expect(closed!.explain('other pods', 'db/db', tcp(9042)).sentence).toBe('other pods do not reach db at tcp/9042');
  const changes = closed!.comparedTo(open!).map(({ sentence }) => sentence);
  expect(changes).toContain('web newly reaches db at every port');
  expect(changes).toContain('other pods no longer reach db at 9042');
});
