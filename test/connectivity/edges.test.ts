import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { type TerraformProvider, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { Connectable, Connections, type Endpoint, Peer } from '../../lib/connectivity';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { Synthesized } from '../../lib/testing';

/** A peer of any kind. */
class Thing extends Connectable {
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, endpoint: Endpoint, defaultPort?: Port) {
    super(scope, id);
    this.connections = new Connections(this, { endpoint: () => endpoint, defaultPort });
  }
}

class EdgesStack extends TerraformStack {
  public readonly network: Network;
  private readonly kubernetesProvider: TerraformProvider;

  constructor() {
    super(Testing.app(), 'staging');
    new GoogleProvider(this, 'Google');
    this.kubernetesProvider = new KubernetesProvider(this, 'Kubernetes');
    this.network = new Network(this, 'Network', {
      project: Project.fromId(this, 'Project', { projectId: 'parking-staging', projectNumber: '123456789012' }),
      region: 'europe-west1',
      nodeRange: '10.10.0.0/22',
      podRange: '10.20.0.0/16',
      serviceRange: '10.30.0.0/20',
      dataRange: '10.10.8.0/24',
      controlPlaneRange: '10.10.12.0/28',
    });
  }

  public pods(
    id: string,
    options: { scope?: Construct; port?: Port; unrestricted?: boolean; labels?: Record<string, string> } = {},
  ): Thing {
    const { network, kubernetesProvider } = this;
    const labels = options.labels ?? { 'app.kubernetes.io/name': id.toLowerCase() };
    const namespaceName = `${id.toLowerCase()}-namespace`;
    const endpoint = {
      kind: 'pods',
      namespaceName,
      labels,
      unrestricted: options.unrestricted,
      network,
      nodeTag: 'gke-nodes',
      kubernetesProvider,
    } as const;
    return new Thing(options.scope ?? this, id, endpoint, options.port);
  }

  public machines(id: string, options: { port?: Port } = {}): Thing {
    const serviceAccountEmail = `${id.toLowerCase()}@parking-staging.iam.gserviceaccount.com`;
    const addresses = { a: '10.10.8.2', b: '10.10.8.3' };
    return new Thing(this, id, { kind: 'machines', network: this.network, serviceAccountEmail, addresses }, options.port);
  }

  /** Rules that edges made, by path. */
  public rules(): Record<string, Record<string, unknown>> {
    const synthesized = Synthesized.from(this);
    return { ...synthesized.byPath(NetworkPolicyV1), ...synthesized.byPath(ComputeFirewall) };
  }
}

let stack: EdgesStack;

beforeEach(() => {
  stack = new EdgesStack();
});

test('between pods there is a policy on each side, for one port and nobody else', () => {
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.pods('Gateway'), undefined, 'invoices are shown');

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual(['Billing/From-gateway-tcp-8080/Egress', 'Billing/From-gateway-tcp-8080/Ingress']);
  expect(rules['Billing/From-gateway-tcp-8080/Ingress']).toMatchObject({
    metadata: {
      name: 'billing--from--gateway--tcp-8080',
      namespace: 'billing-namespace',
      annotations: { description: 'invoices are shown' },
    },
    spec: {
      pod_selector: { match_labels: { 'app.kubernetes.io/name': 'billing' } },
      policy_types: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'gateway-namespace' } },
              pod_selector: { match_labels: { 'app.kubernetes.io/name': 'gateway' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: '8080' }],
        },
      ],
    },
  });
  expect(rules['Billing/From-gateway-tcp-8080/Egress']).toMatchObject({
    metadata: { name: 'gateway--to--billing--tcp-8080', namespace: 'gateway-namespace' },
    spec: {
      pod_selector: { match_labels: { 'app.kubernetes.io/name': 'gateway' } },
      policy_types: ['Egress'],
      egress: [
        {
          to: [
            {
              namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'billing-namespace' } },
              pod_selector: { match_labels: { 'app.kubernetes.io/name': 'billing' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: '8080' }],
        },
      ],
    },
  });
});

test('allowTo is the same edge, and saying it again changes nothing', () => {
  const billing = stack.pods('Billing', { port: Port.tcp(8080) });
  const gateway = stack.pods('Gateway');
  gateway.allowTo(billing);
  billing.allowFrom(gateway);
  billing.allowFrom(gateway, Port.tcp(8080));

  expect(Object.keys(stack.rules())).toHaveLength(2);
});

test('a second port is an edge of its own', () => {
  const billing = stack.pods('Billing', { port: Port.tcp(8080) });
  const gateway = stack.pods('Gateway');
  billing.allowFrom(gateway);
  billing.allowFrom(gateway, Port.udp(8125));
  billing.allowFrom(gateway, Port.tcpRange(9000, 9010));

  const rules = stack.rules();
  expect(Object.keys(rules).filter((path) => path.endsWith('Ingress'))).toEqual([
    'Billing/From-gateway-tcp-8080/Ingress',
    'Billing/From-gateway-tcp-9000-9010/Ingress',
    'Billing/From-gateway-udp-8125/Ingress',
  ]);
  expect(rules['Billing/From-gateway-tcp-9000-9010/Ingress']).toMatchObject({
    spec: { ingress: [{ ports: [{ protocol: 'TCP', port: '9000', end_port: 9010 }] }] },
  });
});

test('pods without labels are every pod of their namespace', () => {
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.pods('Everything', { labels: {} }));

  const rules = stack.rules();
  expect(rules['Billing/From-everything-tcp-8080/Egress']!.spec).toMatchObject({ pod_selector: {} });
  expect(rules['Billing/From-everything-tcp-8080/Ingress']!.spec).toMatchObject({
    ingress: [
      { from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'everything-namespace' } }, pod_selector: {} }] },
    ],
  });
});

test("nothing is written on the side of Google's own pods", () => {
  stack.pods('Billing').allowFrom(stack.pods('Agents', { unrestricted: true }), Port.tcp(9443));
  expect(Object.keys(stack.rules())).toEqual(['Billing/From-agents-tcp-9443/Ingress']);
});

test('pods reach machines through the firewall by the pod range, and by an egress policy', () => {
  stack.machines('Cassandra', { port: Port.tcp(9042) }).allowFrom(stack.pods('Billing'), undefined, 'CQL');

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual(['Cassandra/From-billing-tcp-9042/Egress', 'Cassandra/From-billing-tcp-9042/Firewall']);
  expect(rules['Cassandra/From-billing-tcp-9042/Firewall']).toMatchObject({
    name: 'staging-cassandra--from--billing--tcp-9042',
    description: 'CQL',
    direction: 'INGRESS',
    source_ranges: ['10.20.0.0/16'],
    target_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    allow: [{ protocol: 'tcp', ports: ['9042'] }],
  });
  expect(rules['Cassandra/From-billing-tcp-9042/Egress']!.spec).toMatchObject({
    egress: [
      { to: [{ ip_block: { cidr: '10.10.8.2/32' } }, { ip_block: { cidr: '10.10.8.3/32' } }], ports: [{ protocol: 'TCP', port: '9042' }] },
    ],
  });
});

test('machines reach machines by service account on both sides', () => {
  const cassandra = stack.machines('Cassandra');
  cassandra.allowFrom(cassandra, Port.tcpRange(7000, 7001));

  const rules = stack.rules();
  expect(Object.keys(rules)).toEqual(['Cassandra/From-cassandra-tcp-7000-7001/Firewall']);
  const rule = rules['Cassandra/From-cassandra-tcp-7000-7001/Firewall']!;
  expect(rule).toMatchObject({
    source_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    target_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    allow: [{ protocol: 'tcp', ports: ['7000-7001'] }],
  });
  expect(rule).not.toHaveProperty('source_ranges');
});

test('machines reach pods by their addresses: through the firewall to the nodes, and by an ingress policy', () => {
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.machines('Cassandra'));

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual(['Billing/From-cassandra-tcp-8080/Firewall', 'Billing/From-cassandra-tcp-8080/Ingress']);
  expect(rules['Billing/From-cassandra-tcp-8080/Firewall']).toMatchObject({
    source_ranges: ['10.10.8.2/32', '10.10.8.3/32'],
    target_tags: ['gke-nodes'],
  });
  expect(rules['Billing/From-cassandra-tcp-8080/Firewall']).not.toHaveProperty('source_service_accounts');
});

test('ranges reach pods by a policy, and by a firewall rule when they come through the VPC', () => {
  const billing = stack.pods('Billing', { port: Port.tcp(8080) });
  billing.allowFrom(Peer.googleLoadBalancers(stack));
  billing.allowFrom(new Peer(stack, 'Office', { ranges: ['10.200.0.0/16'], throughVpc: true }));

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual([
    'Billing/From-google-load-balancers-tcp-8080/Ingress',
    'Billing/From-office-tcp-8080/Firewall',
    'Billing/From-office-tcp-8080/Ingress',
  ]);
  expect(rules['Billing/From-google-load-balancers-tcp-8080/Ingress']!.spec).toMatchObject({
    ingress: [{ from: [{ ip_block: { cidr: '130.211.0.0/22' } }, { ip_block: { cidr: '35.191.0.0/16' } }] }],
  });
  expect(rules['Billing/From-office-tcp-8080/Firewall']).toMatchObject({ source_ranges: ['10.200.0.0/16'], target_tags: ['gke-nodes'] });
});

test("Google's APIs are one peer of the stack", () => {
  stack.pods('Billing').allowTo(Peer.googleApis(stack));
  stack.pods('Gateway').allowTo(Peer.googleApis(stack));

  const rules = stack.rules();
  expect(Object.keys(rules)).toEqual(['GoogleApis/From-billing-tcp-443/Egress', 'GoogleApis/From-gateway-tcp-443/Egress']);
  expect(rules['GoogleApis/From-billing-tcp-443/Egress']!.spec).toMatchObject({
    egress: [{ to: [{ ip_block: { cidr: '199.36.153.8/30' } }], ports: [{ protocol: 'TCP', port: '443' }] }],
  });
});

test('fails when neither the call nor the server says which port', () => {
  expect(() => stack.pods('Billing').allowFrom(stack.pods('Gateway'))).toThrow(
    "'port' must be given, since 'billing' has no port of its own, got none for 'gateway' (at staging/Billing)",
  );
});

test('fails when both sides are ranges', () => {
  const office = new Peer(stack, 'Office', { ranges: ['10.200.0.0/16'] });
  expect(() => Peer.googleApis(stack).allowFrom(office)).toThrow(
    "'client' and 'server' must not both be ranges of addresses, got 'office' and 'google-apis' (at staging/GoogleApis)",
  );
});

test('fails when machines are let out to ranges, which nothing holds back', () => {
  expect(() => stack.machines('Cassandra').allowTo(Peer.googleApis(stack))).toThrow(
    "'client' must not be virtual machines, which no rule restricts on the way out, got 'cassandra' for 'google-apis' (at staging/GoogleApis)",
  );
});

test('fails when two peers would share a name, and so an edge', () => {
  const billing = stack.pods('Billing', { port: Port.tcp(8080) });
  billing.allowFrom(stack.pods('ParkingSessions'));
  expect(() => billing.allowFrom(stack.pods('parking-sessions'))).toThrow(
    "'id' must differ in more than case and hyphens from the ids of other peers, got the name 'parking-sessions' of staging/ParkingSessions again (at staging/parking-sessions)",
  );
});

test.each([
  [[], "'ranges' must not be empty (at staging/Office)"],
  [['10.0.0.1/8'], "'ranges' must begin at its first address, 10.0.0.0/8, got '10.0.0.1/8' (at staging/Office)"],
  [['10.0.0.0/8', '10.0.0.0/8'], "'ranges' must not repeat a value, got '10.0.0.0/8' twice (at staging/Office)"],
])('fails when the ranges of a peer are %j', (ranges, message) => {
  expect(() => new Peer(stack, 'Office', { ranges })).toThrow(message);
});

test('any graph makes exactly the rules its edges need, each under a name of its own', () => {
  const kinds = ['pods', 'machines'] as const;
  const part = fc.constantFrom('a', 'b', 'from', 'to', 'tcp-80', 'very-long-name-of-an-app-that-is-hardly-readable');
  const peer = fc.record({
    kind: fc.constantFrom(...kinds),
    id: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('-')),
  });
  const graph = fc.uniqueArray(peer, { minLength: 1, maxLength: 6, selector: ({ id }) => id }).chain((peers) => {
    const index = fc.nat(peers.length - 1);
    const port = fc.oneof(fc.constantFrom(80, 443).map(Port.tcp), fc.constant(Port.tcpRange(80, 443)), fc.constant(Port.udp(80)));
    return fc.record({ peers: fc.constant(peers), edges: fc.array(fc.tuple(index, index, port), { maxLength: 8 }) });
  });
  const needed = {
    'pods pods': ['Egress', 'Ingress'],
    'pods machines': ['Egress', 'Firewall'],
    'machines pods': ['Firewall', 'Ingress'],
    'machines machines': ['Firewall'],
  };

  fc.assert(
    fc.property(graph, ({ peers, edges }) => {
      const own = new EdgesStack();
      const things = peers.map(({ kind, id }) => own[kind](id));
      const expected = new Set<string>();
      for (const [from, to, port] of edges) {
        things[to]!.allowFrom(things[from]!, port);
        const rules = needed[`${peers[from]!.kind} ${peers[to]!.kind}`];
        for (const rule of rules) expected.add(`${peers[to]!.id}/From-${peers[from]!.id}-${`${port}`.replace('/', '-')}/${rule}`);
      }
      const rules = own.rules();
      expect(Object.keys(rules).sort()).toEqual([...expected].sort());

      const names = Object.values(rules).map((rule) => {
        const metadata = rule.metadata as { name: string } | undefined;
        return metadata ? `policy ${metadata.name}` : `firewall ${rule.name}`;
      });
      expect(new Set(names).size).toBe(names.length);
      for (const rule of Object.values(rules)) {
        if (rule.name) expect(rule.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      }
    }),
    { numRuns: 40 },
  );
});
