import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { type TerraformProvider, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { AllowedConnection, Connectable, Connections, Edge, type Endpoint, Peer } from '../../lib/connectivity';
import { shorten } from '../../lib/core/physical-name';
import { Project } from '../../lib/core/project';
import { Network, type NetworkProps, Port } from '../../lib/network';
import { FirewallPriority } from '../../lib/network/firewall-priority';
import { Synthesized } from '../../lib/testing';

/** Construct with an endpoint of any kind. */
class Thing extends Connectable {
  public readonly connections: Connections;

  constructor(scope: Construct, id: string, endpoint: Endpoint, defaultPort?: Port) {
    super(scope, id);
    this.connections = new Connections(this, { endpoint: () => endpoint, defaultPort });
  }
}

class ConnectionsStack extends TerraformStack {
  public readonly network: Network;
  private readonly kubernetesProvider: TerraformProvider;

  constructor(props: Partial<NetworkProps> = {}) {
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
      ...props,
    });
  }

  public pods(
    id: string,
    options: { scope?: Construct; port?: Port; unrestricted?: boolean; labels?: Record<string, string> } = {},
  ): Thing {
    const { network, kubernetesProvider } = this;
    const labels = options.labels ?? { 'app.kubernetes.io/name': shorten(id.toLowerCase(), 63) };
    const namespaceName = shorten(`${id.toLowerCase()}-namespace`, 63);
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

  public instances(id: string, options: { port?: Port; byAddress?: boolean } = {}): Thing {
    const serviceAccountEmail = `${id.toLowerCase()}@parking-staging.iam.gserviceaccount.com`;
    const addresses: Record<string, string> = options.byAddress ? { b: '10.10.8.3' } : { a: '10.10.8.2', b: '10.10.8.3' };
    const { network } = this;
    const { byAddress } = options;
    return new Thing(this, id, { kind: 'instances', network, serviceAccountEmail, addresses, byAddress }, options.port);
  }

  /** One VM instance of several with its service account. */
  public instance(id: string): Thing {
    return this.instances(id, { byAddress: true });
  }

  /** Pods of GKE without policies: konnectivity agents, collectors of managed Prometheus. */
  public googlePods(id: string): Thing {
    return this.pods(id, { unrestricted: true });
  }

  /** Addresses with exceptions, a server only. */
  public internet(id: string): Thing {
    return new Thing(this, id, { kind: 'ranges', ranges: ['0.0.0.0/0'], except: ['10.0.0.0/8'] });
  }

  /** Another network. */
  public ranges(id: string): Peer {
    return new Peer(this, id, { ranges: ['10.200.0.0/16'], throughVpc: true });
  }

  /** Rules of connections by path, without the network's own. */
  public rules(): Record<string, Record<string, unknown>> {
    const synthesized = Synthesized.from(this);
    const rules = { ...synthesized.byPath(NetworkPolicyV1), ...synthesized.byPath(ComputeFirewall) };
    return Object.fromEntries(Object.entries(rules).filter(([path]) => !path.startsWith('Network/')));
  }
}

let stack: ConnectionsStack;

beforeEach(() => {
  stack = new ConnectionsStack();
});

test('a connection between pods is one policy on each side, for one port and one peer', () => {
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.pods('Gateway'), { reason: 'invoices are shown' });

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

test('allowTo creates the same connection as allowFrom, and repeating it changes nothing', () => {
  const billing = stack.pods('Billing', { port: Port.tcp(8080) });
  const gateway = stack.pods('Gateway');
  gateway.allowTo(billing);
  billing.allowFrom(gateway);
  billing.allowFrom(gateway, Port.tcp(8080));

  expect(Object.keys(stack.rules())).toHaveLength(2);
});

test('a second port is a connection of its own', () => {
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

test('an endpoint without labels matches every pod of its namespace', () => {
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.pods('Everything', { labels: {} }));

  const rules = stack.rules();
  expect(rules['Billing/From-everything-tcp-8080/Egress']!.spec).toMatchObject({ pod_selector: {} });
  expect(rules['Billing/From-everything-tcp-8080/Ingress']!.spec).toMatchObject({
    ingress: [
      { from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'everything-namespace' } }, pod_selector: {} }] },
    ],
  });
});

test("Google's own pods get no policy", () => {
  stack.pods('Billing').allowFrom(stack.pods('Agents', { unrestricted: true }), Port.tcp(9443));
  expect(Object.keys(stack.rules())).toEqual(['Billing/From-agents-tcp-9443/Ingress']);
});

test('pods reach VM instances by a firewall rule for the pod range and an egress policy', () => {
  stack.instances('Cassandra', { port: Port.tcp(9042) }).allowFrom(stack.pods('Billing'), undefined, 'CQL');

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual(['Cassandra/From-billing-tcp-9042/Egress', 'Cassandra/From-billing-tcp-9042/Firewall']);
  expect(rules['Cassandra/From-billing-tcp-9042/Firewall']).toMatchObject({
    name: 'staging-cassandra--from--billing--tcp-9042',
    description: 'CQL',
    direction: 'INGRESS',
    source_ranges: ['10.20.0.0/16'],
    target_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    priority: 1000,
    allow: [{ protocol: 'tcp', ports: ['9042'] }],
  });
  // Pods do not have the service account of their node: a rule by account would not match them.
  expect(rules['Cassandra/From-billing-tcp-9042/Firewall']).not.toHaveProperty('source_service_accounts');
  expect(rules['Cassandra/From-billing-tcp-9042/Firewall']).not.toHaveProperty('log_config');
  expect(rules['Cassandra/From-billing-tcp-9042/Egress']!.spec).toMatchObject({
    egress: [
      { to: [{ ip_block: { cidr: '10.10.8.2/32' } }, { ip_block: { cidr: '10.10.8.3/32' } }], ports: [{ protocol: 'TCP', port: '9042' }] },
    ],
  });
});

test('VM instances reach VM instances by service account on both sides', () => {
  const cassandra = stack.instances('Cassandra');
  cassandra.allowFrom(cassandra, Port.tcpRange(7000, 7001));

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual([
    'Cassandra/From-cassandra-tcp-7000-7001/Firewall',
    'Cassandra/From-cassandra-tcp-7000-7001/FirewallEgress',
  ]);
  const rule = rules['Cassandra/From-cassandra-tcp-7000-7001/Firewall']!;
  expect(rule).toMatchObject({
    source_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    target_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    allow: [{ protocol: 'tcp', ports: ['7000-7001'] }],
  });
  expect(rule).not.toHaveProperty('source_ranges');
  expect(rule).not.toHaveProperty('destination_ranges');
  const out = rules['Cassandra/From-cassandra-tcp-7000-7001/FirewallEgress']!;
  expect(out).toMatchObject({
    name: 'staging-cassandra--to--cassandra--tcp-7000-7001',
    direction: 'EGRESS',
    priority: 1000,
    target_service_accounts: ['cassandra@parking-staging.iam.gserviceaccount.com'],
    destination_ranges: ['10.10.8.2/32', '10.10.8.3/32'],
    allow: [{ protocol: 'tcp', ports: ['7000-7001'] }],
  });
  expect(out).not.toHaveProperty('source_ranges');
});

test('VM instances of several service accounts are in the same rules, and at least one account is given', () => {
  const endpoint = (serviceAccountEmail: unknown) =>
    ({ kind: 'instances', network: stack.network, serviceAccountEmail, addresses: { a: '10.10.8.2' } }) as never;
  const accounts = ['a@parking-staging.iam.gserviceaccount.com', 'b@parking-staging.iam.gserviceaccount.com'];
  const both = new Thing(stack, 'Both', endpoint(accounts), Port.tcp(9042));
  both.allowFrom(both);
  expect(stack.rules()['Both/From-both-tcp-9042/Firewall']).toMatchObject({
    source_service_accounts: accounts,
    target_service_accounts: accounts,
  });
  for (const [id, wrong] of Object.entries({ None: [], Undefined: undefined, Empty: [''] })) {
    const thing = new Thing(stack, id, endpoint(wrong), Port.tcp(9042));
    expect(() => thing.allowFrom(both)).toThrow("'serviceAccountEmail' must be the email address of a service account, got ");
  }
});

test('a single VM instance is matched by its address, on either side', () => {
  const ring = stack.instances('Ring');
  const node = stack.instance('Node');
  ring.allowFrom(node, Port.tcp(9042));
  node.allowFrom(ring, Port.tcp(22));
  node.allowFrom(stack.pods('Billing'), Port.tcp(9042));

  const rules = stack.rules();
  expect(rules['Ring/From-node-tcp-9042/Firewall']).toMatchObject({
    source_ranges: ['10.10.8.3/32'],
    target_service_accounts: ['ring@parking-staging.iam.gserviceaccount.com'],
  });
  expect(rules['Ring/From-node-tcp-9042/FirewallEgress']).toMatchObject({
    target_service_accounts: ['node@parking-staging.iam.gserviceaccount.com'],
    source_ranges: ['10.10.8.3/32'],
    destination_ranges: ['10.10.8.2/32', '10.10.8.3/32'],
  });
  expect(rules['Node/From-ring-tcp-22/Firewall']).toMatchObject({
    source_service_accounts: ['ring@parking-staging.iam.gserviceaccount.com'],
    target_service_accounts: ['node@parking-staging.iam.gserviceaccount.com'],
    destination_ranges: ['10.10.8.3/32'],
  });
  expect(rules['Node/From-billing-tcp-9042/Firewall']).toMatchObject({
    source_ranges: ['10.20.0.0/16'],
    destination_ranges: ['10.10.8.3/32'],
  });
  expect(rules['Node/From-billing-tcp-9042/Egress']).toMatchObject({
    spec: { egress: [{ to: [{ ip_block: { cidr: '10.10.8.3/32' } }] }] },
  });
});

test('allowed connections are logged when firewallLogging of the network is all', () => {
  stack = new ConnectionsStack({ firewallLogging: 'all' });
  stack.instances('Cassandra').allowFrom(stack.instances('Reaper'), Port.tcp(9042));
  for (const rule of Object.values(stack.rules())) expect(rule.log_config).toEqual({ metadata: 'INCLUDE_ALL_METADATA' });
});

test('VM instances reach pods by their addresses: a firewall rule to the nodes and an ingress policy', () => {
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.instances('Cassandra'));

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual([
    'Billing/From-cassandra-tcp-8080/Firewall',
    'Billing/From-cassandra-tcp-8080/FirewallEgress',
    'Billing/From-cassandra-tcp-8080/Ingress',
  ]);
  expect(rules['Billing/From-cassandra-tcp-8080/FirewallEgress']).toMatchObject({ destination_ranges: ['10.20.0.0/16'] });
  expect(rules['Billing/From-cassandra-tcp-8080/Firewall']).toMatchObject({
    source_ranges: ['10.10.8.2/32', '10.10.8.3/32'],
    target_tags: ['gke-nodes'],
  });
  expect(rules['Billing/From-cassandra-tcp-8080/Firewall']).not.toHaveProperty('source_service_accounts');
});

test('ranges reach pods by a policy, and by a firewall rule when traffic comes through the VPC', () => {
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

test("a stack has one peer for Google's APIs", () => {
  stack.pods('Billing').allowTo(Peer.googleApis(stack));
  stack.pods('Gateway').allowTo(Peer.googleApis(stack));

  const rules = stack.rules();
  expect(Object.keys(rules)).toEqual(['GoogleApis/From-billing-tcp-443/Egress', 'GoogleApis/From-gateway-tcp-443/Egress']);
  expect(rules['GoogleApis/From-billing-tcp-443/Egress']!.spec).toMatchObject({
    egress: [{ to: [{ ip_block: { cidr: '199.36.153.8/30' } }], ports: [{ protocol: 'TCP', port: '443' }] }],
  });
});

test("VM instances reach Google's APIs, and the internet after private ranges are denied", () => {
  const cassandra = stack.instances('Cassandra');
  cassandra.allowTo(Peer.googleApis(stack));
  cassandra.allowTo(Peer.internet(stack), Port.tcp(443));

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual([
    'GoogleApis/From-cassandra-tcp-443/FirewallEgress',
    'Internet/From-cassandra-tcp-443/FirewallEgress',
  ]);
  expect(rules['GoogleApis/From-cassandra-tcp-443/FirewallEgress']).toMatchObject({ destination_ranges: ['199.36.153.8/30'] });
  // A rule has no exceptions: the network denies what is private before.
  expect(rules['Internet/From-cassandra-tcp-443/FirewallEgress']).toMatchObject({
    destination_ranges: ['0.0.0.0/0'],
    priority: FirewallPriority.INTERNET,
  });
  expect(FirewallPriority.INTERNET).toBeGreaterThan(FirewallPriority.NOT_THE_INTERNET);
});

test('pods reach the internet except private ranges, or one destination by its range', () => {
  const notifications = stack.pods('Notifications');
  notifications.allowTo(Peer.internet(stack), Port.tcp(443), 'mail provider');
  notifications.allowTo(new Peer(stack, 'Sms', { ranges: ['151.101.0.0/16'], port: Port.tcp(8443) }));

  const rules = stack.rules();
  expect(Object.keys(rules)).toEqual(['Internet/From-notifications-tcp-443/Egress', 'Sms/From-notifications-tcp-8443/Egress']);
  expect(rules['Internet/From-notifications-tcp-443/Egress']!.spec).toMatchObject({
    egress: [
      {
        to: [
          {
            ip_block: {
              cidr: '0.0.0.0/0',
              except: expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16']),
            },
          },
        ],
        ports: [{ protocol: 'TCP', port: '443' }],
      },
    ],
  });
  expect(rules['Sms/From-notifications-tcp-8443/Egress']!.spec).toMatchObject({
    egress: [{ to: [{ ip_block: { cidr: '151.101.0.0/16' } }] }],
  });
});

test('operators reach VM instances by SSH through Identity-Aware Proxy', () => {
  const cassandra = stack.instances('Cassandra');
  cassandra.allowFrom(Peer.identityAwareProxy(cassandra), Port.tcp(22));
  cassandra.allowFrom(Peer.identityAwareProxy(cassandra), Port.tcp(22));
  expect(stack.rules()).toEqual({
    'Cassandra/From-cassandra-iap-tcp-22/Firewall': expect.objectContaining({ source_ranges: ['35.235.240.0/20'] }),
  });
});

test('another network is a range: a firewall rule allows its ingress, an egress rule reaches it', () => {
  const cassandra = stack.instances('Cassandra');
  cassandra.allowFrom(stack.ranges('OtherRegion'), Port.tcp(7000));
  cassandra.allowTo(stack.ranges('Backup'), Port.tcp(7000));

  const rules = stack.rules();
  expect(Object.keys(rules).sort()).toEqual([
    'Backup/From-cassandra-tcp-7000/FirewallEgress',
    'Cassandra/From-other-region-tcp-7000/Firewall',
  ]);
  expect(rules['Cassandra/From-other-region-tcp-7000/Firewall']).toMatchObject({ source_ranges: ['10.200.0.0/16'] });
  expect(rules['Backup/From-cassandra-tcp-7000/FirewallEgress']).toMatchObject({ destination_ranges: ['10.200.0.0/16'] });
});

test('resources of another stack are a range of the network itself', () => {
  stack.instances('Cassandra').allowFrom(new Peer(stack, 'Pods', { ranges: ['10.20.0.0/16'], throughVpc: true }), Port.tcp(9042));
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(new Peer(stack, 'Machines', { ranges: ['10.10.8.0/24'], throughVpc: true }));

  const rules = stack.rules();
  expect(rules['Cassandra/From-pods-tcp-9042/Firewall']).toMatchObject({ source_ranges: ['10.20.0.0/16'] });
  expect(rules['Billing/From-machines-tcp-8080/Firewall']).toMatchObject({ source_ranges: ['10.10.8.0/24'], target_tags: ['gke-nodes'] });
});

test.each<[form: string, declare: (server: Thing, client: Thing) => void]>([
  ['allowFrom with options', (server, client) => server.allowFrom(client, { port: Port.tcp(9000), reason: 'invoices' })],
  ['allowTo with options', (server, client) => client.allowTo(server, { port: Port.tcp(9000), reason: 'invoices' })],
  ['allowFrom with port and reason', (server, client) => server.allowFrom(client, Port.tcp(9000), 'invoices')],
  ['allowTo with port and reason', (server, client) => client.allowTo(server, Port.tcp(9000), 'invoices')],
])('%s names port and reason of a connection', (_, declare) => {
  declare(stack.pods('Billing', { port: Port.tcp(8080) }), stack.pods('Gateway'));
  const { spec, metadata } = stack.rules()['Billing/From-gateway-tcp-9000/Ingress'] as Record<string, Record<string, unknown>>;
  expect(spec).toMatchObject({ ingress: [{ ports: [{ port: '9000' }] }] });
  expect(metadata).toMatchObject({ annotations: { description: 'invoices' } });
});

test.each<[form: string, declare: (server: Thing, client: Thing) => void]>([
  ['with options', (server, client) => server.allowFrom(client, { reason: 'invoices' })],
  ['with positional arguments', (server, client) => server.allowFrom(client, undefined, 'invoices')],
  ['with the client alone', (server, client) => server.allowFrom(client)],
])('a connection declared %s has the port of the server', (_, declare) => {
  declare(stack.pods('Billing', { port: Port.tcp(8080) }), stack.pods('Gateway'));
  expect(stack.rules()).toHaveProperty(['Billing/From-gateway-tcp-8080/Ingress']);
});

test('a port of another copy of the library is a port', () => {
  const port = Object.assign(Object.create({ single: true, toString: () => 'tcp/22' }), { protocol: 'tcp', first: 22, last: 22 }) as Port;
  expect(port).not.toBeInstanceOf(Port);
  stack.pods('Billing', { port: Port.tcp(8080) }).allowFrom(stack.pods('Gateway'), port, 'ssh');
  expect(stack.rules()).toHaveProperty(['Billing/From-gateway-tcp-22/Ingress']);
});

test('an endpoint of the former kind keeps attributes that its class computes', () => {
  class OfficePrinter {
    public readonly kind = 'machines';
    public readonly serviceAccountEmail = 'a@b.iam';
    public readonly addresses = { a: '10.10.8.9' };
    public get network() {
      return stack.network;
    }
  }
  const printer = new Connections(new Construct(stack, 'Printer'), { endpoint: () => new OfficePrinter() });
  expect(printer.endpoint).toMatchObject({ kind: 'instances', network: stack.network, addresses: { a: '10.10.8.9' } });
});

test('former names of connections are kept', () => {
  const cassandra = stack.instances('Cassandra');
  cassandra.allowTo(Peer.googleApis(stack));
  expect(cassandra.connections.egressRules).toHaveLength(1);
  expect(cassandra.connections.waysOut).toBe(cassandra.connections.egressRules);
  expect(Edge).toBe(AllowedConnection);
  const printer = new Connections(new Construct(stack, 'Printer'), {
    endpoint: () => ({ kind: 'machines', network: stack.network, serviceAccountEmail: 'a@b.iam', addresses: { a: '10.10.8.9' } }),
  });
  expect(printer.endpoint).toMatchObject({ kind: 'instances', addresses: { a: '10.10.8.9' } });
});

test('fails when neither the call nor the server has a port', () => {
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

/** Connections that no rules can allow. */
const IMPOSSIBLE: [what: string, declare: () => void, message: string][] = [
  [
    'operators come to pods through Identity-Aware Proxy',
    () => stack.pods('Billing').allowFrom(Peer.identityAwareProxy(stack), Port.tcp(22)),
    "'client' must be Identity-Aware Proxy for SSH (tcp/22) to virtual machines only: pods are reached through the Kubernetes API, other ports through SSH, got 'iap' for 'billing' at tcp/22 (at staging/Billing)",
  ],
  [
    'operators come to another port than that of SSH',
    () => stack.instances('Cassandra').allowFrom(Peer.identityAwareProxy(stack), Port.tcp(7199)),
    "got 'iap' for 'cassandra' at tcp/7199 (at staging/Cassandra)",
  ],
  [
    'Identity-Aware Proxy is a server',
    () => stack.instances('Cassandra').allowTo(Peer.identityAwareProxy(stack)),
    "'client' must be Identity-Aware Proxy for SSH",
  ],
  [
    'the internet is a client',
    () => stack.pods('Billing').allowFrom(Peer.internet(stack), Port.tcp(443)),
    "'client' must not be the internet: no resource has a public address, create a PublicEndpoint, got 'internet' for 'billing' at tcp/443 (at staging/Billing)",
  ],
  [
    "Google's load balancers are a server",
    () => stack.pods('Billing').allowTo(Peer.googleLoadBalancers(stack), Port.tcp(443)),
    "'server' must not be Google's load balancers, which are clients only, got 'billing' for 'google-load-balancers' at tcp/443 (at staging/GoogleLoadBalancers)",
  ],
  [
    'a range calls pods and does not come through the VPC',
    () => stack.pods('Billing').allowFrom(new Peer(stack, 'Office', { ranges: ['10.200.0.0/16'] }), Port.tcp(443)),
    "'client' must be 'throughVpc' to call pods, since traffic from outside of the VPC reaches them only through a PublicEndpoint, got 'office' for 'billing' at tcp/443 (at staging/Billing)",
  ],
  [
    "a range that calls pods is the cluster's own",
    () => stack.pods('Billing').allowFrom(new Peer(stack, 'Office', { ranges: ['10.20.4.0/24'], throughVpc: true }), Port.tcp(443)),
    "'client' must not be addresses of the cluster's own pods (10.20.0.0/16), which no policy matches: name the workload or its namespace, got 10.20.4.0/24 of 'office' (at staging/Billing)",
  ],
  [
    'pods call nodes by their addresses',
    () => stack.pods('Billing').allowTo(new Peer(stack, 'Everything', { ranges: ['192.0.2.0/24', '10.0.0.0/8'] }), Port.tcp(443)),
    "'server' must not be addresses of the cluster's own pods (10.20.0.0/16), which no policy matches",
  ],
  [
    'pods call services by their addresses',
    () => stack.pods('Billing').allowTo(new Peer(stack, 'Service', { ranges: ['10.30.0.7/32'] }), Port.tcp(443)),
    "'server' must not be addresses of the cluster's own services (10.30.0.0/20)",
  ],
  [
    'nodes call pods by their addresses',
    () => stack.pods('Billing').allowFrom(new Peer(stack, 'Nodes', { ranges: ['10.10.0.0/22'], throughVpc: true }), Port.tcp(443)),
    "'client' must not be addresses of the cluster's own nodes (10.10.0.0/22)",
  ],
  [
    'a wide range that calls machines holds pods too',
    () => stack.instances('Cassandra').allowFrom(new Peer(stack, 'Office', { ranges: ['10.0.0.0/8'], throughVpc: true }), Port.tcp(9042)),
    "'client' must not be a range that holds the network's own pods (10.20.0.0/16) among others: name the one that is meant, got 10.0.0.0/8 of 'office' (at staging/Cassandra)",
  ],
  [
    'machines call a wide range that holds machines too',
    () => stack.instances('Cassandra').allowTo(new Peer(stack, 'Office', { ranges: ['10.10.8.0/23'], throughVpc: true }), Port.tcp(7000)),
    "'server' must not be a range that holds the network's own VM instances (10.10.8.0/24) among others: name the one that is meant, got 10.10.8.0/23 of 'office' (at staging/Office)",
  ],
  [
    'pods reach a network where they arrive with the address of their node',
    () =>
      stack
        .pods('Billing')
        .allowTo(new Peer(stack, 'Office', { ranges: ['10.99.0.0/16', '172.0.0.0/8'], throughVpc: true }), Port.tcp(443)),
    "got 172.0.0.0/8 of 'office' (at staging/Office)",
  ],
  [
    'pods reach machines where they arrive with the address of their node',
    () => {
      stack = new ConnectionsStack({ dataRange: '151.101.0.0/24' });
      stack.instances('Cassandra').allowFrom(stack.pods('Billing'), Port.tcp(9042));
    },
    "'server' must be in ranges to which traffic of pods keeps the address of the pod, which rules match (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, 240.0.0.0/4), got 151.101.0.0/24 of 'cassandra' (at staging/Cassandra)",
  ],
];

test.each(IMPOSSIBLE)('fails when %s', (_, declare, message) => {
  expect(declare).toThrow(message);
});

test('fails when two peers would share a name, and so a connection', () => {
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

test('any graph creates exactly the rules that its connections need, each under a name of its own', () => {
  const kinds = ['pods', 'googlePods', 'instances', 'instance', 'ranges', 'internet'] as const;
  type Kind = (typeof kinds)[number];
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
  // Rules that each kind needs as a client and as a server. VPC firewall rules apply to egress of VM instances, to ingress
  // of VM instances and, for clients that are not pods, to ingress of nodes.
  const asClient = {
    pods: ['Egress'],
    googlePods: [],
    instances: ['FirewallEgress'],
    instance: ['FirewallEgress'],
    ranges: [],
    internet: [],
  };
  const asServer = { pods: ['Ingress'], googlePods: [], instances: ['Firewall'], instance: ['Firewall'], ranges: [], internet: [] };
  const isPods = (kind: Kind) => kind === 'pods' || kind === 'googlePods';
  const isRanges = (kind: Kind) => kind === 'ranges' || kind === 'internet';
  const needed = (from: Kind, to: Kind) => [...asClient[from], ...asServer[to], ...(!isPods(from) && isPods(to) ? ['Firewall'] : [])];

  fc.assert(
    fc.property(graph, ({ peers, edges }) => {
      const own = new ConnectionsStack();
      const things = peers.map(({ kind, id }) => own[kind](id));
      const expected = new Set<string>();
      for (const [from, to, port] of edges) {
        if (peers[from]!.kind === 'internet' || (peers[from]!.kind === 'ranges' && isRanges(peers[to]!.kind))) continue;
        things[to]!.allowFrom(things[from]!, port);
        const rules = needed(peers[from]!.kind, peers[to]!.kind);
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
