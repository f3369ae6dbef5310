import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { LocalBackend, TerraformStack, Testing } from 'cdktf';
import fc from 'fast-check';
import { CassandraRing } from '../../lib/cassandra';
import { PrivateCluster } from '../../lib/cluster';
import { type IConnectable, Peer } from '../../lib/connectivity';
import { Project } from '../../lib/core/project';
import { Network, Port } from '../../lib/network';
import { Reachability } from '../../lib/reachability';
import { AppNamespace, ManagedPrometheus, Workload } from '../../lib/workload';
import { ControlPlane } from '../../lib/workload/control-plane';

const NAMESPACES = ['one', 'two', 'three'];
const APPS = ['a', 'b'];
const WORKLOADS = NAMESPACES.flatMap((namespace) => APPS.map((app) => `${namespace}-${app}`));
const PORTS = [8080, 9042, 443];
const NODES = ['cassandra-b', 'cassandra-c', 'cassandra-d'];

/** A network behind a VPN, and a range on the internet. */
const OFFICE = '10.200.0.0/16';
const MAIL = '151.101.0.0/16';

/** Names of clients and servers: a workload, a whole namespace, the ring, one of its nodes, or an external endpoint. */
const PODS = [...WORKLOADS, ...NAMESPACES];
const MACHINES = ['cassandra', 'cassandra-b'];
const CLIENTS = [...PODS, ...MACHINES, 'control plane', OFFICE, 'IAP', 'gmp-system'];
const SERVERS = [...PODS, ...MACHINES, 'control plane', 'Google APIs', 'internet', OFFICE, MAIL];

interface Declared {
  readonly client: string;
  readonly server: string;
  readonly port: number;
}

/** Connections that every ring declares itself. */
const OF_THE_RING: readonly Declared[] = [
  { client: 'cassandra', server: 'cassandra', port: 7000 },
  { client: 'cassandra', server: 'cassandra', port: 9042 },
  { client: 'cassandra', server: 'Google APIs', port: 443 },
];

/** Synthesizes a stack with connections. */
function synthesize(edges: readonly Declared[]): unknown {
  const stack = new TerraformStack(Testing.app(), 'staging');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  new GoogleProvider(stack, 'Google', { project: 'parking-staging', region: 'europe-west1' });
  const project = Project.fromId(stack, 'Project', { projectId: 'parking-staging', projectNumber: '123456789012' });
  const network = new Network(stack, 'Network', { project, region: 'europe-west1' });
  const cluster = new PrivateCluster(stack, 'Cluster', { network });
  cluster.addNodePool('Apps', { machineType: 'e2-standard-4', minNodes: 1, maxNodes: 3 });
  const ring = new CassandraRing(stack, 'Cassandra', {
    network,
    nodes: { b: { zone: 'europe-west1-b' }, c: { zone: 'europe-west1-c' }, d: { zone: 'europe-west1-d' } },
    sshFromIap: false,
    packageAccess: false,
  });
  const peers = new Map<string, IConnectable>([
    ['Google APIs', Peer.googleApis(stack)],
    ['internet', Peer.internet(stack)],
    [OFFICE, new Peer(stack, 'Office', { ranges: [OFFICE], throughVpc: true })],
    [MAIL, new Peer(stack, 'Mail', { ranges: [MAIL] })],
    ['IAP', Peer.identityAwareProxy(stack)],
    ['gmp-system', ManagedPrometheus.of(cluster)],
    ['cassandra', ring],
    ['cassandra-b', ring.nodes.get('b')!],
  ]);
  for (const name of NAMESPACES) {
    const namespace = new AppNamespace(stack, name, { cluster, prometheusScraping: false });
    peers.set(name, namespace);
    for (const app of APPS) {
      const id = `${name}-${app}`;
      peers.set(id, new Workload(stack, id, { namespace, image: 'example.com/app:1', port: Port.tcp(8080) }));
    }
  }
  for (const { client, server, port } of edges) {
    const from = client === 'control plane' ? ControlPlane.of(cluster) : peers.get(client)!;
    const to = server === 'control plane' ? cluster.apiServer : peers.get(server)!;
    to.connections.allowFrom(from, Port.tcp(port));
  }
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}

/** Connections as `client -> server port`, of whole namespaces and of the ring those of their members. */
function declared(edges: readonly Declared[]): string[] {
  const members = (name: string) => {
    if (NAMESPACES.includes(name)) return APPS.map((app) => `${name}-${app}`);
    return name === 'cassandra' ? NODES : [name];
  };
  return edges.flatMap(({ client, server, port }) =>
    members(client).flatMap((from) =>
      members(server)
        // No VM calls itself through the network.
        .filter((to) => from !== to || !NODES.includes(to))
        .map((to) => `${from} -> ${to} ${port}`),
    ),
  );
}

/** Connections that the platform adds, as documented. */
function exceptions(edges: readonly Declared[]): string[] {
  const all: Declared[] = [{ client: 'internet', server: 'control plane', port: 443 }];
  for (const { client, server, port } of edges) {
    // Its DNS endpoint accepts external traffic, authorized by IAM.
    if (client === OFFICE || server === OFFICE) all.push({ client: OFFICE, server: 'control plane', port: 443 });
    // The range is on the internet.
    if (server === 'internet' && edges.some((edge) => edge.server === MAIL)) all.push({ client, server: MAIL, port });
    // To a VPC, pods are one range, and pods of other namespaces have no egress policy of the stack.
    if (MACHINES.includes(server) && [...PODS, 'gmp-system'].includes(client)) {
      for (const pods of ['gmp-system', 'kube-system', 'other pods']) all.push({ client: pods, server, port });
    }
    // Its calls come from konnectivity agents in kube-system.
    if (client === 'control plane') all.push({ client: 'kube-system', server, port });
  }
  return declared(all);
}

/** Connections of the analysis, between all endpoints that connections can be declared for, and those without a declaration. */
function proved(json: unknown): string[] {
  const restricted = new Set([...WORKLOADS, ...NODES, 'control plane', OFFICE, 'IAP', 'internet']);
  const others = new Set(['gmp-system', 'kube-system', 'other pods', 'nodes']);
  const ours = new Set([...WORKLOADS, ...NODES]);
  const servers = new Set([...ours, 'control plane', 'Google APIs', 'internet', OFFICE, MAIL]);
  const reachability = Reachability.read(json);
  // Only the address of the private endpoint of the control plane is not known, and so the effect of policies that name it.
  expect(reachability.cells.filter(({ to, allowance }) => to.label !== 'control plane' && !allowance.unknown.isEmpty)).toEqual([]);
  return reachability.cells.flatMap(({ from, to, allowance }) => {
    const isAsked = restricted.has(from.label) ? servers.has(to.label) : others.has(from.label) && ours.has(to.label);
    if (!isAsked) return [];
    return allowance.possible.list().map((port) => `${from.label} -> ${to.label} ${port.replace('tcp/', '')}`);
  });
}

const sorted = (lines: readonly string[]) => [...new Set(lines)].sort();

/** Connections that cannot be declared, since no rule can allow them. */
function isPossible({ client, server }: Declared): boolean {
  if (client === 'control plane') return PODS.includes(server);
  if (client === 'IAP') return MACHINES.includes(server);
  if (client === OFFICE || client === 'gmp-system') return [...PODS, ...MACHINES].includes(server);
  if (MACHINES.includes(client)) return server !== 'control plane' && (client !== server || client === 'cassandra');
  return true;
}

const edge = fc
  .record({ client: fc.constantFrom(...CLIENTS), server: fc.constantFrom(...SERVERS), port: fc.constantFrom(...PORTS) })
  .filter(isPossible)
  // The Kubernetes API has one port, and Identity-Aware Proxy connects to one port.
  .map((some) => (some.server === 'control plane' ? { ...some, port: 443 } : some.client === 'IAP' ? { ...some, port: 22 } : some));

test('the synthesized rules allow exactly the declared connections', () => {
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 12 }), (drawn) => {
      const edges = [...drawn, ...OF_THE_RING];
      const json = synthesize(drawn);
      const known = new Set(Reachability.read(json).endpoints.map(({ label }) => label));
      const expected = [...declared(edges), ...exceptions(edges)].filter((line) => known.has(line.slice(0, line.indexOf(' -> '))));
      expect(sorted(proved(json))).toEqual(sorted(expected));
    }),
    { numRuns: 25 },
  );
});
